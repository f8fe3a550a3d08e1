#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <compare>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/version/version.h"

namespace lade::sbom {

inline constexpr std::array<VersionScheme, 17> all_schemes{
    VersionScheme::dpkg,   VersionScheme::rpm,      VersionScheme::apk,      VersionScheme::alpm,
    VersionScheme::opkg,   VersionScheme::semver,   VersionScheme::npm,      VersionScheme::crates,
    VersionScheme::go,     VersionScheme::pub,      VersionScheme::nuget,    VersionScheme::pypi,
    VersionScheme::maven,  VersionScheme::rubygems, VersionScheme::composer, VersionScheme::cran,
    VersionScheme::hackage};

inline char sign_of(std::weak_ordering order) {
  if (order == 0) return '=';
  return order < 0 ? '<' : '>';
}

/// Versions made of up to eight of `pieces`, the same ones in every run. Few and short pieces make
/// equal and nearly equal versions frequent.
class RandomVersions {
 public:
  RandomVersions(std::vector<std::string> pieces, std::uint32_t seed)
      : pieces_(std::move(pieces)), random_(seed) {}

  std::string next() {
    std::string version;
    for (auto left = 1 + random_() % 8; left > 0; --left) {
      version += pieces_[random_() % pieces_.size()];
    }
    return version;
  }

 private:
  std::vector<std::string> pieces_;
  std::mt19937 random_;
};

/// Every version of each is before all those of the next.
inline void check_ascending(VersionScheme scheme,
                            const std::vector<std::vector<std::string>>& groups) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = 0; j < groups.size(); ++j) {
      for (const std::string& a : groups[i]) {
        for (const std::string& b : groups[j]) {
          const char wanted = sign_of(std::weak_ordering(i <=> j));
          INFO(to_string(scheme) << ": " << a << ' ' << wanted << ' ' << b);
          CHECK(sign_of(compare_versions(scheme, a, b)) == wanted);
        }
      }
    }
  }
}

/// `good` are versions by the grammar, `bad` are not.
inline void check_grammar(VersionScheme scheme, const std::vector<std::string>& good,
                          const std::vector<std::string>& bad) {
  for (const std::string& text : good) {
    INFO(to_string(scheme) << ": " << text);
    CHECK(is_version(scheme, text));
  }
  for (const std::string& text : bad) {
    INFO(to_string(scheme) << ": \"" << text << '"');
    CHECK_FALSE(is_version(scheme, text));
  }
}

}  // namespace lade::sbom
