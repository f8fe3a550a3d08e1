// Semantic Versioning 2.0.0 (semver.org), clause 11: numbers from left to right; a prerelease
// before the version without; prereleases identifier by identifier, numbers before words; build
// metadata makes no difference. npm, crates.io, Hex, Swift and whoever's advisories have OSV's type
// SEMVER follow it. Numbers have no bound here.
#include "sbom/version/semver.h"

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

bool are_dotted_numbers(std::string_view text) {
  return are_identifiers(text) && all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

std::weak_ordering compare_identifier(std::string_view a, std::string_view b, bool with_case) {
  const bool number_a = is_number(a);
  const bool number_b = is_number(b);
  if (number_a != number_b) {
    return number_a ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  if (number_a) return compare_numbers(a, b);
  return with_case ? std::weak_ordering(a <=> b) : compare_without_case(a, b);
}

std::weak_ordering compare_semver(std::string_view a, std::string_view b) {
  return compare_parsed(
      find_semver(a), find_semver(b), a, b,
      [](const SemverText& x, const SemverText& y) { return compare_precedence(x, y); });
}

bool is_semver(std::string_view text) { return find_semver(text).has_value(); }

}  // namespace

std::optional<SemverText> find_semver(std::string_view text) {
  if (!take(text, 'v')) take(text, 'V');
  SemverText parts;
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    parts.build = text.substr(plus + 1);
    if (!are_identifiers(parts.build)) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const auto hyphen = text.find('-'); hyphen != std::string_view::npos) {
    parts.prerelease = text.substr(hyphen + 1);
    if (!are_identifiers(parts.prerelease)) return std::nullopt;
    text = text.substr(0, hyphen);
  }
  if (!are_dotted_numbers(text)) return std::nullopt;
  parts.numbers = text;
  return parts;
}

std::weak_ordering compare_dotted_numbers(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto order = compare_numbers(take_part(a, "."), take_part(b, "."));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b, bool with_case) {
  while (!a.empty() && !b.empty()) {
    const auto order = compare_identifier(take_part(a, "."), take_part(b, "."), with_case);
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

std::weak_ordering compare_precedence(const SemverText& a, const SemverText& b, bool with_case) {
  const auto numbers = compare_dotted_numbers(a.numbers, b.numbers);
  if (numbers != 0) return numbers;
  if (a.prerelease.empty() || b.prerelease.empty()) {
    return a.prerelease.empty() <=> b.prerelease.empty();
  }
  return compare_identifiers(a.prerelease, b.prerelease, with_case);
}

const VersionOrder semver_order{compare_semver, is_semver};

}  // namespace lade::sbom
