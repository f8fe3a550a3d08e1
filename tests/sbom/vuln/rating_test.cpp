#include "sbom/vuln/rating.h"

#include <catch2/catch.hpp>

namespace lade::sbom {
namespace {

const SeverityClaim v3{"CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nvd"};
const SeverityClaim v2{"CVSS:2.0", "AV:L/AC:H/Au:M/C:P/I:N/A:N", "nvd"};
const SeverityClaim low{"word", "low", "debian"};

TEST_CASE("a distribution's own word decides about its packages, vectors about others") {
  const Finding finding{.severities = {v2, v3, low}};
  const Rating deb = rate(finding, PackageType::deb);
  CHECK(deb.severity == Severity::low);
  CHECK(deb.source == "debian");
  CHECK(deb.score == Approx(9.8));
  const Rating npm = rate(finding, PackageType::npm);
  CHECK(npm.severity == Severity::critical);
  CHECK(npm.source == "nvd");
  CHECK(npm.vector == v3.value);
  CHECK(npm.all.size() == 3);
}

TEST_CASE("of vectors of one version of CVSS the worst counts, in whatever order they come") {
  const SeverityClaim mild{"CVSS:3.1", "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "ghsa"};
  CHECK(rate({.severities = {mild, v3}}, PackageType::npm).score == Approx(9.8));
  CHECK(rate({.severities = {v3, mild}}, PackageType::npm).score == Approx(9.8));
}

TEST_CASE("a word is all there is where no vector is, and what is neither rates nothing") {
  CHECK(rate({.severities = {low}}, PackageType::npm).severity == Severity::low);
  const Rating none = rate({.severities = {{"CVSS:3.1", "CVSS:3.1/AV:X", "a"}, {"word", "?", "b"}}},
                           PackageType::npm);
  CHECK_FALSE(none.severity);
  CHECK_FALSE(none.score);
  CHECK(none.all.size() == 2);
  CHECK(none.risk == 0);
}

TEST_CASE("what a distribution holds to be unimportant or has not looked at yet is low") {
  for (const std::string word : {"unimportant", "untriaged", "negligible", "Low"}) {
    CHECK(find_severity(word) == Severity::low);
  }
}

TEST_CASE("risk is likelihood times how bad it is, and what is exploited is certain") {
  CHECK(rate({.severities = {v3}, .epss = EpssScore{0.5, 0.9}}, PackageType::npm).risk ==
        Approx(49));
  CHECK(rate({.severities = {v3}, .epss = EpssScore{0.5, 0.9}, .kev = KevEntry{}}, PackageType::npm)
            .risk == Approx(98));
  CHECK(rate({.severities = {low}, .kev = KevEntry{}}, PackageType::npm).risk == Approx(80));
  CHECK(rate({.kev = KevEntry{}}, PackageType::npm).risk == Approx(80));
  CHECK(rate({.epss = EpssScore{0.5, 0.9}}, PackageType::npm).risk == Approx(25));
  CHECK(rate({.severities = {low}, .epss = EpssScore{0.5, 0.9}}, PackageType::npm).risk ==
        Approx(10));
  CHECK(rate({.severities = {v3}}, PackageType::npm).risk == 0);
}

}  // namespace
}  // namespace lade::sbom
