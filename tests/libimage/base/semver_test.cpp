#include "libimage/base/semver.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

TEST_CASE("versions are in the order of semver.org, with the prefix and the gaps of tags") {
  // section 11 of the specification
  const std::vector<std::string> sorted = {
      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
      "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",       "v1",
      "1.0.1",        "v1.2",          "1.10.0",           "2.0.0-0",
      "2.0"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      CAPTURE(sorted[i], sorted[j]);
      CHECK((*Version::find(sorted[i]) < *Version::find(sorted[j])) == (i < j));
    }
  }
  CHECK(*Version::find("1.2.0+build.7") == *Version::find("v1.2"));
}

TEST_CASE("what is no version is none") {
  for (const char* text : {"", "v", "latest", "1.2.3.4", "1..2", "1.x", "1.2-", "1.2.3-a..b",
                           "1.2.3-a_b", "1.2.3+", "-1", "99999999999999999999", "3.19-alpine/x"}) {
    CAPTURE(text);
    CHECK_FALSE(Version::find(text));
  }
}

TEST_CASE("a range holds what skopeo's images-by-semver would take") {
  struct Case {
    const char* range;
    std::vector<const char*> inside;
    std::vector<const char*> outside;
  };
  const std::vector<Case> cases = {
      {">= 3.12.0", {"3.12", "3.12.1", "4.0.0"}, {"3.11.9", "3.13.0-rc.1", "latest"}},
      {">=1.2 <2", {"1.2.0", "1.9.9"}, {"1.1.9", "2.0.0", "2.0.0-rc.1"}},
      {">=1.2,<2 || 3.x", {"1.5.0", "3.0.0", "3.9"}, {"2.5.0", "4.0.0"}},
      {"1.2.3", {"1.2.3", "v1.2.3"}, {"1.2.4", "1.2.3-rc.1"}},
      {"=1.2", {"1.2.0", "1.2.9"}, {"1.3.0", "1.1.9"}},
      {"1", {"1.0.0", "1.9.0"}, {"2.0.0"}},
      {"!=1.2", {"1.1.0", "1.3.0"}, {"1.2.0", "1.2.5"}},
      {"!=1.2.3", {"1.2.4"}, {"1.2.3"}},
      {">1.2.3", {"1.2.4"}, {"1.2.3"}},
      {">1", {"2.0.0"}, {"1.0.0", "1.9.0"}},
      {">1.2", {"1.3.0"}, {"1.2.9"}},
      {"<1.2", {"1.1.9"}, {"1.2.0"}},
      {"<=1.2", {"1.2.9", "0.1.0"}, {"1.3.0"}},
      {"<=1.2.3", {"1.2.3"}, {"1.2.4"}},
      {"~1.2.3", {"1.2.3", "1.2.9"}, {"1.2.2", "1.3.0"}},
      {"~1", {"1.0.0", "1.9.0"}, {"2.0.0"}},
      {"~1.2.0-beta", {"1.2.0-beta", "1.2.0-rc.1", "1.2.1"}, {"1.3.0-alpha", "1.2.0-alpha"}},
      {"^1.2.3", {"1.2.3", "1.9.0"}, {"2.0.0", "1.2.2"}},
      {"^0.2.3", {"0.2.3", "0.2.9"}, {"0.3.0", "1.0.0"}},
      {"^0.0.3", {"0.0.3"}, {"0.0.4"}},
      {"^0.0", {"0.0.9"}, {"0.1.0"}},
      {"^0", {"0.9.0"}, {"1.0.0"}},
      {"1.2 - 1.4.5", {"1.2.0", "1.4.5"}, {"1.4.6", "1.1.0"}},
      {"1.2 - 1.4", {"1.4.9"}, {"1.5.0"}},
      {"*", {"0.0.0", "9.9.9"}, {"1.0.0-rc.1"}},
      {"1.2.x", {"1.2.9"}, {"1.3.0"}},
      {"1.*", {"1.3.0"}, {"2.0.0"}},
      {"> = 1", {}, {"0.9.0"}},
      {">=1.0.0-0", {"1.0.0-rc.1", "2.0.0-rc.1"}, {"0.9.0"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.range);
    const VersionRange range = VersionRange::parse(one.range);
    for (const char* text : one.inside) {
      CAPTURE(text);
      CHECK(range.contains(text));
    }
    for (const char* text : one.outside) {
      CAPTURE(text);
      CHECK_FALSE(range.contains(text));
    }
  }
}

TEST_CASE("what is no range of versions is refused") {
  for (const char* text : {"", "  ", "||", ">=1 ||", "latest", ">", ">>1", "1 -", "- 1", "1.2.3.4",
                           ">=a", "1.2 - ", "!1"}) {
    CAPTURE(text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { VersionRange::parse(text); }),
               Catch::Contains("no range of versions"));
  }
}

}  // namespace
}  // namespace lade
