#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libimage/base/time.h"

namespace lade::registry {

/// The header fields of a request or an answer in their order. Names compare without case (RFC 9110
/// 5.1).
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields)
      : fields_(fields) {}

  void add(std::string name, std::string value);
  void remove(std::string_view name);
  /// The first field of that name.
  std::optional<std::string> find(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Seconds to wait by a Retry-After field (RFC 9110 10.2.3): a number or an HTTP date seen from
/// `now`; never negative. Nothing if it is neither.
std::optional<std::int64_t> retry_after_seconds(std::string_view value, Timestamp now);

/// IMF-fixdate (RFC 9110 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<Timestamp> parse_http_date(std::string_view value);

/// What a Content-Range field (RFC 9110 14.4) says was sent.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> total_bytes{};
};
std::optional<ContentRange> parse_content_range(std::string_view value);

/// The target of the link with rel="next" in a Link field (RFC 8288), not resolved.
std::optional<std::string> next_link(std::string_view value);

}  // namespace lade::registry
