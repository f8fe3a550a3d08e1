#include <algorithm>
#include <string>
#include <string_view>

#include "builder/containerfile/findings.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

constexpr std::size_t longest_tag_bytes = 128;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

template <class Allowed>
bool all_of(std::string_view text, Allowed allowed) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_host(std::string_view text) {
  return all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
}

bool is_path_part(std::string_view text) {
  return all_of(text,
                [](char c) { return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-'; }) &&
         is_lower_or_digit(text.front()) && is_lower_or_digit(text.back());
}

bool is_tag(std::string_view text) {
  return text.size() <= longest_tag_bytes && text.front() != '.' && text.front() != '-' &&
         all_of(text,
                [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && all_of(text.substr(0, colon), is_lower_or_digit) &&
         text.size() - colon > 32 && all_of(text.substr(colon + 1), is_letter_or_digit);
}

}  // namespace

bool is_image_name(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos && !is_digest(text.substr(at + 1))) return false;
  text = text.substr(0, at);
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    if (colon + 1 == text.size() || !is_tag(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  const std::vector<std::string> parts = split(text, '/');
  const bool has_host =
      parts.size() > 1 &&
      (parts.front().find_first_of(".:") != std::string::npos || parts.front() == "localhost");
  if (has_host && !is_host(parts.front())) return false;
  return std::all_of(parts.begin() + (has_host ? 1 : 0), parts.end(), is_path_part);
}

}  // namespace lade::containerfile
