#include "sbom/vuln/database.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Kind = VersionEvent::Kind;

Advisory example(const std::string& id, std::int64_t modified = 100) {
  return {.id = id,
          .aliases = {"CVE-2024-1"},
          .published = Timestamp{50},
          .modified = Timestamp{modified},
          .severities = {{"CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nvd"}},
          .cwes = {"CWE-79"},
          .affected = {{.ecosystem = "npm",
                        .name = "left-pad",
                        .ranges = {{{Kind::introduced, "0"}, {Kind::fixed, "1.2.3"}}},
                        .versions = {"1.0.0"},
                        .note = "n"},
                       {.ecosystem = "Debian:12",
                        .name = "node-left-pad",
                        .state = FixState::wont_fix,
                        .severities = {{"word", "low", "debian"}}}},
          .summary = "short",
          .details = "long",
          .references = {"https://a.example"}};
}

DatabaseBuilder builder_of(const std::vector<Advisory>& advisories) {
  DatabaseBuilder builder("test", ProviderKind::advisories);
  for (const Advisory& advisory : advisories) builder.add(advisory);
  return builder;
}

TEST_CASE("what a provider says of a package is found by ecosystem and name") {
  const auto files = builder_of({example("GHSA-2"), example("GHSA-1")}).build();
  const auto database = ProviderDatabase::from_bytes(files.records, "test.vuln");
  CHECK(database->info() == ProviderInfo{.name = "test",
                                         .data_time = Timestamp{100},
                                         .ecosystems = {"Debian:12", "npm"},
                                         .advisories = 2,
                                         .packages = 2});
  const auto matches = database->find("npm", "left-pad");
  REQUIRE(matches.size() == 2);
  Advisory advisory = database->advisory(matches[0].advisory);
  CHECK(advisory.id == "GHSA-1");
  CHECK(database->advisory(matches[1].advisory).id == "GHSA-2");
  advisory.affected = {matches[0].affected,
                       database->find("Debian:12", "node-left-pad")[0].affected};
  const auto texts = ProviderTexts::from_bytes(files.texts, "test.text");
  const Advisory text = texts->text_of(matches[0].advisory);
  advisory.summary = text.summary;
  advisory.details = text.details;
  advisory.references = text.references;
  CHECK(advisory == example("GHSA-1"));
  CHECK(database->find("npm", "left-pa").empty());
  CHECK(database->find("npm", "left-pad2").empty());
  CHECK(database->find("PyPI", "left-pad").empty());
  CHECK_FALSE(database->find_epss("CVE-2024-1"));
  database->verify();
}

TEST_CASE("the same records are the same bytes, in whatever order they come") {
  const auto one = builder_of({example("A"), example("B"), example("C")}).build();
  const auto two = builder_of({example("C"), example("A"), example("B"), example("A")}).build();
  CHECK(one.records == two.records);
  CHECK(one.texts == two.texts);
}

TEST_CASE("of two records with one id the later counts") {
  Advisory later = example("A", 200);
  later.affected.pop_back();
  for (const auto& order : {std::vector{example("A"), later}, std::vector{later, example("A")}}) {
    const auto database =
        ProviderDatabase::from_bytes(builder_of(order).build().records, "test.vuln");
    CHECK(database->info().ecosystems == std::vector<std::string>{"npm"});
    CHECK(database->info().data_time == Timestamp{200});
  }
}

TEST_CASE("likelihoods and known exploits are found by CVE") {
  DatabaseBuilder epss("epss", ProviderKind::epss);
  epss.add_epss("CVE-2024-1", {0.97231, 0.99991});
  epss.set_data_time({500, 0});
  const auto scores = ProviderDatabase::from_bytes(epss.build().records, "epss.vuln");
  const auto score = scores->find_epss("CVE-2024-1");
  REQUIRE(score);
  CHECK(score->probability == Approx(0.97231));
  CHECK(score->percentile == Approx(0.99991));
  CHECK_FALSE(scores->find_epss("CVE-2024-2"));
  CHECK_FALSE(scores->find_kev("CVE-2024-1"));
  CHECK(scores->find("", "CVE-2024-1").empty());
  CHECK(scores->info().data_time == Timestamp{500});
  CHECK(scores->info().ecosystems.empty());

  DatabaseBuilder kev("kev", ProviderKind::kev);
  kev.add_kev("CVE-2024-1", {"2024-01-02", "2024-02-03", true});
  const auto known =
      ProviderDatabase::from_bytes(kev.build().records, "kev.vuln")->find_kev("CVE-2024-1");
  REQUIRE(known);
  CHECK(known->added == "2024-01-02");
  CHECK(known->due == "2024-02-03");
  CHECK(known->ransomware);
}

TEST_CASE("a provider's file is opened from disk") {
  const TempDir dir("/tmp");
  const auto files = builder_of({example("A")}).build();
  write_file_atomic(dir.path() + "/a.vuln", files.records);
  write_file_atomic(dir.path() + "/a.text", files.texts);
  CHECK(ProviderDatabase::open(dir.path() + "/a.vuln")->find("npm", "left-pad").size() == 1);
  CHECK(ProviderTexts::open(dir.path() + "/a.text")->text_of(0).summary == "short");
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { ProviderDatabase::open(dir.path() + "/a.text"); }),
             Catch::Contains("a.text is damaged: there is no header"));
}

/// Asks for everything; damage must be an error of its kind and nothing else.
void use_whole(const std::string& bytes) {
  const auto database = ProviderDatabase::from_bytes(bytes, "test.vuln");
  for (const auto& [ecosystem, name] :
       {std::pair("npm", "left-pad"), std::pair("Debian:12", "node-left-pad")}) {
    for (const AdvisoryMatch& match : database->find(ecosystem, name)) {
      database->advisory(match.advisory);
    }
  }
  database->verify();
}

TEST_CASE("a damaged byte, wherever it is, is found at the latest by verify") {
  const std::string good = builder_of({example("A"), example("B")}).build().records;
  use_whole(good);
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (i >= 12 && i < 16) continue;  // means nothing
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    INFO(i);
    try {
      use_whole(bad);
      FAIL_CHECK("nothing was found");
    } catch (const Error& error) {
      const bool is_version = i >= 8 && i < 12;
      CHECK(error.kind() == (is_version ? ErrorKind::unsupported : ErrorKind::corrupt));
    }
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    INFO(length);
    error_of(ErrorKind::corrupt, [&] { use_whole(good.substr(0, length)); });
  }
}

}  // namespace
}  // namespace lade::sbom
