#include "sbom/triage/vex.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

const std::string digest = "sha256:" + std::string(64, 'a');

Inventory image() {
  Inventory inventory{
      .packages = {{.type = PackageType::deb,
                    .name = "libssl3",
                    .version = "3.0.11-1",
                    .source_name = "openssl",
                    .purl = "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12"},
                   {.type = PackageType::npm,
                    .name_space = "@a",
                    .name = "b",
                    .version = "1.0.0",
                    .purl = "pkg:npm/%40a/b@1.0.0"}}};
  inventory.subject.name = "registry.example/team/app";
  inventory.subject.version = "1";
  inventory.subject.manifest = Digest::parse(digest);
  return inventory;
}

Matches findings() {
  Matches matches;
  matches.findings = {{.package = 0, .id = "CVE-1", .aliases = {"DSA-1"}},
                      {.package = 1, .id = "CVE-2", .aliases = {"GHSA-2"}}};
  return matches;
}

std::string openvex(const std::string& statements) {
  return R"({"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://a.example/1","author":"Team",
    "timestamp":"2024-01-01T00:00:00Z","version":1,"statements":[)" +
         statements + "]}";
}

std::string said(const std::string& name, const std::string& products,
                 const std::string& rest = R"("status":"not_affected","impact_statement":"no")") {
  return R"({"vulnerability":{"name":")" + name + R"("},"products":[)" + products + "]," + rest +
         "}";
}

/// What suppressed either finding.
std::vector<std::string> applied(const std::string& document) {
  Matches matches = findings();
  apply_vex(matches, image(), read_vex(document, "a.json"));
  return {matches.findings[0].suppressed, matches.findings[1].suppressed};
}

bool suppresses(const std::string& product, const std::string& name = "CVE-1") {
  const auto by = applied(openvex(said(name, product)));
  return !by[0].empty() || !by[1].empty();
}

std::string refusal_of(const std::string& text) {
  try {
    read_vex(text, "a.json");
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.kind())) + ": " + error.what();
  }
}

TEST_CASE("a statement holds for the package that it names, as far as its purl says") {
  struct Row {
    std::string purl;
    bool holds;
  };
  for (const Row& row :
       {Row{"pkg:deb/debian/libssl3@3.0.11-1", true}, Row{"pkg:deb/debian/libssl3", true},
        Row{"pkg:deb/debian/libssl3?arch=amd64", true},
        Row{"pkg:deb/debian/libssl3?arch=arm64", false},
        Row{"pkg:deb/debian/libssl3@3.0.12-1", false}, Row{"pkg:deb/debian/openssl@3.0.11-1", true},
        Row{"pkg:deb/debian/openssl?arch=source", true}, Row{"pkg:deb/ubuntu/libssl3", false},
        Row{"pkg:npm/%40a/b", false}, Row{"libssl3", false}}) {
    CAPTURE(row.purl);
    CHECK(suppresses(R"({"@id":")" + row.purl + "\"}") == row.holds);
    CHECK(suppresses(R"({"identifiers":{"purl":")" + row.purl + "\"}}") == row.holds);
  }
  CHECK(suppresses(R"({"@id":"pkg:npm/%40a/b"})", "GHSA-2"));
  CHECK(suppresses(R"({"@id":"pkg:deb/debian/libssl3"})", "DSA-1"));
  CHECK_FALSE(suppresses(R"({"@id":"pkg:deb/debian/libssl3"})", "CVE-3"));
}

TEST_CASE("an rpm answers to its source as Red Hat names it") {
  Inventory inventory;
  inventory.packages = {{.type = PackageType::rpm,
                         .name = "openssl-libs",
                         .version = "1:3.0.7-16.el9",
                         .source_name = "openssl",
                         .source_version = "3.0.7-16.el9",
                         .purl = "pkg:rpm/rhel/openssl-libs@3.0.7-16.el9?arch=x86_64&epoch=1"}};
  const auto holds = [&](const std::string& purl) {
    return is_about({.id = purl}, inventory, inventory.packages[0]);
  };
  CHECK(holds("pkg:rpm/redhat/openssl@3.0.7-16.el9?arch=src"));
  CHECK(holds("pkg:rpm/redhat/openssl-libs?arch=x86_64"));
  CHECK(holds("pkg:rpm/rhel/openssl-libs"));
  CHECK_FALSE(holds("pkg:rpm/fedora/openssl-libs"));
  CHECK_FALSE(holds("pkg:rpm/redhat/openssl?arch=aarch64"));
}

TEST_CASE("a statement on an image holds for it, and for the packages that it means") {
  struct Row {
    std::string product;
    bool holds;
  };
  const std::string other = "sha256:" + std::string(64, 'b');
  for (const Row& row :
       {Row{R"({"@id":"pkg:oci/app"})", true},
        Row{R"({"@id":"pkg:oci/app@)" + digest + "\"}", true},
        Row{R"({"@id":"pkg:oci/app@)" + other + "\"}", false},
        Row{R"({"@id":"pkg:oci/app?repository_url=registry.example/team/app"})", true},
        Row{R"({"@id":"pkg:oci/app?repository_url=registry.example/team"})", true},
        Row{R"({"@id":"pkg:oci/app?repository_url=elsewhere.example/team"})", false},
        Row{R"({"@id":"pkg:oci/app?tag=2"})", false}, Row{R"({"@id":"pkg:oci/pp"})", false},
        Row{R"({"@id":"registry.example/team/app:1"})", true},
        Row{R"({"@id":"registry.example/team/app@)" + digest + "\"}", true},
        Row{R"({"@id":"registry.example/team/app:2"})", false},
        Row{R"({"@id":"x","hashes":{"sha-256":")" + std::string(64, 'a') + "\"}}", true},
        Row{R"({"@id":"pkg:oci/app","hashes":{"sha-256":")" + std::string(64, 'b') + "\"}}", false},
        Row{R"({"@id":"pkg:oci/app","subcomponents":[{"@id":"pkg:deb/debian/libssl3"}]})", true},
        Row{R"({"@id":"pkg:oci/app","subcomponents":[{"@id":"pkg:deb/debian/zlib"}]})", false},
        Row{R"({"@id":"pkg:oci/other","subcomponents":[{"@id":"pkg:deb/debian/libssl3"}]})",
            false}}) {
    CAPTURE(row.product);
    CHECK(suppresses(row.product) == row.holds);
  }
}

TEST_CASE("what is suppressed says by whom and why, and the latest statement counts") {
  const std::string product = R"({"@id":"pkg:deb/debian/libssl3"})";
  const auto at = [&](const std::string& day, const std::string& rest) {
    return said("CVE-1", product, R"("timestamp":")" + day + R"(T00:00:00Z",)" + rest);
  };
  const std::string no =
      R"("status":"not_affected","justification":"vulnerable_code_not_present","impact_statement":"x")";
  CHECK(applied(openvex(at("2024-02-01", no)))[0] ==
        "not affected: vulnerable code not present; x (Team, a.json)");
  CHECK(applied(openvex(at("2024-02-01", R"("status":"fixed")")))[0] == "fixed (Team, a.json)");
  const std::string yes = R"("status":"affected","action_statement":"Update")";
  CHECK(applied(openvex(at("2024-02-01", no) + "," + at("2024-03-01", yes)))[0].empty());
  CHECK_FALSE(applied(openvex(at("2024-04-01", no) + "," + at("2024-03-01", yes)))[0].empty());
  CHECK_FALSE(applied(openvex(at("2024-03-01", yes) + "," + at("2024-03-01", no)))[0].empty());
  Matches matches = findings();
  matches.findings[0].suppressed = "before";
  CHECK(apply_vex(matches, image(), read_vex(openvex(at("2024-02-01", no)), "a.json")) == 0);
  CHECK(matches.findings[0].suppressed == "before");
}

TEST_CASE("OpenVEX of 0.0.1 has texts where later versions have objects") {
  const auto by = applied(R"({"@context":"https://openvex.dev/ns","author":"A",
    "timestamp":"2023-01-01T00:00:00Z","statements":[{"vulnerability":"CVE-1",
    "products":["pkg:oci/app"],"subcomponents":["pkg:deb/debian/libssl3"],
    "status":"not_affected","justification":"component_not_present"}]})");
  CHECK(by[0] == "not affected: component not present (A, a.json)");
  CHECK(by[1].empty());
}

TEST_CASE("CycloneDX tells of components by reference, and of others by a link") {
  const auto analysed = [](const std::string& ref, const std::string& state,
                           const std::string& more = "") {
    return applied(R"({"bomFormat":"CycloneDX","specVersion":"1.6",
      "metadata":{"timestamp":"2024-01-01T00:00:00Z","supplier":{"name":"S"},
        "component":{"bom-ref":"top","type":"container","name":"team/app","version":"1"}},
      "components":[{"bom-ref":"c","purl":"pkg:deb/debian/libssl3@3.0.11-1",
        "components":[{"bom-ref":"d","purl":"pkg:npm/%40a/b"}]}],
      "vulnerabilities":[{"id":"CVE-1","references":[{"id":"GHSA-2"}],"analysis":{"state":")" +
                   state + R"(","justification":"code_not_reachable","detail":"t"},
        "affects":[{"ref":")" +
                   ref + "\"" + more + "}]},{\"id\":\"CVE-2\"}]}");
  };
  CHECK(analysed("c", "not_affected")[0] == "not affected: code not reachable; t (S, a.json)");
  CHECK_FALSE(analysed("d", "false_positive")[1].empty());
  CHECK_FALSE(analysed("top", "resolved")[0].empty());
  CHECK(analysed("c", "exploitable")[0].empty());
  CHECK(analysed("c", "in_triage")[0].empty());
  CHECK(analysed("else", "not_affected")[0].empty());
  const std::string link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/%2540a/b";
  CHECK_FALSE(analysed(link, "not_affected")[1].empty());
  CHECK(analysed("d", "not_affected", R"(,"versions":[{"version":"2.0.0"}])")[1].empty());
  CHECK_FALSE(analysed("d", "not_affected", R"(,"versions":[{"version":"1.0.0"}])")[1].empty());
  CHECK(analysed("d", "not_affected", R"(,"versions":[{"range":"vers:npm/<2"}])")[1].empty());
  CHECK_FALSE(applied(R"({"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{
    "id":"CVE-1","analysis":{"state":"not_affected"},
    "affects":[{"ref":"pkg:deb/debian/libssl3@3.0.11-1"}]}]})")[0]
                  .empty());
  CHECK_THROWS_WITH(analysed("c", "odd"),
                    "a.json: vulnerabilities[0].analysis.state: there is no state odd");
}

TEST_CASE("CSAF says it of products, which are packages in something") {
  const auto by = applied(R"({"document":{"category":"csaf_vex","publisher":{"name":"P"},
    "tracking":{"id":"1","current_release_date":"2024-01-01T00:00:00Z"}},
    "product_tree":{"full_product_names":[
      {"product_id":"p","name":"p","product_identification_helper":{"purl":"pkg:npm/%40a/b"}},
      {"product_id":"i","name":"i","product_identification_helper":{"purl":"pkg:oci/app"}},
      {"product_id":"o","name":"o","product_identification_helper":{"purl":"pkg:oci/other"}}],
     "relationships":[{"category":"default_component_of","product_reference":"p",
      "relates_to_product_reference":"i","full_product_name":{"product_id":"pi","name":"x"}},
      {"category":"default_component_of","product_reference":"p",
      "relates_to_product_reference":"o","full_product_name":{"product_id":"po","name":"x"}}]},
    "vulnerabilities":[{"cve":"CVE-1","product_status":{"known_not_affected":["po"]}},
     {"cve":"CVE-2","product_status":{"known_not_affected":["pi"]},
      "flags":[{"label":"component_not_present","product_ids":["pi"]}],
      "threats":[{"category":"impact","details":"none","product_ids":["pi"]}]}]})");
  CHECK(by[0].empty());
  CHECK(by[1] == "not affected: component not present; none (P, a.json)");
}

TEST_CASE("what is no VEX is refused by file and member") {
  CHECK(refusal_of("{}") == "unsupported: a.json is none of OpenVEX, CSAF and CycloneDX");
  CHECK(refusal_of("[]").starts_with("unsupported"));
  CHECK(refusal_of(openvex("1")) == "invalid: a.json: statements: wanted objects");
  CHECK(refusal_of(openvex(R"({"status":"fixed"})")) ==
        "invalid: a.json: statements[0]: vulnerability is missing");
  CHECK(refusal_of(openvex(said("CVE-1", "{\"@id\":\"x\"}", R"("status":"fine")"))) ==
        "invalid: a.json: statements[0].status: wanted not_affected, affected, fixed or "
        "under_investigation, got fine");
  CHECK(refusal_of(openvex(said("CVE-1", "{\"@id\":\"x\"}", R"("status":"not_affected")"))) ==
        "invalid: a.json: statements[0]: not_affected wants a justification or an "
        "impact_statement");
  CHECK(refusal_of(openvex(said("CVE-1", "{}"))) ==
        "invalid: a.json: statements[0].products: wanted @id or identifiers");
  CHECK(refusal_of(R"({"document":{"category":"csaf_vex"}})") ==
        "invalid: a.json: document: tracking is missing");
  CHECK(refusal_of(std::string(1000, '[')).starts_with("invalid: a.json"));
}

}  // namespace
}  // namespace lade::sbom
