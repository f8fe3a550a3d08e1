#include "sbom/license/copyright_holder.h"

#include <algorithm>
#include <cctype>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::size_t holder_limit = 10'000;
constexpr std::size_t holder_limit_bytes = 300;

bool skip_prefix(std::string_view& text, std::string_view lower) {
  if (to_lower(text.substr(0, lower.size())) != lower) return false;
  text.remove_prefix(lower.size());
  return true;
}

/// The word "copyright" or the sign, in every form and order.
bool skip_claim(std::string_view& text) {
  bool claimed = false;
  for (;;) {
    text = trim(text);
    const bool more = skip_prefix(text, "copyright:") || skip_prefix(text, "copyright") ||
                      skip_prefix(text, "(c)") || skip_prefix(text, "\xc2\xa9") ||
                      skip_prefix(text, "&copy;");
    if (!more) return claimed;
    claimed = true;
  }
}

/// "1999", "1999-2003,", "2005 - present"
void skip_years(std::string_view& text) {
  for (;;) {
    const std::size_t signs = text.find_first_not_of(" \t,;:-/");
    const std::string_view rest = signs == std::string_view::npos ? "" : text.substr(signs);
    std::size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    const bool year = digits == 4 || (digits == 2 && signs > 0);
    const bool ends =
        digits == rest.size() || std::isalnum(static_cast<unsigned char>(rest[digits])) == 0;
    if (year && ends) {
      text = rest.substr(digits);
    } else if (to_lower(rest.substr(0, 7)) == "present") {
      text = rest.substr(7);
    } else if (rest.starts_with("\xe2\x80\x93")) {
      text = rest.substr(3);
    } else {
      text = rest;
      return;
    }
  }
}

}  // namespace

std::optional<std::string> find_copyright_holder(std::string_view statement) {
  skip_claim(statement);
  skip_years(statement);
  skip_claim(statement);
  if (skip_prefix(statement, "by ")) statement = trim(statement);
  const std::string lower = to_lower(statement);
  if (const auto reserved = lower.find("all rights reserved"); reserved != std::string::npos) {
    statement = statement.substr(0, reserved);
  }
  while (!statement.empty() &&
         std::string_view(" \t.,;:-").find(statement.back()) != std::string_view::npos) {
    statement.remove_suffix(1);
  }
  const bool named = std::any_of(statement.begin(), statement.end(), [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (!named || statement.size() > holder_limit_bytes) return std::nullopt;
  return printable(statement);
}

std::vector<std::string> copyright_holders_in(std::string_view text) {
  std::vector<std::string> holders;
  while (!text.empty() && holders.size() < holder_limit) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = line.substr(std::min(line.size(), line.find_first_not_of(" \t*#/;%|-\"'.")));
    std::string_view claimed = line;
    if (!skip_claim(claimed)) continue;
    // a statement has a year or the sign; "copyright notice" has neither
    const std::string_view said = line.substr(0, line.size() - claimed.size());
    const bool sign = to_lower(said).find("(c)") != std::string::npos ||
                      said.find('\xa9') != std::string_view::npos;
    const bool year = !claimed.empty() && claimed[0] >= '0' && claimed[0] <= '9';
    if (!sign && !year) continue;
    if (auto holder = find_copyright_holder(line)) holders.push_back(std::move(*holder));
  }
  std::sort(holders.begin(), holders.end());
  holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
  return holders;
}

}  // namespace lade::sbom
