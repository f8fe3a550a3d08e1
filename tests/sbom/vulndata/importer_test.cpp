#include "sbom/vulndata/importer.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/stream/codec.h"
#include "sbom/vulndata/data_files.h"
#include "sbom/vulndata/database_folder.h"
#include "sbom/vulndata/debian_tracker.h"
#include "sbom/vulndata/redhat.h"

namespace lade::sbom {
namespace {

using Kind = VersionEvent::Kind;

std::shared_ptr<const ProviderDatabase> imported(const std::string& text,
                                                 const std::string& provider) {
  Importer importer;
  importer.add(text, "a.json");
  REQUIRE(importer.providers() == std::vector<std::string>{provider});
  auto database = ProviderDatabase::from_bytes(importer.build(provider).records, provider);
  database->verify();
  return database;
}

/// "ID: state [range…] {note} severity" of what is said of a package.
std::vector<std::string> said_of(const ProviderDatabase& database, const std::string& ecosystem,
                                 const std::string& name) {
  std::vector<std::string> lines;
  for (const AdvisoryMatch& match : database.find(ecosystem, name)) {
    std::string line =
        database.advisory(match.advisory).id + ": " + std::string(to_string(match.affected.state));
    for (const auto& range : match.affected.ranges) line += " <" + range.back().version;
    if (!match.affected.module.empty()) line += " in " + match.affected.module;
    if (!match.affected.note.empty()) line += " {" + match.affected.note + "}";
    for (const auto& claim : match.affected.severities) line += " " + claim.value;
    lines.push_back(line);
  }
  return lines;
}

std::string failure_of(const std::string& text) {
  try {
    Importer importer;
    importer.add(text, "a.json");
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.kind())) + ": " + error.what();
  }
}

using Lines = std::vector<std::string>;

TEST_CASE("Debian's tracker says what is fixed, ignored and postponed in each release") {
  const auto database = imported(R"({"curl":{"CVE-2024-1":{"description":"A flaw","scope":"remote",
    "debianbug":12,"releases":{
      "bookworm":{"status":"resolved","repositories":{"bookworm":"7.88.1-10"},
        "fixed_version":"7.88.1-10+deb12u5","urgency":"medium"},
      "bullseye":{"status":"open","repositories":{"bullseye":"7"},"urgency":"low**",
        "nodsa":"Minor issue","nodsa_reason":"postponed"},
      "buster":{"status":"open","urgency":"end-of-life"},
      "sid":{"status":"resolved","fixed_version":"0","urgency":"not yet assigned"},
      "trixie":{"status":"open","urgency":"unimportant","nodsa":"Too intrusive",
        "nodsa_reason":"ignored"},
      "forky":{"status":"undetermined","urgency":"not yet assigned"},
      "unheard":{"status":"open","urgency":"high","nodsa":"Minor","nodsa_reason":""}}},
    "TEMP-0000001-ABCDEF":{"releases":{"bookworm":{"status":"open","urgency":"unimportant"}}}},
    "other":{"CVE-2024-1":{"releases":{"bookworm":{"status":"open","urgency":"low"}}}}})",
                                 "debian");
  CHECK(database->info().advisories == 2);
  CHECK(said_of(*database, "Debian:12", "curl") ==
        Lines{"CVE-2024-1: affected <7.88.1-10+deb12u5 medium",
              "TEMP-0000001-ABCDEF: affected unimportant"});
  CHECK(said_of(*database, "Debian:11", "curl") ==
        Lines{"CVE-2024-1: affected {postponed (Minor issue)} low"});
  CHECK(said_of(*database, "Debian:10", "curl") ==
        Lines{"CVE-2024-1: wont-fix {end of life in this release}"});
  CHECK(said_of(*database, "Debian:sid", "curl") == Lines{"CVE-2024-1: not-affected"});
  CHECK(said_of(*database, "Debian:13", "curl") ==
        Lines{"CVE-2024-1: wont-fix {ignored (Too intrusive)} unimportant"});
  CHECK(said_of(*database, "Debian:forky", "curl") == Lines{"CVE-2024-1: undetermined"});
  CHECK(said_of(*database, "Debian:unheard", "curl") ==
        Lines{"CVE-2024-1: affected {no-dsa (Minor)} high"});
  CHECK(said_of(*database, "Debian:12", "other") == Lines{"CVE-2024-1: affected low"});
}

TEST_CASE("a tracker that is not one is refused by its place") {
  CHECK(failure_of(R"({"a":{"CVE-1":[]}})") == "invalid: a.json: a.CVE-1: wanted an object");
  CHECK(failure_of(R"({"a":{"CVE-1":{"releases":{"sid":{"status":"odd"}}}}})") ==
        "invalid: a.json: a.CVE-1.releases.sid.status: wanted open, resolved or undetermined, got "
        "odd");
  CHECK(failure_of(R"({"a":{"CVE-1":{"releases":{"sid":1}}}})") ==
        "invalid: a.json: a.CVE-1.releases.sid: wanted an object");
  CHECK(failure_of(R"({"a":{"CVE-1":{"x":1}},"b":)")
            .starts_with("invalid: a.json is not valid JSON at byte"));
  std::string deep = R"({"a":{"CVE-1":{"x":)";
  for (int i = 0; i < 100; ++i) deep += R"({"x":)";
  CHECK(failure_of(deep) == "invalid: a.json is too deep");
}

TEST_CASE("a secdb says which version fixes what") {
  const auto database = imported(R"({"apkurl":"x","archs":["x86_64"],"distroversion":"v3.18",
    "reponame":"main","urlprefix":"https://dl-cdn.alpinelinux.org/alpine","packages":[
    {"pkg":{"name":"xen","secfixes":{"4.7.1-r1":["CVE-2016-1 XSA-183","CVE-2016-2"],
      "4.10.0-r0":["CVE-2016-2"],"0":["CVE-2016-3"]}}},{"pkg":{"name":"zlib","secfixes":{}}}]})",
                                 "alpine");
  CHECK(said_of(*database, "Alpine:v3.18", "xen") ==
        Lines{"CVE-2016-1: affected <4.7.1-r1", "CVE-2016-2: affected <4.10.0-r0",
              "CVE-2016-3: not-affected", "XSA-183: affected <4.7.1-r1"});
  imported(R"({"urlprefix":"https://packages.wolfi.dev","packages":[
    {"pkg":{"name":"a","secfixes":{"1-r0":["CVE-1"]}}}]})",
           "wolfi");
  imported(R"({"urlprefix":"https://packages.cgr.dev/chainguard","packages":[]})", "chainguard");
  CHECK(failure_of(R"({"distroversion":"v3.18","packages":[{}]})") ==
        "invalid: a.json: packages[0]: pkg is missing");
  CHECK(failure_of(
            R"({"distroversion":"v3","packages":[{"pkg":{"name":"a","secfixes":{"1":2}}}]})") ==
        "invalid: a.json: packages[0].pkg.secfixes: 1: wanted a list");
  CHECK(failure_of(R"({"urlprefix":"https://a.example","packages":[]})")
            .starts_with("unsupported: a.json: neither"));
}

TEST_CASE("one vulnerability in several repositories of Alpine is one record") {
  Importer importer;
  for (const std::string name : {"b", "a", "a"}) {
    importer.add(R"({"distroversion":"v3.18","packages":[{"pkg":{"name":")" + name +
                     R"(","secfixes":{"1-r0":["CVE-1"]}}}]})",
                 name);
  }
  const auto database = ProviderDatabase::from_bytes(importer.build("alpine").records, "alpine");
  CHECK(database->info().advisories == 1);
  CHECK(said_of(*database, "Alpine:v3.18", "a") == Lines{"CVE-1: affected <1-r0"});
  CHECK(said_of(*database, "Alpine:v3.18", "b") == Lines{"CVE-1: affected <1-r0"});
}

const std::string vex = R"({"document":{"category":"csaf_vex","csaf_version":"2.0",
  "aggregate_severity":{"text":"Important"},"publisher":{"name":"Red Hat Product Security"},
  "tracking":{"id":"CVE-2024-1","current_release_date":"2024-05-01T00:00:00+00:00"}},
 "product_tree":{"branches":[{"category":"vendor","name":"Red Hat","branches":[
   {"category":"product_name","product":{"product_id":"AppStream-9.MAIN","name":"AppStream",
     "product_identification_helper":{"cpe":"cpe:/a:redhat:enterprise_linux:9::appstream"}}},
   {"category":"product_name","product":{"product_id":"red_hat_enterprise_linux_9","name":"RHEL 9",
     "product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:9"}}},
   {"category":"product_name","product":{"product_id":"openshift","name":"OpenShift",
     "product_identification_helper":{"cpe":"cpe:/a:redhat:openshift:4"}}},
   {"category":"architecture","name":"x86_64","branches":[
    {"category":"product_version","product":{"product_id":"nodejs-1:18.1-1.el9.x86_64","name":"n",
     "product_identification_helper":{"purl":"pkg:rpm/redhat/nodejs@18.1-1.el9?arch=x86_64&epoch=1"}}},
    {"category":"product_version","product":{"product_id":"nodejs-debuginfo","name":"n",
     "product_identification_helper":{"purl":"pkg:rpm/redhat/nodejs-debuginfo@18.1-1.el9?arch=x86_64"}}},
    {"category":"product_version","product":{"product_id":"nodejs:18:909:a","name":"nodejs:18",
     "product_identification_helper":{"purl":"pkg:rpmmod/redhat/nodejs@18:909:a"}}}]},
   {"category":"product_version","product":{"product_id":"kernel","name":"kernel",
     "product_identification_helper":{"purl":"pkg:rpm/redhat/kernel"}}},
   {"category":"product_version","product":{"product_id":"nodejs:20/nodejs","name":"nodejs:20/nodejs"}},
   {"category":"product_version","product":{"product_id":"openshift4/cli","name":"openshift4/cli"}}]}],
  "relationships":[)";

std::string relation(const std::string& id, const std::string& component,
                     const std::string& platform) {
  return R"({"category":"default_component_of","full_product_name":{"name":"x","product_id":")" +
         id + R"("},"product_reference":")" + component + R"(","relates_to_product_reference":")" +
         platform + "\"}";
}

TEST_CASE("a CSAF VEX of Red Hat's says which packages of which release are affected") {
  std::string text = vex;
  text += relation("a", "nodejs-1:18.1-1.el9.x86_64", "AppStream-9.MAIN") + ",";
  text += relation("m", "nodejs:18:909:a", "AppStream-9.MAIN") + ",";
  text += relation("mn", "nodejs-1:18.1-1.el9.x86_64", "m") + ",";
  text += relation("d", "nodejs-debuginfo", "AppStream-9.MAIN") + ",";
  text += relation("k", "kernel", "red_hat_enterprise_linux_9") + ",";
  text += relation("n20", "nodejs:20/nodejs", "red_hat_enterprise_linux_9") + ",";
  text += relation("o", "openshift4/cli", "red_hat_enterprise_linux_9") + ",";
  text += relation("ok", "kernel", "openshift") + ",";
  text += relation("loop", "kernel", "loop") + ",";
  text += relation("empty loop", "none", "empty loop");
  text += R"(]},"vulnerabilities":[{"cve":"CVE-2024-1","title":"node: flaw",
    "cwe":{"id":"CWE-20"},"ids":[{"system_name":"Red Hat Bugzilla ID","text":"123"}],
    "release_date":"2024-04-01T00:00:00Z","notes":[{"category":"description","text":"Long"}],
    "product_status":{"fixed":["a","mn","d","ok"],"known_affected":["k","o","loop","empty loop"],
      "known_not_affected":["n20"],"recommended":["k"]},
    "flags":[{"label":"vulnerable_code_not_present","product_ids":["n20"]}],
    "remediations":[{"category":"vendor_fix","details":"x","url":"https://a.example/RHSA-1",
       "product_ids":["a"]},{"category":"none_available","details":"Out of support scope",
       "product_ids":["k"]}],
    "scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N","version":"3.1"},"products":["a"]}],
    "threats":[{"category":"impact","details":"Moderate","product_ids":["k"]}]}]})";
  const auto database = imported(text, "redhat");
  CHECK(said_of(*database, "Red Hat:enterprise_linux:9::appstream", "nodejs") ==
        Lines{"CVE-2024-1: affected <1:18.1-1.el9",
              "CVE-2024-1: affected <1:18.1-1.el9 in nodejs:18"});
  CHECK(said_of(*database, "Red Hat:enterprise_linux:9", "kernel") ==
        Lines{"CVE-2024-1: wont-fix {Out of support scope} moderate"});
  CHECK(said_of(*database, "Red Hat:enterprise_linux:9", "nodejs") ==
        Lines{"CVE-2024-1: not-affected in nodejs:20 {vulnerable code not present}"});
  CHECK(database->info().packages == 3);
  const Advisory advisory = database->advisory(0);
  CHECK(advisory.severities == std::vector<SeverityClaim>{{"CVSS:3.1", "CVSS:3.1/AV:N", "redhat"},
                                                          {"word", "important", "redhat"}});
  CHECK(advisory.cwes == Lines{"CWE-20"});
  CHECK(to_rfc3339(*advisory.modified) == "2024-05-01T00:00:00Z");
  std::string other = text;
  other.replace(other.find("Red Hat Product Security"), 7, "Example");
  CHECK(failure_of(other).starts_with("unsupported: a.json: wanted a document of Red Hat's"));
}

TEST_CASE("KEV and EPSS say what is exploited") {
  const auto kev = imported(R"({"title":"t","catalogVersion":"2024.01.31",
    "dateReleased":"2024-01-31T12:00:00.1Z","count":1,"vulnerabilities":[{"cveID":"CVE-2024-1",
    "vendorProject":"v","dateAdded":"2024-01-30","dueDate":"2024-02-20",
    "knownRansomwareCampaignUse":"Known"}]})",
                            "kev");
  CHECK(kev->find_kev("CVE-2024-1")->due == "2024-02-20");
  CHECK(kev->find_kev("CVE-2024-1")->ransomware);
  CHECK(kev->info().data_time->seconds == 1706702400);
  const auto epss = imported(
      "#model_version:v2025.03.14,score_date:2025-05-01T00:00:00+0000\ncve,epss,percentile\n"
      "CVE-1999-1,0.00043,0.0931\r\nCVE-1999-2,1,0.5",
      "epss");
  CHECK(epss->find_epss("CVE-1999-1")->probability == Approx(0.00043));
  CHECK(epss->find_epss("CVE-1999-2")->percentile == Approx(0.5));
  CHECK(to_rfc3339(*epss->info().data_time) == "2025-05-01T00:00:00Z");
  CHECK(failure_of("cve,epss,percentile\nCVE-1,2,0") ==
        "invalid: a.json:2: wanted a number from 0 to 1, got 2");
  CHECK(failure_of("cve,epss,percentile\nCVE-1,nan,0").starts_with("invalid: a.json:2"));
  CHECK(failure_of("cve,epss,percentile\nx") ==
        "invalid: a.json:2: wanted cve,epss,percentile, got x");
}

TEST_CASE("what a document is is told by its content") {
  CHECK(failure_of("{}").starts_with("unsupported: a.json is none of OSV"));
  CHECK(failure_of("").starts_with("unsupported: a.json is none of OSV"));
  CHECK(failure_of("{\"a\":").starts_with("invalid: a.json is not valid JSON"));
  CHECK(failure_of(R"({"vulnerabilities":[{"modified":"x"}]})").starts_with("unsupported"));
}

TEST_CASE("providers are named by ecosystem, or as the user wants") {
  const std::string record = R"({"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","affected":[
    {"package":{"ecosystem":"crates.io","name":"a"},"versions":["1"]},
    {"package":{"ecosystem":"Red Hat:enterprise_linux:9","name":"a"},"versions":["1"]}]})";
  Importer importer;
  importer.add(record, "a");
  CHECK(importer.providers() == Lines{"osv-crates.io", "osv-red-hat"});
  Importer named("mine");
  named.add(record, "a");
  CHECK(named.providers() == Lines{"mine"});
  CHECK_THROWS_WITH(named.add("cve,epss,percentile\n", "b"),
                    "provider mine cannot have both advisories and epss");
  CHECK_THROWS_WITH(Importer("../x"), Catch::StartsWith("a provider's name has lower-case"));
}

TEST_CASE("documents come from directories, compressed files and tars") {
  const TempDir directory("/tmp");
  const std::string& root = directory.path();
  const auto packed = [](const std::string& text, Compression compression) {
    StringSink sink;
    const auto encoder = make_encoder(sink, {.compression = compression});
    encoder->write(text);
    encoder->finish();
    return sink.take();
  };
  make_directories(root + "/d/e");
  write_file_atomic(root + "/d/e/2.json.gz", packed("two", Compression::gzip));
  write_file_atomic(root + "/d/1.json", "one");
  write_file_atomic(root + "/d/3.csv.zst", packed("three", Compression::zstd));
  write_file_atomic(root + "/d/README", "no");
  write_file_atomic(root + "/d/.hidden.json", "no");
  Lines seen;
  for_each_document(root + "/d",
                    [&](std::string_view text, const std::string&) { seen.emplace_back(text); });
  CHECK(seen == Lines{"one", "three", "two"});
  write_file_atomic(root + "/broken.gz",
                    packed(std::string(5000, 'x'), Compression::gzip).substr(0, 20));
  CHECK_THROWS_AS(for_each_document(root + "/broken.gz", [](auto, const auto&) {}), Error);
  CHECK_THROWS_AS(for_each_document(root + "/none", [](auto, const auto&) {}), Error);
  write_file_atomic(root + "/bad.zip", "PK\x03\x04 no archive");
  CHECK_THROWS_AS(for_each_document(root + "/bad.zip", [](auto, const auto&) {}), Error);
}

TEST_CASE("a compressed bomb is no document") {
  const TempDir directory("/tmp");
  StringSink sink;
  const auto encoder = make_encoder(sink, {.compression = Compression::zstd});
  const std::string zeros(1U << 20U, '\0');
  for (int i = 0; i < 400; ++i) encoder->write(zeros);
  encoder->finish();
  const std::string path = directory.path() + "/bomb.json.zst";
  write_file_atomic(path, sink.text());
  try {
    for_each_document(path, [](auto, const auto&) { FAIL("it was read"); });
    FAIL("it was not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
  }
}

TEST_CASE("a folder has records and their texts as pairs") {
  const TempDir directory("/tmp");
  const DatabaseFolder folder(directory.path() + "/vulndb");
  CHECK(folder.providers().empty());
  const auto files_of = [](const std::string& version, const std::string& summary) {
    DatabaseBuilder builder("a", ProviderKind::advisories);
    builder.add({.id = "CVE-1",
                 .affected = {{.ecosystem = "npm", .name = "a", .versions = {version}}},
                 .summary = summary});
    return builder.build();
  };
  folder.put("a", files_of("1", "first"));
  const auto before = folder.open("a");
  folder.put("a", files_of("2", "second"));
  CHECK(folder.providers() == Lines{"a"});
  CHECK(before.texts->text_of(0).summary == "first");  // still mapped
  CHECK(folder.open("a").texts->text_of(0).summary == "second");
  CHECK(folder.open("a").records->find("npm", "a")[0].affected.versions == Lines{"2"});
  CHECK(list_names(directory.path() + "/vulndb").size() == 3);  // a lock and a pair
  CHECK(folder.remove("a"));
  CHECK_FALSE(folder.remove("a"));
  CHECK(list_names(directory.path() + "/vulndb") == Lines{".lock"});
  CHECK_THROWS_WITH(folder.open("a"), Catch::StartsWith("there is no vulnerability data of a"));
}

}  // namespace
}  // namespace lade::sbom
