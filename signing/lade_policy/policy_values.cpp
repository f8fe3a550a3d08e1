#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/policy_reader.h"

namespace lade::signing {

std::string PolicyFiles::path_of(const std::string& file) const {
  return join_path(directory, file);
}

std::string PolicyFiles::text_of(const TomlTable& table, std::string_view key,
                                 const std::string& file) const {
  return parsed_at(table, key, [&] { return read(path_of(file)); });
}

std::optional<WantedText> find_wanted_text(const TomlTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  if (!table.is_table(key)) return WantedText::exactly(get_text(table, key));
  const TomlTable inner = table.find_table(key).value();
  constexpr std::string_view known[] = {"pattern"};
  inner.allow_only(known);
  const std::string pattern = get_text(inner, "pattern");
  return parsed_at(inner, "pattern", [&] { return WantedText::matching(pattern, "the pattern"); });
}

std::optional<std::int64_t> find_duration(const TomlTable& table, std::string_view key) {
  constexpr std::int64_t most = 100 * 366;
  const auto text = table.find_string(key);
  if (!text) return std::nullopt;
  const std::map<char, std::int64_t> units{
      {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', std::int64_t{7} * 86400}};
  const auto unit = text->empty() ? units.end() : units.find(text->back());
  const auto count = unit == units.end()
                         ? std::nullopt
                         : parse_int(std::string_view(*text).substr(0, text->size() - 1));
  if (!count || *count <= 0 || *count > most * 86400 / unit->second) {
    table.refuse(key, "a time such as 90m, 12h, 30d or 2w", "\"" + printable(*text) + "\"");
  }
  return *count * unit->second;
}

std::string get_text(const TomlTable& table, std::string_view key) {
  auto text = table.find_string(key);
  if (!text) table.refuse_as({}, fmt::format("there is no {}", key));
  if (text->empty()) table.refuse_as(key, "it is empty");
  return std::move(*text);
}

std::vector<TomlString> get_texts(const TomlTable& table, std::string_view key) {
  if (!table.has(key)) table.refuse_as({}, fmt::format("there is no {}", key));
  if (table.is_string(key)) return {{get_text(table, key), table.line_of(key)}};
  std::vector<TomlString> texts = table.find_strings(key).value();
  if (texts.empty()) table.refuse_as(key, "the list is empty");
  for (const TomlString& one : texts) {
    if (one.text.empty()) table.refuse_at(one.line, key, "a text", "an empty one");
  }
  return texts;
}

}  // namespace lade::signing
