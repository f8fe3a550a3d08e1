#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "signing/x509/time_range.h"

/// Members of JSON that protobuf wrote (protobuf.dev, "ProtoJSON Format"): bytes are base64 of
/// either alphabet, 64-bit numbers are strings or numbers, and what has its default may be absent.
namespace lade::signing {

/// `invalid`, naming `key` of `what`, if it is there and no base64.
std::optional<std::string> find_bytes(const Json& object, std::string_view key,
                                      std::string_view what);
/// `invalid` if it is absent or empty, too.
std::string get_bytes(const Json& object, std::string_view key, std::string_view what);
/// Nothing for absent; `invalid` for what is no number of 64 bits.
std::optional<std::int64_t> find_int64(const Json& object, std::string_view key,
                                       std::string_view what);
/// A TimeRange of timestamps; without limits if it is absent, `invalid` for what is no time.
TimeRange find_range(const Json& object, std::string_view key, std::string_view what);
/// 0 for absent; `invalid` for less than 0.
std::int64_t get_count(const Json& object, std::string_view key, std::string_view what);
/// `invalid` if it is absent.
const Json& get_object(const Json& object, std::string_view key, std::string_view what);
/// Nullptr for absent; `invalid` if it has more than `limit` elements.
const Json* find_bounded_array(const Json& object, std::string_view key, std::size_t limit,
                               std::string_view what);

}  // namespace lade::signing
