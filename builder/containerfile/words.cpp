// One pass over the text with a cursor and mutual recursion: `run` reads up to a stop character and
// hands `'`, `"` and `$` to functions of their own; the word behind a modifier is read by `run`
// again, which is where nesting comes from and where it is bounded. Beside the text, the words are
// collected as they go: what was quoted or escaped never separates, what a variable brought in
// does.
#include "builder/containerfile/words.h"

#include <utility>

#include "builder/containerfile/runes.h"
#include "builder/containerfile/shell_pattern.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

// a pattern is matched in time proportional to its length times the value's
constexpr std::size_t pattern_limit_bytes = 1024;
constexpr std::size_t matched_value_limit_bytes = 1U << 20U;

/// Collects text and, beside it, the words the text falls into.
class Collector {
 public:
  void add_quoted(std::string_view text) {
    text_ += text;
    word_ += text;
    check();
  }
  void add_unquoted(std::string_view text) {
    text_ += text;
    for (std::size_t i = 0; i < text.size();) {
      const Rune rune = rune_at(text, i);
      if (is_space(rune.code)) {
        end_word();
      } else {
        word_ += text.substr(i, rune.size_bytes);
      }
      i += rune.size_bytes;
    }
    check();
  }
  std::string take_text() { return std::move(text_); }
  std::vector<std::string> take_words() {
    end_word();
    return std::move(words_);
  }

 private:
  void end_word() {
    if (!word_.empty()) words_.push_back(std::exchange(word_, {}));
  }
  void check() const {
    if (text_.size() > expansion_limit_bytes) {
      fail(ErrorKind::invalid, "the expansion is longer than {} bytes", expansion_limit_bytes);
    }
  }

  std::string text_;
  std::string word_;
  std::vector<std::string> words_;
};

class Expander {
 public:
  Expander(std::string_view text, const Lookup& lookup, const WordOptions& options)
      : text_(text), lookup_(lookup), options_(options) {}

  Expansion expand() {
    Collector collector;
    run(std::nullopt, options_.keep_escapes, collector);
    result_.text = collector.take_text();
    result_.words = collector.take_words();
    return std::move(result_);
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  std::string_view take() {
    const std::size_t size = rune_at(text_, position_).size_bytes;
    position_ += size;
    return text_.substr(position_ - size, size);
  }

  void run(std::optional<char> stop, bool keep_escapes, Collector& out);
  void read_escape(bool keep_escapes, Collector& out);
  void read_single_quotes(Collector& out);
  void read_double_quotes(bool keep_escapes, Collector& out);
  std::string read_dollar();
  std::string read_braces();
  std::string substitute(const std::string& name, std::string modifier);
  std::string replace(const std::string& name);
  std::string nested(char stop, bool keep_escapes);
  std::string read_name();
  std::optional<std::string> find(const std::string& name);

  std::string_view text_;
  const Lookup& lookup_;
  const WordOptions& options_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  Expansion result_;
};

void Expander::run(std::optional<char> stop, bool keep_escapes, Collector& out) {
  while (!at_end()) {
    const char c = peek();
    if (stop && c == *stop) {
      ++position_;
      return;
    }
    if (c == '$') {
      out.add_unquoted(read_dollar());
    } else if (c == '\'' && !options_.plain_quotes) {
      read_single_quotes(out);
    } else if (c == '"' && !options_.plain_quotes) {
      read_double_quotes(keep_escapes, out);
    } else if (c == options_.escape) {
      read_escape(keep_escapes, out);
    } else {
      out.add_unquoted(take());
    }
  }
  if (stop) fail(ErrorKind::invalid, "\"${{\" without its \"{}\"", *stop);
}

void Expander::read_escape(bool keep_escapes, Collector& out) {
  const std::string_view escape = take();
  if (keep_escapes) out.add_quoted(escape);
  if (!at_end()) out.add_quoted(take());
}

void Expander::read_single_quotes(Collector& out) {
  const std::size_t open = position_++;
  const std::size_t close = text_.find('\'', position_);
  if (close == std::string_view::npos) fail(ErrorKind::invalid, "a single quote is never closed");
  position_ = close + 1;
  const std::size_t quotes = options_.keep_quotes ? 0 : 1;
  out.add_quoted(text_.substr(open + quotes, position_ - open - 2 * quotes));
}

void Expander::read_double_quotes(bool keep_escapes, Collector& out) {
  ++position_;
  if (options_.keep_quotes) out.add_quoted("\"");
  while (!at_end() && peek() != '"') {
    if (peek() == '$') {
      out.add_quoted(read_dollar());
      continue;
    }
    const std::string_view first = take();
    if (first.front() != options_.escape) {
      out.add_quoted(first);
      continue;
    }
    if (keep_escapes) out.add_quoted(first);
    if (at_end()) break;
    // inside double quotes only these are escaped; before others the escape is a character
    const char next = peek();
    if (next == '"' || next == '$' || next == options_.escape) {
      out.add_quoted(take());
    } else if (!keep_escapes) {
      out.add_quoted(first);
    }
  }
  if (at_end()) fail(ErrorKind::invalid, "a double quote is never closed");
  ++position_;
  if (options_.keep_quotes) out.add_quoted("\"");
}

std::string Expander::read_dollar() {
  ++position_;
  if (peek() == '{') return read_braces();
  const std::string name = read_name();
  if (name.empty()) return "$";
  const auto value = find(name);
  if (!value && options_.keep_unset) return "$" + name;
  return value.value_or("");
}

std::string Expander::read_braces() {
  ++position_;
  const std::string name = at_end() || peek() == '{' ? "" : read_name();
  if (at_end()) fail(ErrorKind::invalid, "\"${{\" without its \"}}\"");
  if (name.empty()) fail(ErrorKind::invalid, "bad substitution: \"${{\" without a name");
  std::string modifier(1, text_[position_++]);
  if (modifier == "}") {
    const auto value = find(name);
    if (!value && options_.keep_unset) return "${" + name + "}";
    return value.value_or("");
  }
  if (modifier == "/") return replace(name);
  if (modifier == ":" && !at_end()) modifier += text_[position_++];
  return substitute(name, std::move(modifier));
}

std::string Expander::nested(char stop, bool keep_escapes) {
  if (++depth_ > substitution_depth_limit) {
    fail(ErrorKind::invalid, "substitutions are nested deeper than {}", substitution_depth_limit);
  }
  Collector inner;
  run(stop, keep_escapes, inner);
  --depth_;
  return inner.take_text();
}

ShellPattern pattern_of(std::string_view text, std::string_view value) {
  if (text.size() > pattern_limit_bytes || value.size() > matched_value_limit_bytes) {
    fail(ErrorKind::invalid, "a pattern of {} bytes for a value of {} is too much to match",
         text.size(), value.size());
  }
  return ShellPattern::parse(text);
}

std::string trim_value(const std::string& value, char end, std::string_view word) {
  const bool longest = word.starts_with(end);
  if (longest) word.remove_prefix(1);
  const auto length = longest ? ShellPattern::Length::longest : ShellPattern::Length::shortest;
  const ShellPattern pattern = pattern_of(word, value);
  return end == '#' ? pattern.trim_prefix(value, length) : pattern.trim_suffix(value, length);
}

std::string Expander::substitute(const std::string& name, std::string modifier) {
  const char kind = modifier.back();
  const bool empty_is_unset = modifier.size() == 2;
  const bool trims = kind == '#' || kind == '%';
  if (std::string_view("-+?#%").find(kind) == std::string_view::npos) {
    fail(ErrorKind::invalid, "unknown modifier {} of variable {}", quote(modifier), quote(name));
  }
  const std::string word = nested('}', trims);
  const auto value = find(name);
  if (!value && options_.keep_unset) return "${" + name + modifier + word + "}";
  const bool missing = !value || (empty_is_unset && value->empty());
  if (kind == '-') return missing ? word : *value;
  if (kind == '+') return missing ? "" : word;
  if (trims) return value ? trim_value(*value, kind, word) : "";
  if (missing && word.empty()) {
    fail(ErrorKind::invalid, "variable {} must not be {}", quote(name), value ? "empty" : "unset");
  }
  if (missing) fail(ErrorKind::invalid, "{}: {}", name, word);
  return *value;
}

std::string Expander::replace(const std::string& name) {
  const bool all = peek() == '/';
  if (all) ++position_;
  const std::string pattern = nested('/', true);
  const std::string by = nested('}', true);
  const auto value = find(name);
  if (!value && options_.keep_unset) {
    return "${" + name + (all ? "//" : "/") + pattern + "/" + by + "}";
  }
  if (!value) return pattern_of(pattern, "").replace("", by, all);
  return pattern_of(pattern, *value).replace(*value, by, all);
}

std::string Expander::read_name() {
  const std::size_t begin = position_;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (is_digit(peek())) {
    while (is_digit(peek())) ++position_;
  } else if (!at_end() && std::string_view("@*#?-$!").find(peek()) != std::string_view::npos) {
    ++position_;
  } else {
    while (!at_end() && is_name_rune(rune_at(text_, position_).code)) take();
  }
  return std::string(text_.substr(begin, position_ - begin));
}

std::optional<std::string> Expander::find(const std::string& name) {
  auto value = lookup_(name);
  (value ? result_.used : result_.unset).insert(name);
  return value;
}

}  // namespace

Lookup lookup_in(const Variables& variables, bool fold_case) {
  if (!fold_case) {
    return [&variables](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
  return [&variables](std::string_view name) -> std::optional<std::string> {
    const std::string wanted = to_lower(name);
    for (const auto& [key, value] : variables) {
      if (to_lower(key) == wanted) return value;
    }
    return std::nullopt;
  };
}

Expansion expand_word(std::string_view word, const Lookup& lookup, const WordOptions& options) {
  return Expander(word, lookup, options).expand();
}

std::string process_word(std::string_view word, const Lookup& lookup, const WordOptions& options) {
  return expand_word(word, lookup, options).text;
}

std::vector<std::string> process_words(std::string_view word, const Lookup& lookup,
                                       const WordOptions& options) {
  return expand_word(word, lookup, options).words;
}

}  // namespace lade::containerfile
