#include "sbom/vulndata/osv.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "sbom/version/ecosystem.h"
#include "sbom/vuln/match.h"
#include "sbom/vulndata/data_files.h"
#include "sbom/vulndata/importer.h"

namespace lade::sbom {
namespace {

using Kind = VersionEvent::Kind;

std::string record_with(const std::string& members, const std::string& id = "GHSA-1") {
  return R"({"id":")" + id + R"(","modified":"2024-01-02T03:04:05Z",)" + members + "}";
}

std::string failure_of(const std::string& text) {
  try {
    read_osv(text, "a.json");
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.kind())) + ": " + error.what();
  }
}

std::string corpora() {
  const char* const set = std::getenv("LADE_CORPORA");
  return set != nullptr ? set : LADE_CORPORA_DEFAULT;
}

TEST_CASE("a record of OSV says which versions of which packages are affected") {
  const Advisory read = read_osv(record_with(R"("schema_version":"1.6.0","published":
    "2024-01-01T00:00:00Z","aliases":["CVE-2024-1","GHSA-1"],"related":["CVE-2024-9"],
    "summary":"s","details":"d","references":[{"type":"WEB","url":"https://a.example"}],
    "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"},{"type":"CVSS_V2","score":"AV:L"},
      {"type":"CVSS_V4","score":"CVSS:4.0/AV:N"},{"type":"Other","score":"x"}],
    "database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"]},"unknown":[{}],
    "affected":[{"package":{"ecosystem":"PyPI","name":"Zope.Interface"},"ranges":[
      {"type":"GIT","repo":"r","events":[{"introduced":"0"}]},
      {"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"1.2"}]}],
      "versions":["1.0","1.3"],"severity":[{"type":"Ubuntu","score":"Medium"}]},
     {"package":{"ecosystem":"PyPI","name":"b"},"ranges":[
      {"type":"GIT","repo":"r","events":[{"introduced":"0"}]}]},
     {"ranges":[{"type":"GIT","repo":"r","events":[{"introduced":"0"}]}]}])"),
                                 "a.json");
  CHECK(read.id == "GHSA-1");
  CHECK(read.aliases == std::vector<std::string>{"CVE-2024-1"});
  CHECK(to_rfc3339(*read.modified) == "2024-01-02T03:04:05Z");
  CHECK(read.cwes == std::vector<std::string>{"CWE-79"});
  CHECK(read.severities == std::vector<SeverityClaim>{{"CVSS:3.1", "CVSS:3.1/AV:N", "ghsa"},
                                                      {"CVSS:2.0", "AV:L", "ghsa"},
                                                      {"CVSS:4.0", "CVSS:4.0/AV:N", "ghsa"},
                                                      {"word", "high", "ghsa"}});
  CHECK(read.references == std::vector<std::string>{"https://a.example"});
  REQUIRE(read.affected.size() == 1);
  const AffectedPackage& said = read.affected[0];
  CHECK(said.name == "zope-interface");
  CHECK(said.ranges == std::vector<std::vector<VersionEvent>>{
                           {{Kind::introduced, "0"}, {Kind::last_affected, "1.2"}}});
  CHECK(said.versions == std::vector<std::string>{"1.3"});  // 1.0 is in the range
  CHECK(said.severities == std::vector<SeverityClaim>{{"word", "medium", "ubuntu"}});
}

TEST_CASE("what a distribution's advisory relates to are the vulnerabilities it is about") {
  const auto aliases = [](const std::string& id) {
    return read_osv(record_with(R"("related":["CVE-1","GHSA-2"],"upstream":["CVE-3"])", id), "a")
        .aliases;
  };
  const std::vector<std::string> both{"CVE-3", "CVE-1"};
  for (const std::string id : {"DSA-5000-1", "DLA-1-1", "USN-1-1", "ALSA-2022:1", "RLSA-2022:1",
                               "RHSA-2022:1", "SUSE-SU-2022:1", "ELSA-2022-1"}) {
    CHECK(aliases(id) == both);
  }
  CHECK(aliases("GHSA-5") == std::vector<std::string>{"CVE-3"});
}

TEST_CASE("a record that was never modified is as old as its publication") {
  const Advisory read = read_osv(R"({"id":"GO-1","modified":"0001-01-01T00:00:00Z",
    "published":"2024-01-01T00:00:00Z"})",
                                 "a");
  CHECK(read.modified == read.published);
}

TEST_CASE("a malformed record is refused by file and member") {
  CHECK(failure_of("[]") == "invalid: a.json: wanted an object");
  CHECK(failure_of(R"({"id":"A"})") == "invalid: a.json: modified is missing");
  CHECK(failure_of(R"({"id":"A","modified":"yesterday"})") ==
        "invalid: a.json: modified: wanted a time as RFC 3339 has it, got yesterday");
  CHECK(failure_of(record_with(R"("schema_version":"2.0.0")")) ==
        "unsupported: a.json: schema_version: wanted 1.x, got 2.0.0");
  CHECK(failure_of(record_with(R"("affected":[1])")) ==
        "invalid: a.json: affected: wanted objects");
  CHECK(failure_of(record_with(R"("affected":[{"package":{"ecosystem":"npm","name":""}}])")) ==
        "invalid: a.json: affected[0].package: wanted an ecosystem and a name");
  const auto with_range = [](const std::string& range) {
    return failure_of(record_with(
        R"("affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[)" + range + "]}]"));
  };
  CHECK(with_range(R"({"type":"X","events":[]})") ==
        "invalid: a.json: affected[0].ranges[0].type: wanted SEMVER, ECOSYSTEM or GIT, got X");
  CHECK(with_range(R"({"type":"SEMVER","events":[{"broken":"1"}]})") ==
        "invalid: a.json: affected[0].ranges[0].events: wanted one of introduced, fixed, "
        "last_affected, limit");
  CHECK(with_range(R"({"type":"SEMVER"})") ==
        "invalid: a.json: affected[0].ranges[0]: events is missing or empty");
  CHECK(failure_of(record_with(R"("id":"B")")).find("occurs twice") != std::string::npos);
  CHECK(failure_of(std::string(1000, '[')).starts_with("invalid: a.json"));
}

// --- against a matcher of its own, straight over the records ---

int order(VersionScheme scheme, const std::string& a, const std::string& b) {
  const auto found = compare_versions(scheme, a, b);
  return found < 0 ? -1 : found > 0 ? 1 : 0;
}

/// As the schema words it: over the sorted events, the last one that is not above decides.
bool slow_in_range(VersionScheme scheme, const Json& range, const std::string& version) {
  std::vector<std::pair<std::string, std::string>> events;
  for (const Json& event : range["events"]) {
    events.emplace_back(event.begin().key(), event.begin()->get<std::string>());
  }
  std::stable_sort(events.begin(), events.end(), [&](const auto& a, const auto& b) {
    if (a.second == "0" || b.second == "0") return a.second == "0" && b.second != "0";
    return order(scheme, a.second, b.second) < 0;
  });
  bool is_in = false;
  for (const auto& [kind, bound] : events) {
    const int side = bound == "0" ? 1 : order(scheme, version, bound);
    if (kind == "introduced" && side >= 0) is_in = true;
    if (kind == "fixed" && side >= 0) is_in = false;
    if (kind == "last_affected" && side > 0) is_in = false;
  }
  return is_in;
}

bool slow_is_affected(const Json& affected, const std::string& version) {
  const auto scheme = find_version_scheme(affected["package"]["ecosystem"].get<std::string>());
  if (affected.contains("versions")) {
    for (const Json& listed : affected["versions"]) {
      if (listed.get<std::string>() == version) return true;
    }
  }
  for (const Json& range : affected["ranges"]) {
    if (range["type"] != "GIT" && slow_in_range(*scheme, range, version)) return true;
  }
  return false;
}

/// Bounds of a record, and what lies a little below and above them.
std::set<std::string> versions_around(const Json& affected) {
  std::set<std::string> versions{"0.0.1", "99999.0.0"};
  for (const Json& range : affected["ranges"]) {
    for (const Json& event : range["events"]) {
      const auto bound = event.begin()->get<std::string>();
      versions.insert(bound == "0" ? "0.0.0" : bound);
      versions.insert(bound + ".1");
      versions.insert(bound + "-0");
    }
  }
  return versions;
}

Package package_of(const Json& named, const std::string& version) {
  const auto ecosystem = named["ecosystem"].get<std::string>();
  Package package{.name = named["name"].get<std::string>(), .version = version};
  package.type = ecosystem == "Go"        ? PackageType::golang
                 : ecosystem == "Bitnami" ? PackageType::generic
                                          : PackageType::rpm;
  return package;
}

std::set<std::string> ids_of(const Json& record) {
  std::set<std::string> ids;
  for (const std::string key : {"aliases", "related"}) {
    if (!record.contains(key)) continue;
    if (key == "related" && !record["id"].get<std::string>().starts_with("AL")) continue;
    for (const Json& id : record[key]) {
      if (id.get<std::string>().starts_with("CVE-")) ids.insert(id.get<std::string>());
    }
  }
  if (ids.empty()) ids.insert(record["id"].get<std::string>());
  return ids;
}

TEST_CASE("matching agrees with a slow matcher on all advisories of the corpora") {
  const std::string folder = corpora() + "/osv";
  if (!file_exists(folder)) {
    WARN("skipped: no corpora");
    return;
  }
  Importer importer;
  std::map<std::string, std::vector<std::pair<Json, Json>>> by_package;  // record, affected
  for_each_document(folder, [&](std::string_view text, const std::string& what) {
    importer.add(text, what);
    const Json record = parse_json(text, what);
    for (const Json& affected : record["affected"]) {
      by_package[affected["package"]["ecosystem"].get<std::string>() + "\n" +
                 affected["package"]["name"].get<std::string>()]
          .emplace_back(record, affected);
    }
  });
  CHECK(importer.documents() == 694);
  CHECK(importer.providers() == std::vector<std::string>{"osv-almalinux", "osv-bitnami", "osv-go"});
  Databases databases;
  std::uint64_t advisories = 0;
  for (const std::string& provider : importer.providers()) {
    databases.push_back(ProviderDatabase::from_bytes(importer.build(provider).records, provider));
    databases.back()->verify();
    advisories += databases.back()->info().advisories;
  }
  CHECK(advisories == 694);

  std::size_t asked = 0;
  std::size_t found = 0;
  for (const std::string release : {"8", "9"}) {
    Inventory inventory{.distribution = Distribution{.id = "almalinux", .version_id = release}};
    std::vector<std::set<std::string>> wanted;
    for (const auto& [key, said] : by_package) {
      const Json& named = said[0].second["package"];
      if (key.starts_with("AlmaLinux:") && !key.starts_with("AlmaLinux:" + release + "\n"))
        continue;
      if (!key.starts_with("AlmaLinux:") && release == "8") continue;
      std::set<std::string> versions;
      for (const auto& [record, affected] : said) versions.merge(versions_around(affected));
      for (const std::string& version : versions) {
        Package package = package_of(named, version);
        // builds of modules have a stream, which the records of AlmaLinux do not name
        const bool in_module = version.find(".module") != std::string::npos;
        if (in_module) package.qualifiers["modularity"] = "a:1";
        std::set<std::string> ids;
        for (const auto& [record, affected] : said) {
          const bool for_module = affected["ranges"].dump().find(".module") != std::string::npos;
          const bool counts = package.type != PackageType::rpm || for_module == in_module;
          if (counts && slow_is_affected(affected, version)) ids.merge(ids_of(record));
        }
        inventory.packages.push_back(std::move(package));
        wanted.push_back(std::move(ids));
      }
    }
    std::vector<std::set<std::string>> got(wanted.size());
    for (const Finding& finding : match(inventory, databases).findings) {
      got[finding.package].insert(finding.id);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (got[i] == wanted[i]) continue;
      CAPTURE(inventory.packages[i].name, inventory.packages[i].version);
      CHECK(got[i] == wanted[i]);
    }
    asked += wanted.size();
    for (const auto& ids : wanted) found += ids.size();
  }
  CHECK(asked > 5000);
  CHECK(found > 5000);
}

}  // namespace
}  // namespace lade::sbom
