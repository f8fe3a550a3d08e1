#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace lade::sbom {

/// The parts of what looks like a semantic version; views of it.
struct SemverText {
  std::string_view numbers;     ///< between dots, one at least
  std::string_view prerelease;  ///< identifiers between dots; empty if there is none
  std::string_view build;       ///< likewise
};

/// Nothing if `text` is none. A "v" in front, zeros in front of numbers and any count of numbers
/// are let pass.
std::optional<SemverText> find_semver(std::string_view text);

/// Missing numbers are 0.
std::weak_ordering compare_dotted_numbers(std::string_view a, std::string_view b);

/// Identifiers one by one: numbers as such and before others, others by bytes or without regard
/// to case; who has more is later. Nothing at all is before everything.
std::weak_ordering compare_identifiers(std::string_view a, std::string_view b,
                                       bool with_case = true);

/// Numbers and prereleases (semver.org 2.0.0, clause 11).
std::weak_ordering compare_precedence(const SemverText& a, const SemverText& b,
                                      bool with_case = true);

}  // namespace lade::sbom
