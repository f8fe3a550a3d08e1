#include "signing/lade_policy/scan_report.h"

#include <catch2/catch.hpp>

#include "signing/lade_policy/image_facts.h"
#include "signing/lade_policy/provenance_facts.h"

namespace lade::signing {
namespace {

/// "CVE-1 critical, CVE-2 low".
std::string findings_of(const std::string& text) {
  const auto findings = read_findings(parse_json(text, "it"));
  if (!findings) return "unknown";
  std::string all;
  for (const ScanFinding& one : *findings) {
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", one.id, to_string(one.severity));
  }
  return all;
}

TEST_CASE("reports of Grype, Trivy and CycloneDX are read, alone or in cosign's predicate") {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"matches":[{"vulnerability":{"id":"A","severity":"Critical"}},
           {"vulnerability":{"id":"B","severity":"Negligible"}}]})",
       "A critical, B low"},
      {R"({"matches":[]})", ""},
      {R"({"SchemaVersion":2,"Results":[{"Target":"x"},{"Vulnerabilities":
           [{"VulnerabilityID":"A","Severity":"HIGH"},{"VulnerabilityID":"A","Severity":"HIGH"}]}]})",
       "A high, A high"},
      {R"({"bomFormat":"CycloneDX","vulnerabilities":[
           {"id":"A","ratings":[{"severity":"low"},{"severity":"high"}],"affects":[{},{}]},
           {"id":"B","ratings":[]},
           {"id":"C","ratings":[{"severity":"critical"}],"analysis":{"state":"not_affected"}},
           {"id":"D","ratings":[{"severity":"moderate"}],"analysis":{"state":"exploitable"}}]})",
       "A high, A high, B unknown, D medium"},
      {R"({"matches":[{}]})", " unknown"},
  };
  for (const auto& [report, wanted] : cases) {
    CAPTURE(report);
    CHECK(findings_of(report) == wanted);
    CHECK(findings_of(std::string(R"({"scanner":{"result":)") + report + "}}") == wanted);
  }
}

TEST_CASE("what is no report is not taken for one without findings") {
  for (const char* text :
       {"{}", "null", "[]", R"({"matches":{}})", R"({"Results":null})",
        R"({"bomFormat":"CycloneDX","components":[]})", R"({"vulnerabilities":[]})"}) {
    CAPTURE(text);
    CHECK(findings_of(text) == "unknown");
  }
}

TEST_CASE("provenances tell builder, source and images, whichever version they are of") {
  const Json v1 = parse_json(R"({"buildDefinition":{"externalParameters":{"configSource":
      {"uri":"git+https://a.io/team/app.git@refs/heads/main"},"workflow":
      {"repository":"https://a.io/team/app"}},"resolvedDependencies":[
      {"uri":"pkg:docker/alpine@3.20?platform=linux%2Famd64","digest":{"sha256":
      "0000000000000000000000000000000000000000000000000000000000000000"}},
      {"uri":"pkg:docker/a.io/x%2Dy@1","digest":{}},
      {"uri":"git+https://a.io/other@refs/heads/main","digest":{"gitCommit":"1"}},
      {"uri":"oci:/srv/base"},{"name":"context"}]},
      "runDetails":{"builder":{"id":"b"}}})",
                             "it");
  CHECK(provenance_builder(v1) == "b");
  CHECK(provenance_sources(v1) ==
        std::vector<std::string>{"https://a.io/team/app", "https://a.io/team/app"});
  std::string images;
  for (const BaseImage& one : provenance_images(v1)) images += one.str() + "\n";
  CHECK(images == "docker.io/library/alpine:3.20 (sha256:" + std::string(64, '0') +
                      ")\na.io/x-y:1\noci:/srv/base\n");
  const Json v02 = parse_json(R"({"builder":{"id":"c"},"invocation":{"configSource":
      {"uri":"git+ssh://git@a.io/app#v1"}},"materials":[{"uri":"https://a.io/file"}]})",
                              "it");
  CHECK(provenance_builder(v02) == "c");
  CHECK(provenance_sources(v02) == std::vector<std::string>{"ssh://git@a.io/app"});
  CHECK(provenance_images(v02).empty());
}

TEST_CASE("a predicate is as old as its type says") {
  const Json vuln = parse_json(R"({"metadata":{"scanFinishedOn":"2026-01-02T00:00:00Z"}})", "it");
  const std::string type = "https://cosign.sigstore.dev/attestation/vuln/v1";
  CHECK(to_rfc3339(predicate_time(type, vuln).value()) == "2026-01-02T00:00:00Z");
  CHECK_FALSE(predicate_time("https://slsa.dev/provenance/v1", vuln));
  CHECK_FALSE(predicate_time(type, parse_json(R"({"metadata":{"scanFinishedOn":1}})", "it")));
}

}  // namespace
}  // namespace lade::signing
