#include "registry/config/toml_table.h"

#include <algorithm>
#include <sstream>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {
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

toml::table parse_toml(std::string_view text, const std::string& path) {
  // toml++ 3.3 runs into undefined behaviour on some letters outside of strings. None beyond ASCII
  // means anything in these files, so all read the same: wrong, or a part of a comment.
  std::string ascii(text.substr(text.starts_with(utf8_mark) ? utf8_mark.size() : 0));
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  try {
    return toml::parse(ascii, path);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    fail(ErrorKind::invalid, "{}:{}:{}: not valid TOML: {}", path, at.line, at.column,
         printable(error.description()));
  }
}

}  // namespace lade::registry
