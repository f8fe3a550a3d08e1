#include "sbom/version/affected.h"

#include <catch2/catch.hpp>

#include "sbom/version/ecosystem.h"

namespace lade::sbom {
namespace {

using enum VersionEvent::Kind;

bool affects(const std::vector<VersionEvent>& events, std::string_view version,
             VersionScheme scheme = VersionScheme::semver) {
  return AffectedRange(scheme, events).contains(version);
}

}  // namespace

TEST_CASE("a range is open from where it is introduced to before where it is fixed") {
  const std::vector<VersionEvent> events{{introduced, "1.0.0"}, {fixed, "1.2.0"}};
  CHECK_FALSE(affects(events, "0.9.9"));
  CHECK_FALSE(affects(events, "1.0.0-rc.1"));
  CHECK(affects(events, "1.0.0"));
  CHECK(affects(events, "1.2.0-rc.1"));
  CHECK_FALSE(affects(events, "1.2.0"));
  CHECK_FALSE(affects(events, "1.2.0+build"));
  CHECK_FALSE(affects(events, "2.0.0"));
}

TEST_CASE("0 is before every version, and without an end a range goes on") {
  CHECK(affects({{introduced, "0"}}, "0.0.0-0"));
  CHECK(affects({{introduced, "0"}}, "no version"));
  CHECK(affects({{introduced, "0"}, {fixed, "1:1~rc1-1"}}, "1~", VersionScheme::dpkg));
  CHECK(affects({{introduced, "0"}, {fixed, "0.1"}}, "~1", VersionScheme::dpkg));
  CHECK_FALSE(affects({}, "1.0.0"));
  CHECK_FALSE(affects({{fixed, "2.0.0"}}, "1.0.0"));
}

TEST_CASE("the last version affected is affected") {
  const std::vector<VersionEvent> events{{introduced, "0"}, {last_affected, "1.2"}};
  CHECK(affects(events, "1.2.0"));
  CHECK_FALSE(affects(events, "1.2.1"));
  CHECK(affects(events, "1.2-1", VersionScheme::alpm) == false);
  CHECK(affects({{introduced, "1.0"}, {last_affected, "1.0"}}, "1.0"));
}

TEST_CASE("a range may open more than once, and its events need no order") {
  const std::vector<VersionEvent> events{{fixed, "3.0.5"},  {introduced, "2.0"}, {fixed, "1.4"},
                                         {introduced, "0"}, {introduced, "3.0"}, {fixed, "2.7"}};
  for (const auto* version : {"1.3", "2.0", "2.6.9", "3.0", "3.0.4"}) {
    INFO(version);
    CHECK(affects(events, version));
  }
  for (const auto* version : {"1.4", "1.9", "2.7", "2.9", "3.0.5", "4"}) {
    INFO(version);
    CHECK_FALSE(affects(events, version));
  }
}

TEST_CASE("of two events at one version the later in the row holds") {
  CHECK_FALSE(affects({{introduced, "1.0"}, {fixed, "1.0"}}, "1.0"));
  CHECK(affects({{introduced, "0"}, {fixed, "1.0"}, {introduced, "1.0"}, {fixed, "2.0"}}, "1.0"));
}

TEST_CASE("nothing beyond every limit is in a range") {
  const std::vector<VersionEvent> events{{introduced, "0"}, {limit, "2.0.0"}};
  CHECK(affects(events, "1.9.9"));
  CHECK_FALSE(affects(events, "2.0.0"));
  CHECK(affects({{introduced, "0"}, {limit, "2.0.0"}, {limit, "3.0.0"}}, "2.5.0"));
  CHECK(affects({{introduced, "0"}, {limit, "2.0.0"}, {limit, "*"}}, "9.0.0"));
}

TEST_CASE("the fix of a version is the next one after it") {
  const AffectedRange range(
      VersionScheme::semver,
      {{introduced, "2.0.0"}, {fixed, "2.10.0"}, {introduced, "0"}, {fixed, "1.9.0"}});
  CHECK(range.find_fix("1.0.0") == "1.9.0");
  CHECK(range.find_fix("2.0.0") == "2.10.0");
  CHECK(range.find_fix("2.10.0") == std::nullopt);
  CHECK(AffectedRange(VersionScheme::semver, {{introduced, "0"}}).find_fix("1.0.0") ==
        std::nullopt);
}

TEST_CASE("bounds that are no versions are told of") {
  const AffectedRange range(VersionScheme::semver, {{introduced, "0"},
                                                    {fixed, "1.x"},
                                                    {introduced, "2.0.0"},
                                                    {limit, "*"},
                                                    {fixed, "tomorrow"}});
  CHECK(range.doubtful_bounds() == std::vector<std::string>{"1.x", "tomorrow"});
}

TEST_CASE("enumerated versions are found in whatever spelling they are the same") {
  const std::vector<std::string> versions{"1.0.0", "2.0rc1", "odd one"};
  CHECK(is_enumerated(VersionScheme::pypi, versions, "1.0"));
  CHECK(is_enumerated(VersionScheme::pypi, versions, "2.0.c1"));
  CHECK(is_enumerated(VersionScheme::pypi, versions, "odd one"));
  CHECK_FALSE(is_enumerated(VersionScheme::pypi, versions, "odd"));
  CHECK_FALSE(is_enumerated(VersionScheme::pypi, versions, "1.0.1"));
  CHECK_FALSE(is_enumerated(VersionScheme::hackage, versions, "1.0"));
  // equivalent by the order alone, as neither is a version
  CHECK_FALSE(
      is_enumerated(VersionScheme::composer, std::vector<std::string>{"dev-main"}, "dev-fix"));
}

TEST_CASE("kinds of events are found by their names") {
  for (const auto kind : {introduced, fixed, last_affected, limit}) {
    CHECK(find_event_kind(to_string(kind)) == kind);
  }
  CHECK(find_event_kind("last_affected") == last_affected);
  CHECK(find_event_kind("Fixed") == std::nullopt);
  CHECK(find_event_kind("") == std::nullopt);
}

TEST_CASE("ecosystems have the orders of their packages") {
  const std::vector<std::pair<std::string_view, VersionScheme>> table{
      {"AlmaLinux:9", VersionScheme::rpm},
      {"Alpine:v3.18", VersionScheme::apk},
      {"Bitnami", VersionScheme::semver},
      {"CRAN", VersionScheme::cran},
      {"Chainguard", VersionScheme::apk},
      {"Debian:12", VersionScheme::dpkg},
      {"Debian", VersionScheme::dpkg},
      {"GitHub Actions", VersionScheme::semver},
      {"Go", VersionScheme::go},
      {"Hackage", VersionScheme::hackage},
      {"Hex", VersionScheme::semver},
      {"Mageia:9", VersionScheme::rpm},
      {"Maven:https://repo.example/releases", VersionScheme::maven},
      {"NuGet", VersionScheme::nuget},
      {"Packagist", VersionScheme::composer},
      {"Pub", VersionScheme::pub},
      {"PyPI", VersionScheme::pypi},
      {"Red Hat:enterprise_linux:9::appstream", VersionScheme::rpm},
      {"Rocky Linux:9", VersionScheme::rpm},
      {"Root:Alpine:3.18", VersionScheme::apk},
      {"Root:PyPI", VersionScheme::pypi},
      {"RubyGems", VersionScheme::rubygems},
      {"SUSE:Linux Enterprise Server 15 SP5", VersionScheme::rpm},
      {"SwiftURL", VersionScheme::semver},
      {"Ubuntu:22.04:LTS", VersionScheme::dpkg},
      {"Ubuntu:Pro:18.04:LTS", VersionScheme::dpkg},
      {"Wolfi", VersionScheme::apk},
      {"crates.io", VersionScheme::crates},
      {"npm", VersionScheme::npm},
      {"openEuler:24.03-LTS", VersionScheme::rpm},
      {"openSUSE:Leap 15.6", VersionScheme::rpm}};
  for (const auto& [ecosystem, scheme] : table) {
    INFO(ecosystem);
    CHECK(find_version_scheme(ecosystem) == scheme);
  }
}

TEST_CASE("ecosystems that nobody knows have no order") {
  for (const auto* ecosystem :
       {"", ":", "debian", "NPM", "OSS-Fuzz", "Android", "Zig", "Root", "Root:"}) {
    INFO(ecosystem);
    CHECK(find_version_scheme(ecosystem) == std::nullopt);
  }
}

}  // namespace lade::sbom
