#include "signing/sigstore/proto_json.h"

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
std::optional<std::string> find_bytes(const Json& object, std::string_view key,
                                      std::string_view what) {
  auto text = find_string(object, key, what);
  if (!text) return std::nullopt;
  std::replace(text->begin(), text->end(), '-', '+');
  std::replace(text->begin(), text->end(), '_', '/');
  while (text->size() % 4 != 0) *text += '=';
  auto bytes = from_base64(*text);
  if (!bytes) fail(ErrorKind::invalid, "{}: {} is not base64", what, key);
  return bytes;
}

std::string get_bytes(const Json& object, std::string_view key, std::string_view what) {
  auto bytes = find_bytes(object, key, what);
  if (!bytes || bytes->empty()) fail(ErrorKind::invalid, "{} has no {}", what, key);
  return std::move(*bytes);
}

std::optional<std::int64_t> find_int64(const Json& object, std::string_view key,
                                       std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr || !member->is_string()) return find_int(object, key, what);
  const auto& text = member->get_ref<const std::string&>();
  const auto number = parse_int(text);
  if (!number) fail(ErrorKind::invalid, "{}: {} is \"{}\", no number", what, key, printable(text));
  return number;
}

TimeRange find_range(const Json& object, std::string_view key, std::string_view what) {
  const Json* range = find_object(object, key, what);
  if (range == nullptr) return {};
  const auto find_time = [&](std::string_view end) -> std::optional<Timestamp> {
    const auto text = find_string(*range, end, what);
    if (!text) return std::nullopt;
    const auto time = parse_rfc3339(*text);
    if (!time) fail(ErrorKind::invalid, "{}: {} is \"{}\", no time", what, end, printable(*text));
    return time;
  };
  return {.start = find_time("start"), .end = find_time("end")};
}

std::int64_t get_count(const Json& object, std::string_view key, std::string_view what) {
  const std::int64_t number = find_int64(object, key, what).value_or(0);
  if (number < 0) fail(ErrorKind::invalid, "{}: {} is {}, less than 0", what, key, number);
  return number;
}

const Json& get_object(const Json& object, std::string_view key, std::string_view what) {
  const Json* member = find_object(object, key, what);
  if (member == nullptr) fail(ErrorKind::invalid, "{} has no {}", what, key);
  return *member;
}

const Json* find_bounded_array(const Json& object, std::string_view key, std::size_t limit,
                               std::string_view what) {
  const Json* array = find_array(object, key, what);
  if (array != nullptr && array->size() > limit) {
    fail(ErrorKind::invalid, "{}: {} has {} elements; more than {} are not looked at", what, key,
         array->size(), limit);
  }
  return array;
}

}  // namespace lade::signing
