#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/sbom/version/schemes.h"

namespace lade::sbom {
namespace {

const std::vector<std::string> pieces{
    "1",  "0",   "2",    "10", "01",  ".",  ".",        "-",     "+",    "~",    "^",
    "_",  ":",   "a",    "b",  "rc",  "-r", "x",        "alpha", "_pre", "_p1",  "final",
    "sp", "dev", "post", "1!", "go1", "v",  "\xce\xb1", "#",     "*",    "Beta", "stable"};

std::vector<std::string> samples(std::uint32_t seed, std::size_t count) {
  RandomVersions versions(pieces, seed);
  std::vector<std::string> all(count);
  std::generate(all.begin(), all.end(), [&] { return versions.next(); });
  return all;
}

void check_transitive(VersionScheme scheme, const std::vector<std::string>& all) {
  for (const std::string& a : all) {
    for (const std::string& b : all) {
      const auto ab = compare_versions(scheme, a, b);
      if (ab > 0) continue;
      for (const std::string& c : all) {
        const auto bc = compare_versions(scheme, b, c);
        if (bc > 0) continue;
        const auto ac = compare_versions(scheme, a, c);
        if (ac == (ab < 0 ? ab : bc)) continue;
        INFO(to_string(scheme) << ": " << a << ' ' << sign_of(ab) << ' ' << b << ' ' << sign_of(bc)
                               << ' ' << c << " but " << sign_of(ac));
        CHECK(false);
      }
    }
  }
}

}  // namespace

TEST_CASE("versions are equivalent to themselves, and orders are their own reverses") {
  const auto all = samples(1, 150);
  for (const VersionScheme scheme : all_schemes) {
    for (const std::string& a : all) {
      INFO(to_string(scheme) << ": " << a);
      REQUIRE(sign_of(compare_versions(scheme, a, a)) == '=');
      for (const std::string& b : all) {
        INFO(b);
        const auto reversed = 0 <=> compare_versions(scheme, b, a);
        REQUIRE((compare_versions(scheme, a, b) == reversed));
      }
    }
  }
}

TEST_CASE("orders are transitive, whatever the text") {
  const auto all = samples(2, 80);
  for (const VersionScheme scheme : all_schemes) {
    if (scheme != VersionScheme::maven) check_transitive(scheme, all);
  }
}

TEST_CASE("the order of maven is transitive where words stand behind hyphens") {
  RandomVersions versions({"1", "2", "10", ".1", ".2", "-1", ".0", "-0", "-alpha", "-rc", "-sp",
                           "-foo", "-snapshot", "-a", "-final"},
                          3);
  std::vector<std::string> all(100);
  std::generate(all.begin(), all.end(), [&] { return "1" + versions.next(); });
  check_transitive(VersionScheme::maven, all);
}

TEST_CASE("versions of a megabyte are compared") {
  const std::vector<std::string> repeated{"1.", "a-", "~", "1a", "_alpha"};
  for (const std::string& piece : repeated) {
    std::string text = "1";
    while (text.size() < 1 << 20) text += piece;
    const std::string later = text + "2";
    for (const VersionScheme scheme : all_schemes) {
      INFO(to_string(scheme) << ": 1 MB of " << piece);
      const auto reversed = 0 <=> compare_versions(scheme, later, text);
      CHECK((compare_versions(scheme, text, later) == reversed));
      is_version(scheme, text);
    }
  }
}

TEST_CASE("numbers of a megabyte have their place") {
  const std::string nines(1 << 20, '9');
  const std::string more = "1" + std::string(1 << 20, '0');
  for (const VersionScheme scheme : all_schemes) {
    INFO(to_string(scheme));
    CHECK(sign_of(compare_versions(scheme, "1." + nines, "1." + more)) == '<');
    CHECK(sign_of(compare_versions(scheme, "1." + nines, "1.9")) == '>');
    CHECK(is_version(scheme, "1." + nines));
  }
}

TEST_CASE("nothing at all is no version") {
  for (const VersionScheme scheme : all_schemes) {
    INFO(to_string(scheme));
    CHECK_FALSE(is_version(scheme, ""));
    CHECK(sign_of(compare_versions(scheme, "", "1")) == '<');
  }
}

}  // namespace lade::sbom
