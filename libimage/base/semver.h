#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade {

/// A semantic version (semver.org 2.0.0), as tags have it: "v" in front and missing parts, which
/// are 0, are allowed. What stands behind "+" makes no difference.
struct Version {
  std::array<std::uint64_t, 3> numbers{};  ///< major, minor, patch
  std::vector<std::string> prerelease{};

  /// Nothing if it is none.
  static std::optional<Version> find(std::string_view text);
  /// By precedence: 1.0.0-rc.1 is before 1.0.0.
  bool operator<(const Version& other) const;
  bool operator==(const Version& other) const = default;
};

/// Which versions are wanted, as skopeo's images-by-semver says it: comparisons (=, !=, >, <, >=,
/// <=, ~, ^) with blanks or commas between those that must all hold, "||" between alternatives,
/// "1.2 - 1.4", and x, X or * in place of a number. A prerelease is in a range only if the
/// comparison names one.
class VersionRange {
 public:
  /// `invalid` if it is none.
  static VersionRange parse(std::string_view text);

  bool contains(const Version& version) const;
  /// False too for what is no version.
  bool contains(std::string_view text) const;

 private:
  struct Comparison {
    bool negated = false;
    bool takes_prereleases = false;
    std::optional<Version> least{};      ///< that version or later
    std::optional<Version> more_than{};  ///< later than that
    std::optional<Version> most{};       ///< that version or earlier
    /// Before that, whose prereleases are beyond as well.
    std::optional<std::array<std::uint64_t, 3>> end{};
    std::optional<Version> less_than{};

    bool holds(const Version& version) const;
  };

  static Comparison compare(std::string_view operation, const struct VersionPart& operand);
  static std::vector<Comparison> parse_all(std::string_view text, std::string_view whole);

  std::vector<std::vector<Comparison>> alternatives_;
};

}  // namespace lade
