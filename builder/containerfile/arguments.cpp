#include "builder/containerfile/arguments.h"

#include <cstdint>
#include <utility>

#include "builder/containerfile/runes.h"
#include "libimage/base/json.h"

namespace lade::containerfile {
namespace {

constexpr std::string_view blanks = " \t\v\f\r";

Stretch trimmed(Stretch stretch) {
  const std::string_view text = trim_leading_spaces(stretch.text);
  return {trim_spaces(text), stretch.offset + (stretch.text.size() - text.size())};
}

/// Takes one flag from the start of `rest`, which begins with "--".
Word take_flag(Stretch& rest) {
  Word flag{"", rest.offset};
  char quote_mark = '\0';
  std::size_t i = 0;
  for (; i < rest.text.size(); ++i) {
    const char c = rest.text[i];
    if (quote_mark == '\0' && is_space(rune_at(rest.text, i).code)) break;
    if (c == quote_mark) {
      quote_mark = '\0';
    } else if (quote_mark == '\0' && (c == '\'' || c == '"')) {
      quote_mark = c;
    } else if (c != '\\') {
      flag.text += c;
    } else if (i + 1 < rest.text.size()) {
      flag.text += rest.text[++i];
    }
  }
  // its end is trimmed already; looking there for each flag again would be quadratic
  const std::size_t behind = rest.text.size() - trim_leading_spaces(rest.text.substr(i)).size();
  rest = rest.from(behind);
  return flag;
}

/// Hears the parse of one JSON value and keeps the strings of an array.
class ArrayListener : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(std::int64_t) override { return other(); }
  bool number_unsigned(std::uint64_t) override { return other(); }
  bool number_float(double, const std::string&) override { return other(); }
  bool binary(Json::binary_t&) override { return other(); }
  bool start_object(std::size_t) override { return other(); }
  bool end_object() override { return true; }
  bool key(std::string&) override { return true; }
  bool end_array() override { return true; }
  bool start_array(std::size_t) override { return depth_++ == 0 || other(); }
  bool string(std::string& value) override {
    strings.push_back(std::move(value));
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  std::vector<std::string> strings;
  bool others = false;

 private:
  bool other() {
    others = true;
    return true;
  }
  std::size_t depth_ = 0;
};

}  // namespace

Head split_head(Stretch line) {
  Head head;
  line = trimmed(line);
  const std::size_t end = std::min(line.text.find_first_of(blanks), line.text.size());
  head.keyword = {std::string(line.text.substr(0, end)), line.offset};
  head.rest = trimmed(line.from(end));
  while (head.rest.text.starts_with("--")) {
    Word flag = take_flag(head.rest);
    if (flag.text == "--") break;
    head.flags.push_back(std::move(flag));
  }
  return head;
}

std::vector<Word> split_quoted(Stretch rest, char escape) {
  std::vector<Word> words;
  Word word;
  bool in_word = false;
  char quote_mark = '\0';
  const auto end_word = [&] {
    if (in_word) words.push_back(std::exchange(word, {}));
    in_word = false;
  };
  for (std::size_t i = 0; i < rest.text.size();) {
    const Rune rune = rune_at(rest.text, i);
    const char c = rest.text[i];
    if (quote_mark == '\0' && is_space(rune.code)) {
      end_word();
      i += rune.size_bytes;
      continue;
    }
    if (!in_word) word.offset = rest.offset + i;
    const bool escapes = c == escape && quote_mark != '\'';
    if (escapes && i + 1 == rest.text.size()) break;  // an escape at the very end is nothing
    in_word = true;
    if (escapes) {
      word.text += c;
      ++i;
      const std::size_t size = rune_at(rest.text, i).size_bytes;
      word.text += rest.text.substr(i, size);
      i += size;
      continue;
    }
    if (c == quote_mark) {
      quote_mark = '\0';
    } else if (quote_mark == '\0' && (c == '\'' || c == '"')) {
      quote_mark = c;
    }
    word.text += rest.text.substr(i, rune.size_bytes);
    i += rune.size_bytes;
  }
  end_word();
  return words;
}

std::vector<Word> split_blanks(Stretch rest) {
  std::vector<Word> words;
  std::size_t begin = rest.text.find_first_not_of(blanks);
  while (begin < rest.text.size()) {
    const std::size_t end = std::min(rest.text.find_first_of(blanks, begin), rest.text.size());
    words.push_back({std::string(rest.text.substr(begin, end - begin)), rest.offset + begin});
    begin = rest.text.find_first_not_of(blanks, end);
  }
  return words;
}

StringArray read_string_array(Stretch rest) {
  StringArray array;
  if (!rest.text.starts_with('[')) return array;
  ArrayListener listener;
  if (!Json::sax_parse(rest.text, &listener)) return array;
  if (listener.others) {
    array.kind = StringArray::Kind::other_elements;
    return array;
  }
  array.kind = StringArray::Kind::strings;
  for (std::string& text : listener.strings)
    array.strings.push_back({std::move(text), rest.offset});
  return array;
}

}  // namespace lade::containerfile
