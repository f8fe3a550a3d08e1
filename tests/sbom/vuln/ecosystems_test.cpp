#include "sbom/vuln/ecosystems.h"

#include <catch2/catch.hpp>

#include "sbom/version/ecosystem.h"

namespace lade::sbom {
namespace {

TEST_CASE("an ecosystem is that of a distribution's release, or it is not") {
  struct Row {
    std::string id;
    std::string version;
    std::string ecosystem;
    bool fits;
  };
  const std::vector<Row> table{
      {"debian", "12", "Debian:12", true},
      {"debian", "12", "Debian:1", false},
      {"debian", "12", "Debian", false},
      {"alpine", "3.18.4", "Alpine:v3.18", true},
      {"alpine", "3.18.4", "Alpine:v3.1", false},
      {"ubuntu", "22.04", "Ubuntu:22.04:LTS", true},
      {"ubuntu", "22.04", "Ubuntu:22.04", true},
      {"ubuntu", "22.04", "Ubuntu:Pro:22.04:LTS", false},
      {"almalinux", "9.3", "AlmaLinux:9", true},
      {"rocky", "9.3", "Rocky Linux:9", true},
      {"rocky", "9.3", "AlmaLinux:9", false},
      {"rhel", "9.2", "Red Hat:enterprise_linux:9::baseos", true},
      {"rhel", "9.2", "Red Hat:enterprise_linux:9.2::appstream", true},
      {"rhel", "9.2", "Red Hat:enterprise_linux:8::baseos", false},
      {"rhel", "9.2", "Red Hat:openshift:9", false},
      {"sles", "15.5", "SUSE:Linux Enterprise Server 15 SP5", true},
      {"sles", "15.5", "SUSE:Linux Enterprise Module for Basesystem 15 SP5", true},
      {"sles", "15.5", "SUSE:Linux Enterprise Server 15", false},
      {"sles", "15", "SUSE:Linux Enterprise Server 15", true},
      {"opensuse-leap", "15.5", "openSUSE:Leap 15.5", true},
      {"wolfi", "20230201", "Wolfi", true},
      {"chainguard", "20230214", "Wolfi", true},
      {"arch", "", "Arch Linux", true},
  };
  for (const Row& row : table) {
    INFO(row.id << " " << row.version << " in " << row.ecosystem);
    const Distribution distribution{.id = row.id, .version_id = row.version};
    CHECK(is_ecosystem_of(row.ecosystem, distribution) == row.fits);
  }
  CHECK(is_ecosystem_of("Debian:sid", {.id = "debian", .codename = "sid"}));
}

TEST_CASE("versions of every ecosystem that packages are looked up in have an order") {
  std::vector<std::string_view> ecosystems = distribution_ecosystems();
  for (const PackageType type :
       {PackageType::golang, PackageType::npm, PackageType::pypi, PackageType::maven,
        PackageType::gem, PackageType::composer, PackageType::nuget, PackageType::cargo,
        PackageType::hex, PackageType::pub, PackageType::generic}) {
    ecosystems.push_back(language_ecosystem(type));
  }
  for (const std::string_view ecosystem : ecosystems) {
    INFO(ecosystem);
    CHECK(find_version_scheme(ecosystem));
  }
}

TEST_CASE("an rpm is asked about by its own name and by its source's") {
  const auto lookups = lookups_of({.type = PackageType::rpm,
                                   .name = "openssl-libs",
                                   .version = "1:3.0.7-16.el9",
                                   .source_name = "openssl",
                                   .source_version = "3.0.7-16.el9"});
  REQUIRE(lookups.size() == 2);
  CHECK(lookups[0].name == "openssl-libs");
  CHECK(lookups[1].name == "openssl");
  CHECK(lookups[0].has_epoch);
  CHECK(lookups[1].version == "3.0.7-16.el9");
  CHECK_FALSE(lookups[1].has_epoch);
}

}  // namespace
}  // namespace lade::sbom
