#pragma once

// toml++ 3.3 asserts what malformed files break; without that it goes on to an error of its own
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libimage/base/time.h"

namespace lade {

/// A text with the line it stands on.
struct TomlString {
  std::string text;
  std::size_t line = 0;
};

/// One table of a TOML file, read strictly: a value of another type than the one asked for is
/// `invalid`, with file, line, key, wanted and got.
class TomlTable {
 public:
  /// `name` is how messages call the table ("registry.mirror"), empty for the file itself.
  TomlTable(const toml::table& table, std::string path, std::string name);

  /// "FILE:LINE" of the table's header.
  std::string origin() const { return origin_at(line_of({})); }
  /// "FILE:LINE"
  std::string origin_at(std::size_t line) const;
  bool has(std::string_view key) const { return table_->contains(key); }
  /// Line of a key's value, of the table if there is no such key.
  std::size_t line_of(std::string_view key) const;

  std::optional<std::string> find_string(std::string_view key) const;
  std::optional<bool> find_bool(std::string_view key) const;
  std::optional<std::int64_t> find_int(std::string_view key) const;
  /// A number, whole or not; may be infinite or none at all.
  std::optional<double> find_number(std::string_view key) const;
  /// A date with time and offset; or a date alone, which is its first moment in UTC.
  std::optional<Timestamp> find_time(std::string_view key) const;
  /// Nothing if absent, so that an empty list can mean something.
  std::optional<std::vector<TomlString>> find_strings(std::string_view key) const;
  std::optional<TomlTable> find_table(std::string_view key) const;
  /// The tables of `[[key]]`; none if absent.
  std::vector<TomlTable> find_tables(std::string_view key) const;
  bool is_table(std::string_view key) const;
  bool is_string(std::string_view key) const;
  /// The elements of a list, each a string or a table; nothing if absent.
  std::vector<std::variant<TomlString, TomlTable>> find_strings_and_tables(
      std::string_view key) const;
  /// The keys in their order of the alphabet.
  std::vector<std::string> keys() const;
  /// How messages call the table.
  const std::string& name() const { return name_; }
  /// `invalid` for a key that is not one of these, with the one that was probably meant.
  void allow_only(std::span<const std::string_view> known) const;

  /// Throws `invalid`: "FILE:LINE: KEY: wanted WANTED, got GOT".
  [[noreturn]] void refuse(std::string_view key, std::string_view wanted,
                           std::string_view got) const;
  [[noreturn]] void refuse_at(std::size_t line, std::string_view key, std::string_view wanted,
                              std::string_view got) const;
  /// The same in other words: "FILE:LINE: KEY: MESSAGE"; without a key, of the table itself.
  [[noreturn]] void refuse_as(std::string_view key, std::string_view message) const;

 private:
  [[noreturn]] void wrong_type(std::string_view key, std::string_view wanted,
                               const toml::node& got) const;
  std::string full_key(std::string_view key) const;

  const toml::table* table_;
  std::string path_;
  std::string name_;
};

/// Throws `invalid` with file, line and column if `text` is no TOML, which has letters beyond ASCII
/// in strings and comments alone.
toml::table parse_toml(std::string_view text, const std::string& path);

}  // namespace lade
