#include "libimage/toml/toml_table.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    default:
      return "a date or time";
  }
}

Timestamp moment_of(const toml::date_time& moment) {
  using std::chrono::sys_days;
  const std::chrono::year_month_day day{std::chrono::year(moment.date.year),
                                        std::chrono::month(moment.date.month),
                                        std::chrono::day(moment.date.day)};
  const std::int64_t days = sys_days(day).time_since_epoch().count();
  const std::int64_t minutes = days * 1440 + moment.time.hour * 60 + moment.time.minute -
                               (moment.offset ? moment.offset->minutes : 0);
  return {.seconds = minutes * 60 + moment.time.second,
          .nanoseconds = static_cast<std::int32_t>(moment.time.nanosecond)};
}

/// Where the string that begins at `at` ends, behind its closing quotes; a string that ends nowhere
/// ends with its line, or with the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string fence(3, quote);
  const bool is_long = text.substr(at, 3) == fence;
  for (at += is_long ? 3 : 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (is_long && text.substr(at, 3) == fence) {
      // up to two quotes more are the string's own
      at += 3;
      for (int more = 0; more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    } else if (!is_long && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    }
  }
  return text.size();
}

/// toml++ 3.3 runs into undefined behaviour on some letters outside of strings, where none beyond
/// ASCII means anything but in comments: there all become question marks.
void hide_letters(std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"' || text[at] == '\'') {
      at = end_of_string(text, at);
    } else if (text[at] == '#') {
      for (; at < text.size() && text[at] != '\n'; ++at) {
        if (static_cast<unsigned char>(text[at]) >= 0x80) text[at] = '?';
      }
    } else {
      if (static_cast<unsigned char>(text[at]) >= 0x80) text[at] = '?';
      ++at;
    }
  }
}

std::size_t line_of_node(const toml::node& node) { return node.source().begin.line; }

}  // namespace

TomlTable::TomlTable(const toml::table& table, std::string path, std::string name)
    : table_(&table), path_(std::move(path)), name_(std::move(name)) {}

std::string TomlTable::origin_at(std::size_t line) const {
  return fmt::format("{}:{}", path_, line);
}

std::size_t TomlTable::line_of(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return line_of_node(node != nullptr ? *node : *table_);
}

std::string TomlTable::full_key(std::string_view key) const {
  return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
}

void TomlTable::refuse_at(std::size_t line, std::string_view key, std::string_view wanted,
                          std::string_view got) const {
  fail(ErrorKind::invalid, "{}:{}: {}: wanted {}, got {}", path_, line, full_key(printable(key)),
       wanted, got);
}

void TomlTable::refuse_as(std::string_view key, std::string_view message) const {
  fail(ErrorKind::invalid, "{}: {}{}{}", origin_at(line_of(key)),
       key.empty() ? name_ : full_key(printable(key)), key.empty() && name_.empty() ? "" : ": ",
       message);
}

void TomlTable::refuse(std::string_view key, std::string_view wanted, std::string_view got) const {
  refuse_at(line_of(key), key, wanted, got);
}

void TomlTable::wrong_type(std::string_view key, std::string_view wanted,
                           const toml::node& got) const {
  refuse_at(line_of_node(got), key, wanted, type_name(got));
}

std::optional<std::string> TomlTable::find_string(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_string()) wrong_type(key, "a string", *node);
  return node->as_string()->get();
}

std::optional<bool> TomlTable::find_bool(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_boolean()) wrong_type(key, "true or false", *node);
  return node->as_boolean()->get();
}

std::optional<std::int64_t> TomlTable::find_int(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_integer()) wrong_type(key, "a whole number", *node);
  return node->as_integer()->get();
}

std::optional<double> TomlTable::find_number(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* number = node->as_floating_point()) return number->get();
  if (!node->is_integer()) wrong_type(key, "a number", *node);
  return static_cast<double>(node->as_integer()->get());
}

std::optional<Timestamp> TomlTable::find_time(std::string_view key) const {
  constexpr std::string_view wanted = "a date, or a date with time and offset";
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* date = node->as_date()) return moment_of({date->get(), {}, toml::time_offset{}});
  if (!node->is_date_time()) wrong_type(key, wanted, *node);
  const toml::date_time& moment = node->as_date_time()->get();
  if (!moment.offset) refuse_at(line_of_node(*node), key, wanted, "a time without offset");
  return moment_of(moment);
}

bool TomlTable::is_table(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_table();
}

bool TomlTable::is_string(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_string();
}

std::vector<std::variant<TomlString, TomlTable>> TomlTable::find_strings_and_tables(
    std::string_view key) const {
  constexpr std::string_view wanted = "a list of strings and tables";
  const toml::node* node = table_->get(key);
  if (node == nullptr) return {};
  if (!node->is_array()) wrong_type(key, wanted, *node);
  std::vector<std::variant<TomlString, TomlTable>> all;
  for (const toml::node& item : *node->as_array()) {
    if (item.is_table()) {
      all.emplace_back(TomlTable(*item.as_table(), path_, full_key(key)));
    } else if (item.is_string()) {
      all.emplace_back(TomlString{item.as_string()->get(), line_of_node(item)});
    } else {
      wrong_type(key, wanted, item);
    }
  }
  return all;
}

std::optional<std::vector<TomlString>> TomlTable::find_strings(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_array()) wrong_type(key, "a list of strings", *node);
  std::vector<TomlString> values;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_string()) wrong_type(key, "a list of strings", item);
    values.push_back({item.as_string()->get(), line_of_node(item)});
  }
  return values;
}

std::optional<TomlTable> TomlTable::find_table(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) wrong_type(key, "a table", *node);
  return TomlTable(*node->as_table(), path_, full_key(key));
}

std::vector<TomlTable> TomlTable::find_tables(std::string_view key) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr) return {};
  if (!node->is_array()) wrong_type(key, "a list of tables", *node);
  std::vector<TomlTable> tables;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_table()) wrong_type(key, "a list of tables", item);
    tables.emplace_back(*item.as_table(), path_, full_key(key));
  }
  return tables;
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : *table_) names.emplace_back(key.str());
  return names;
}

void TomlTable::allow_only(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : *table_) {
    const std::string_view name = key.str();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto meant = did_you_mean(name, known);
    refuse_as(name, fmt::format("unknown key{}",
                                meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
  }
}

toml::table parse_toml(std::string_view text, const std::string& path) {
  std::string ascii(text.substr(text.starts_with(utf8_mark) ? utf8_mark.size() : 0));
  hide_letters(ascii);
  try {
    return toml::parse(ascii, path);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    fail(ErrorKind::invalid, "{}:{}:{}: not valid TOML: {}", path, at.line, at.column,
         printable(error.description()));
  }
}

}  // namespace lade
