#include "signing/policy/strict_object.h"

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// Go's decoder, which wrote the rules of this file, passes over line ends.
std::string decoded(std::string text, std::string_view path) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  auto bytes = from_base64(text);
  if (!bytes) fail(ErrorKind::invalid, "{} is not base64", path);
  if (bytes->empty()) fail(ErrorKind::invalid, "{} is empty", path);
  return std::move(*bytes);
}

std::string element_path(std::string_view path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

}  // namespace

StrictObject::StrictObject(const Json& json, std::string where)
    : json_(json), where_(std::move(where)) {
  if (!json.is_object()) {
    fail(ErrorKind::invalid, "{} is of the type {}; wanted an object", where_, json.type_name());
  }
}

std::string StrictObject::path_of(std::string_view key) const {
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
  return plain && !key.empty() ? fmt::format("{}.{}", where_, key)
                               : fmt::format("{}.\"{}\"", where_, printable(key));
}

bool StrictObject::has(std::string_view key) const { return json_.contains(std::string(key)); }

const Json* StrictObject::find(std::string_view key) {
  known_.emplace(key);
  const auto found = json_.find(std::string(key));
  return found == json_.end() ? nullptr : &*found;
}

const Json& StrictObject::get(std::string_view key) {
  const Json* found = find(key);
  if (found == nullptr) fail(ErrorKind::invalid, "{} has no \"{}\"", where_, key);
  return *found;
}

std::string StrictObject::text_of(const Json& value, std::string_view path) const {
  if (!value.is_string()) {
    fail(ErrorKind::invalid, "{} is of the type {}; wanted a string", path, value.type_name());
  }
  return value.get<std::string>();
}

std::optional<std::string> StrictObject::find_text(std::string_view key) {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  std::string text = text_of(*found, path_of(key));
  if (text.empty()) fail(ErrorKind::invalid, "{} is empty", path_of(key));
  return text;
}

std::string StrictObject::get_text(std::string_view key) {
  get(key);
  return *find_text(key);
}

std::optional<std::vector<std::string>> StrictObject::find_texts(std::string_view key) {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_array() || found->empty()) {
    fail(ErrorKind::invalid, "{} is {}; wanted a list of strings", path_of(key),
         found->is_array() ? "empty" : fmt::format("of the type {}", found->type_name()));
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const std::string path = element_path(path_of(key), i);
    texts.push_back(text_of((*found)[i], path));
    if (texts.back().empty()) fail(ErrorKind::invalid, "{} is empty", path);
  }
  return texts;
}

std::optional<std::string> StrictObject::find_base64(std::string_view key) {
  auto text = find_text(key);
  return text ? std::optional(decoded(std::move(*text), path_of(key))) : std::nullopt;
}

std::optional<std::vector<std::string>> StrictObject::find_base64s(std::string_view key) {
  auto texts = find_texts(key);
  for (std::size_t i = 0; texts && i < texts->size(); ++i) {
    (*texts)[i] = decoded(std::move((*texts)[i]), element_path(path_of(key), i));
  }
  return texts;
}

std::size_t StrictObject::count(std::initializer_list<std::string_view> keys) const {
  return static_cast<std::size_t>(
      std::count_if(keys.begin(), keys.end(), [this](std::string_view key) { return has(key); }));
}

void StrictObject::finish() const {
  for (const auto& [key, value] : json_.items()) {
    if (known_.contains(key)) continue;
    const std::vector<std::string_view> names(known_.begin(), known_.end());
    const auto meant = did_you_mean(key, names);
    fail(ErrorKind::invalid, "{} has an unknown member \"{}\"{}", where_, printable(key),
         meant ? fmt::format("; did you mean \"{}\"?", *meant) : "");
  }
}

}  // namespace lade::signing
