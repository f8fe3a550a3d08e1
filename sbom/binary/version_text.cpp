#include "sbom/binary/version_text.h"

#include <algorithm>
#include <array>

namespace lade::sbom {
namespace {

constexpr std::size_t most_parts = 5;
constexpr std::size_t most_digits = 8;

bool is_version_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_letter(char c) { return c >= 'a' && c <= 'z'; }

std::size_t count_digits(std::string_view text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_version_digit);
  return static_cast<std::size_t>(end - text.begin());
}

/// Length of "-rc1", "rc.2", "beta", "~alpha3" at the beginning of a text; 0 if there is none.
std::size_t prerelease_length(std::string_view text) {
  constexpr std::array<std::string_view, 8> words = {"alpha", "beta",    "rc",      "pre",
                                                     "dev",   "preview", "nightly", "canary"};
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '~') ? 1 : 0;
  const std::string_view from = text.substr(at);
  std::size_t length = 0;
  for (const std::string_view word : words) {
    if (from.starts_with(word)) length = std::max(length, word.size());
  }
  if (length == 0) return 0;
  at += length;
  while (at < text.size() && (is_version_digit(text[at]) || text[at] == '.')) ++at;
  while (text[at - 1] == '.') --at;
  return at;
}

/// Length of "w" in "1.1.1w" and "zk" in "1.0.2zk".
std::size_t letters_length(std::string_view text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_lower_letter);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const bool goes_on = length < text.size() && (is_version_digit(text[length]) ||
                                                (text[length] >= 'A' && text[length] <= 'Z'));
  return length <= 2 && !goes_on ? length : 0;
}

}  // namespace

std::optional<std::string_view> take_version(std::string_view text, std::size_t least_parts,
                                             bool with_letters) {
  std::size_t at = 0;
  std::size_t parts = 0;
  for (;;) {
    const std::size_t digits = count_digits(text.substr(at));
    if (digits == 0 || digits > most_digits || parts == most_parts) return std::nullopt;
    at += digits;
    ++parts;
    const bool more = at + 1 < text.size() && text[at] == '.' && is_version_digit(text[at + 1]);
    if (!more) break;
    ++at;
  }
  if (parts < least_parts) return std::nullopt;
  if (at < text.size() && text[at] == '_') {
    const std::size_t digits = count_digits(text.substr(at + 1));
    if (digits != 0 && digits <= most_digits) at += 1 + digits;
  }
  const std::string_view rest = text.substr(at);
  const std::size_t tail = prerelease_length(rest);
  if (tail != 0) return text.substr(0, at + tail);
  return text.substr(0, at + (with_letters ? letters_length(rest) : 0));
}

}  // namespace lade::sbom
