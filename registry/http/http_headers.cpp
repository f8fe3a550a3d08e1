#include "registry/http/http_headers.h"

#include <algorithm>
#include <ctime>

#include "libimage/base/text.h"

namespace lade::registry {
namespace {

bool same_name(std::string_view a, std::string_view b) { return to_lower(a) == to_lower(b); }

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  const auto number = parse_int(text);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

/// Whether the parameters of a link say rel="next".
bool is_next(std::string_view parameters) {
  for (const std::string& parameter : split(parameters, ';')) {
    const auto equals = parameter.find('=');
    if (equals == std::string::npos) continue;
    if (!same_name(trim(std::string_view(parameter).substr(0, equals)), "rel")) continue;
    std::string_view relation = trim(std::string_view(parameter).substr(equals + 1));
    if (relation.size() >= 2 && relation.front() == '"' && relation.back() == '"') {
      relation = relation.substr(1, relation.size() - 2);
    }
    for (const std::string& one : split(relation, ' ')) {
      if (same_name(one, "next")) return true;
    }
  }
  return false;
}

}  // namespace

void HttpHeaders::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void HttpHeaders::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
}

std::optional<std::string> HttpHeaders::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_name(field, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string> HttpHeaders::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields_) {
    if (same_name(field, name)) values.push_back(value);
  }
  return values;
}

std::optional<std::int64_t> retry_after_seconds(std::string_view value, Timestamp now) {
  if (const auto seconds = parse_int(trim(value))) {
    if (*seconds < 0) return std::nullopt;
    return seconds;
  }
  const auto date = parse_http_date(trim(value));
  if (!date) return std::nullopt;
  return std::max<std::int64_t>(date->seconds - now.seconds, 0);
}

std::optional<Timestamp> parse_http_date(std::string_view value) {
  std::tm time{};
  const std::string text(value);
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Timestamp{::timegm(&time), 0};
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view unit = "bytes ";
  value = trim(value);
  if (!value.starts_with(unit)) return std::nullopt;
  value.remove_prefix(unit.size());
  const auto dash = value.find('-');
  const auto slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
    return std::nullopt;
  }
  const auto first = parse_unsigned(value.substr(0, dash));
  const auto last = parse_unsigned(value.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *last < *first) return std::nullopt;
  ContentRange range{*first, *last};
  const std::string_view total = value.substr(slash + 1);
  if (total == "*") return range;
  range.total_bytes = parse_unsigned(total);
  if (!range.total_bytes || *range.total_bytes <= range.last) return std::nullopt;
  return range;
}

std::optional<std::string> next_link(std::string_view value) {
  // targets may hold commas and semicolons, so links are found by their angle brackets
  while (true) {
    const auto open = value.find('<');
    if (open == std::string_view::npos) return std::nullopt;
    const auto close = value.find('>', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view target = value.substr(open + 1, close - open - 1);
    value.remove_prefix(close + 1);
    std::string_view parameters = value.substr(0, value.find('<'));
    if (parameters.size() < value.size()) parameters = parameters.substr(0, parameters.rfind(','));
    if (is_next(parameters)) return std::string(target);
  }
}

}  // namespace lade::registry
