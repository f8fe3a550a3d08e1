#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

namespace lade::signing {

/// An object of which every member has to be asked for: what nobody knows may be what its author
/// meant to be heeded. All throw `invalid`, naming the member by its path.
class StrictObject {
 public:
  StrictObject(const Json& json, std::string where);

  const std::string& where() const { return where_; }
  std::string path_of(std::string_view key) const;

  bool has(std::string_view key) const;
  /// Null is a value like others, and of no type that is wanted.
  const Json* find(std::string_view key);
  const Json& get(std::string_view key);
  std::optional<std::string> find_text(std::string_view key);
  std::string get_text(std::string_view key);
  /// Texts that are not empty, one at least.
  std::optional<std::vector<std::string>> find_texts(std::string_view key);
  /// The decoded bytes.
  std::optional<std::string> find_base64(std::string_view key);
  std::optional<std::vector<std::string>> find_base64s(std::string_view key);

  /// How many of the members there are.
  std::size_t count(std::initializer_list<std::string_view> keys) const;
  /// Throws for a member that was not asked for, with the name that was probably meant.
  void finish() const;

 private:
  std::string text_of(const Json& value, std::string_view path) const;

  const Json& json_;
  std::string where_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace lade::signing
