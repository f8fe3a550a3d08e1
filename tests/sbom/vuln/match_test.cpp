#include "sbom/vuln/match.h"

#include <catch2/catch.hpp>

#include "sbom/vuln/ecosystems.h"

namespace lade::sbom {
namespace {

using Kind = VersionEvent::Kind;

AffectedPackage below(const std::string& ecosystem, const std::string& name,
                      const std::string& fixed) {
  return {.ecosystem = ecosystem,
          .name = name,
          .ranges = {{{Kind::introduced, "0"}, {Kind::fixed, fixed}}}};
}

Databases databases_of(const std::vector<Advisory>& advisories, const std::string& name = "test") {
  DatabaseBuilder builder(name, ProviderKind::advisories);
  for (const Advisory& advisory : advisories) builder.add(advisory);
  return {ProviderDatabase::from_bytes(builder.build().records, name)};
}

Inventory debian_with(const std::vector<Package>& packages) {
  return {.distribution = Distribution{.id = "debian", .version_id = "12", .name = "Debian"},
          .packages = packages};
}

/// "package id: state fix… (suppressed)" of each finding.
std::vector<std::string> shown(const Inventory& inventory, const Databases& databases) {
  std::vector<std::string> lines;
  for (const Finding& finding : match(inventory, databases).findings) {
    std::string line = inventory.packages[finding.package].name + " " + finding.id + ": " +
                       std::string(to_string(finding.state));
    for (const std::string& fix : finding.fixed_in) line += " " + fix;
    if (!finding.suppressed.empty()) line += " (" + finding.suppressed + ")";
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("a distribution's packages are asked about by their source's name and version") {
  const Inventory inventory =
      debian_with({{.type = PackageType::deb,
                    .name = "libssl3",
                    .version = "3.0.11-1",
                    .source_name = "openssl"},
                   {.type = PackageType::deb,
                    .name = "libssl-dev",
                    .version = "3.0.11-1+b2",
                    .source_name = "openssl",
                    .source_version = "3.0.11-1"},
                   {.type = PackageType::deb, .name = "openssl", .version = "3.0.13-1"}});
  CHECK(shown(inventory,
              databases_of(
                  {{.id = "CVE-2024-1", .affected = {below("Debian:12", "openssl", "3.0.12-1")}},
                   {.id = "CVE-2024-2", .affected = {below("Debian:11", "openssl", "9")}},
                   {.id = "CVE-2024-3", .affected = {below("Debian:12", "libssl3", "9")}},
                   {.id = "CVE-2024-4", .affected = {below("Ubuntu:12", "openssl", "9")}}})) ==
        Lines{"libssl3 CVE-2024-1: affected 3.0.12-1", "libssl-dev CVE-2024-1: affected 3.0.12-1"});
}

TEST_CASE("what has no fix, or will have none, is told as that") {
  const Inventory inventory =
      debian_with({{.type = PackageType::deb, .name = "a", .version = "1-1"}});
  const auto said = [](FixState state) {
    return AffectedPackage{.ecosystem = "Debian:12", .name = "a", .state = state};
  };
  CHECK(shown(inventory,
              databases_of({{.id = "CVE-1", .affected = {said(FixState::affected)}},
                            {.id = "CVE-2", .affected = {said(FixState::wont_fix)}},
                            {.id = "CVE-3", .affected = {said(FixState::undetermined)}},
                            {.id = "CVE-4", .affected = {said(FixState::not_affected)}}})) ==
        Lines{"a CVE-1: affected", "a CVE-2: wont-fix", "a CVE-3: undetermined"});
}

TEST_CASE("names of languages' packages are those of their registries") {
  const Inventory inventory{
      .packages = {
          {.type = PackageType::npm, .name_space = "@a", .name = "b", .version = "1.0.0"},
          {.type = PackageType::maven, .name_space = "g", .name = "a", .version = "1.0"},
          {.type = PackageType::pypi, .name = "Zope.Interface", .version = "5.0"},
          {.type = PackageType::golang, .name = "stdlib", .version = "go1.20.1"},
          {.type = PackageType::golang, .name = "a.example/m", .version = "v1.2.0"},
          {.type = PackageType::composer, .name_space = "v", .name = "p", .version = "1"}}};
  CHECK(
      shown(inventory,
            databases_of(
                {{.id = "CVE-1",
                  .affected = {below("npm", "@a/b", "1.0.1"), below("Maven", "g:a", "1.1"),
                               below("PyPI", "zope-interface", "5.0.1"),
                               below("Go", "stdlib", "1.20.2"), below("Go", "a.example/m", "1.2.0"),
                               below("Packagist", "v/p", "2")}}})) ==
      Lines{"b CVE-1: affected 1.0.1", "a CVE-1: affected 1.1",
            "Zope.Interface CVE-1: affected 5.0.1", "stdlib CVE-1: affected 1.20.2",
            "p CVE-1: affected 2"});
}

TEST_CASE("names that a registry compares without case are looked up without it") {
  const Inventory inventory{
      .packages = {
          {.type = PackageType::nuget, .name = "Newtonsoft.Json", .version = "1.0.0"},
          {.type = PackageType::composer, .name_space = "V", .name = "P", .version = "1"}}};
  const auto named = [](const std::string& ecosystem, const std::string& name) {
    return below(ecosystem, advisory_name(ecosystem, name), "2");
  };
  CHECK(shown(inventory, databases_of({{.id = "CVE-1",
                                        .affected = {named("NuGet", "newtonsoft.JSON"),
                                                     named("Packagist", "v/p")}}})) ==
        Lines{"Newtonsoft.Json CVE-1: affected 2", "P CVE-1: affected 2"});
  CHECK(advisory_name("npm", "A_b") == "A_b");
  CHECK(advisory_name("PyPI", "A_b") == "a-b");
}

TEST_CASE("an advisory about several CVEs is a finding for each, and several sources are one") {
  const Inventory inventory =
      debian_with({{.type = PackageType::npm, .name = "a", .version = "1.0.0"}});
  Databases databases = databases_of(
      {{.id = "X-1", .aliases = {"CVE-1", "CVE-2"}, .affected = {below("npm", "a", "2.0.0")}}},
      "x");
  const Databases other = databases_of(
      {{.id = "GHSA-1", .aliases = {"CVE-1"}, .affected = {below("npm", "a", "1.5.0")}},
       {.id = "GHSA-2", .affected = {below("npm", "a", "1.5.0")}}},
      "y");
  databases.push_back(other.front());
  CHECK(shown(inventory, databases) == Lines{"a CVE-1: affected 2.0.0 1.5.0",
                                             "a CVE-2: affected 2.0.0",
                                             "a GHSA-2: affected 1.5.0"});
  const Matches matches = match(inventory, databases);
  CHECK(matches.findings[0].aliases == Lines{"GHSA-1", "X-1"});
  REQUIRE(matches.findings[0].sources.size() == 2);
  CHECK(matches.findings[0].sources[1].provider == "y");
  CHECK(matches.findings[0].sources[1].database == 1);
}

TEST_CASE("what a distribution says of its package holds for the language packages in it") {
  Inventory inventory = debian_with(
      {{.type = PackageType::deb, .name = "python3-a", .version = "1.0-2", .source_name = "a"},
       {.type = PackageType::pypi, .name = "a", .version = "1.0"},
       {.type = PackageType::pypi, .name = "a", .version = "1.0"}});
  inventory.relations = {{1, 0, RelationKind::owned_by}};
  const auto not_affected =
      AffectedPackage{.ecosystem = "Debian:12", .name = "a", .state = FixState::not_affected};
  const Databases databases = databases_of(
      {{.id = "CVE-1", .affected = {below("PyPI", "a", "2.0"), below("Debian:12", "a", "1.0-1")}},
       {.id = "CVE-2", .affected = {below("PyPI", "a", "2.0"), not_affected}},
       {.id = "CVE-3", .affected = {below("PyPI", "a", "2.0"), below("Debian:12", "a", "1.0-3")}},
       {.id = "GHSA-4", .aliases = {"CVE-4"}, .affected = {below("PyPI", "a", "2.0")}}});
  CHECK(shown(inventory, databases) ==
        Lines{"python3-a CVE-3: affected 1.0-3",
              "a CVE-1: affected 2.0 (Debian 12: python3-a 1.0-2, which owns it, has the fix)",
              "a CVE-2: affected 2.0 (Debian 12: python3-a 1.0-2, which owns it, is not affected)",
              "a CVE-3: affected 2.0 (told of python3-a 1.0-2, which owns it)",
              "a CVE-4: affected 2.0", "a CVE-1: affected 2.0", "a CVE-2: affected 2.0",
              "a CVE-3: affected 2.0", "a CVE-4: affected 2.0"});
}

TEST_CASE("of an owner, what was withdrawn claims nothing, and what never was is no fix") {
  Inventory inventory = debian_with({{.type = PackageType::deb, .name = "a", .version = "1.0-2"},
                                     {.type = PackageType::pypi, .name = "b", .version = "1.0"}});
  inventory.relations = {{1, 0, RelationKind::owned_by}};
  AffectedPackage later = below("Debian:12", "a", "3.0");
  later.ranges[0][0].version = "2.0";
  Databases databases =
      databases_of({{.id = "CVE-1", .affected = {below("PyPI", "b", "2.0")}},
                    {.id = "CVE-2", .affected = {below("PyPI", "b", "2.0"), later}}});
  databases.push_back(databases_of({{.id = "CVE-1",
                                     .withdrawn = Timestamp{0},
                                     .affected = {below("Debian:12", "a", "2.0")}}},
                                   "other")
                          .front());
  CHECK(shown(inventory, databases) ==
        Lines{"a CVE-1: affected 2.0 (withdrawn on 1970-01-01)", "b CVE-1: affected 2.0",
              "b CVE-2: affected 2.0 (Debian 12: a 1.0-2, which owns it, is not affected)"});
}

TEST_CASE("what a provider denies explicitly takes back what another says of the same release") {
  const Inventory inventory =
      debian_with({{.type = PackageType::deb, .name = "a", .version = "1-1"}});
  const auto denied = [](const std::string& ecosystem) {
    return AffectedPackage{.ecosystem = ecosystem, .name = "a", .state = FixState::not_affected};
  };
  Databases databases = databases_of({{.id = "CVE-1", .affected = {below("Debian:12", "a", "2")}},
                                      {.id = "CVE-2", .affected = {below("Debian:12", "a", "2")}},
                                      {.id = "CVE-3", .affected = {below("Debian:12", "a", "2")}}},
                                     "osv");
  databases.push_back(
      databases_of({{.id = "CVE-1", .affected = {denied("Debian:12")}},
                    {.id = "CVE-2", .affected = {denied("Debian:11")}},
                    {.id = "CVE-3", .withdrawn = Timestamp{0}, .affected = {denied("Debian:12")}}},
                   "tracker")
          .front());
  CHECK(shown(inventory, databases) ==
        Lines{"a CVE-1: affected 2 (Debian:12: is not affected, by tracker)", "a CVE-2: affected 2",
              "a CVE-3: affected 2"});
  CHECK(match(inventory, databases).findings[0].suppressed_by == "distribution");
}

TEST_CASE("what was withdrawn does not count, unless another source stands by it") {
  const Inventory inventory{
      .packages = {{.type = PackageType::npm, .name = "a", .version = "1.0.0"}}};
  Databases databases = databases_of(
      {{.id = "CVE-1", .withdrawn = Timestamp{0}, .affected = {below("npm", "a", "2.0.0")}}});
  CHECK(shown(inventory, databases) == Lines{"a CVE-1: affected 2.0.0 (withdrawn on 1970-01-01)"});
  databases.push_back(
      databases_of({{.id = "CVE-1", .affected = {below("npm", "a", "2.0.0")}}}, "other").front());
  CHECK(shown(inventory, databases) == Lines{"a CVE-1: affected 2.0.0"});
  std::swap(databases[0], databases[1]);
  CHECK(shown(inventory, databases) == Lines{"a CVE-1: affected 2.0.0"});
}

TEST_CASE("epochs do not count where a package is asked about by its source") {
  const Distribution alma{.id = "almalinux", .version_id = "9.3", .name = "AlmaLinux"};
  const auto with = [&](const std::string& version, const std::string& source_version) {
    return Inventory{.distribution = alma,
                     .packages = {{.type = PackageType::rpm,
                                   .name = "perl-Errno",
                                   .version = version,
                                   .source_name = "perl",
                                   .source_version = source_version}}};
  };
  const Databases databases =
      databases_of({{.id = "CVE-1", .affected = {below("AlmaLinux:9", "perl", "4:5.32.1-481")}}});
  CHECK(shown(with("1.30-480", "5.32.1-480"), databases) ==
        Lines{"perl-Errno CVE-1: affected 4:5.32.1-481"});
  CHECK(shown(with("0:1.30-481", "5.32.1-481"), databases).empty());
  CHECK(shown(with("9:1.30-480", "5.32.1-480"), databases).size() == 1);
}

TEST_CASE("a build of one module's stream is not held against another") {
  const Distribution alma{.id = "almalinux", .version_id = "8.9", .name = "AlmaLinux"};
  const auto with = [&](const std::string& version, const std::string& module) {
    Package package{.type = PackageType::rpm, .name = "nodejs", .version = version};
    if (!module.empty()) package.qualifiers["modularity"] = module;
    return Inventory{.distribution = alma, .packages = {package}};
  };
  const std::string fixed = "1:18.2.0-1.module_el8.6.0+1";
  const Databases plain =
      databases_of({{.id = "CVE-1", .affected = {below("AlmaLinux:8", "nodejs", fixed)}}});
  CHECK(shown(with("1:18.1.0-1.module_el8.6.0+1", "nodejs:18:80:abc"), plain).size() == 1);
  CHECK(shown(with("1:10.1.0-1.el8", ""), plain).empty());
  AffectedPackage streamed = below("AlmaLinux:8", "nodejs", fixed);
  streamed.module = "nodejs:18";
  const Databases labelled = databases_of({{.id = "CVE-1", .affected = {streamed}}});
  CHECK(shown(with("1:18.1.0-1.module_el8.6.0+1", "nodejs:18:80:abc"), labelled).size() == 1);
  CHECK(shown(with("1:16.1.0-1.module_el8.6.0+1", "nodejs:16:80:abc"), labelled).empty());
  CHECK(shown(with("1:18.1.0-1.module_el8.6.0+1", "nodejs:180:80:abc"), labelled).empty());
}

TEST_CASE("it is told of what there is no data") {
  const Inventory inventory =
      debian_with({{.type = PackageType::deb, .name = "a", .version = "1"},
                   {.type = PackageType::npm, .name = "b", .version = "1"},
                   {.type = PackageType::gem, .name = "c", .version = "1"},
                   {.type = PackageType::gem, .name = "d", .version = "1"},
                   {.type = PackageType::npm, .name = "e"},
                   {.type = PackageType::generic, .name = "nginx", .version = "1"}});
  const Matches matches = match(
      inventory,
      databases_of(
          {{.id = "CVE-1", .affected = {below("Debian:11", "x", "1"), below("npm", "x", "1")}}}));
  CHECK(matches.uncovered ==
        std::vector<Uncovered>{{"Bitnami", 1}, {"Debian 12", 1}, {"RubyGems", 2}});
  CHECK(matches.matched_packages == 1);
  CHECK(matches.versionless_packages == 1);
}

TEST_CASE("severities of the package come before those of the vulnerability, as they came") {
  const Inventory inventory =
      debian_with({{.type = PackageType::deb, .name = "a", .version = "1-1"}});
  AffectedPackage affected = below("Debian:12", "a", "2");
  affected.severities = {{"word", "low", "debian"}};
  const Databases databases =
      databases_of({{.id = "CVE-1", .severities = {{"word", "high", "x"}}},
                    {.id = "DSA-1",
                     .aliases = {"CVE-1"},
                     .severities = {{"word", "critical", "x"}, {"CVSS:3.1", "b", "x"}},
                     .affected = {below("Debian:12", "a", "2")}},
                    {.id = "DSA-2", .aliases = {"CVE-1"}, .affected = {affected}}});
  CHECK(match(inventory, databases).findings.at(0).severities ==
        std::vector<SeverityClaim>{
            {"word", "low", "debian"}, {"word", "critical", "x"}, {"CVSS:3.1", "b", "x"}});
}

TEST_CASE("likelihood and known exploitation are told of each finding") {
  const Inventory inventory{
      .packages = {{.type = PackageType::npm, .name = "a", .version = "1.0.0"}}};
  Databases databases = databases_of({{.id = "CVE-1", .affected = {below("npm", "a", "2.0.0")}}});
  DatabaseBuilder epss("epss", ProviderKind::epss);
  epss.add_epss("CVE-1", {0.5, 0.75});
  DatabaseBuilder kev("kev", ProviderKind::kev);
  kev.add_kev("CVE-1", {.added = "2024-01-02"});
  databases.push_back(ProviderDatabase::from_bytes(epss.build().records, "epss"));
  databases.push_back(ProviderDatabase::from_bytes(kev.build().records, "kev"));
  const Finding finding = match(inventory, databases).findings.at(0);
  REQUIRE(finding.epss);
  CHECK(finding.epss->percentile == Approx(0.75));
  REQUIRE(finding.kev);
  CHECK(finding.kev->added == "2024-01-02");
}

}  // namespace
}  // namespace lade::sbom
