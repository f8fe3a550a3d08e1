#include "sbom/secrets/secret_scanner.h"

#include <catch2/catch.hpp>

#include "sbom/secrets/secret_report.h"
#include "tests/sbom/secrets/made_up.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade::sbom {
namespace {

std::string token(std::uint64_t seed = 1) { return "ghp_" + words(36, seed); }

struct Scanned {
  MergedTree tree;
  std::vector<LayerSecrets> layers;
};

/// The layers of an image, lowest first; what was found goes through its kept form.
Scanned scan(const SecretScanner& scanner, const std::vector<TarBuilder>& tars) {
  Scanned scanned;
  std::vector<std::shared_ptr<const Toc>> tocs;
  for (const TarBuilder& builder : tars) {
    const std::string bytes = builder.bytes();
    MemorySource tar(bytes);
    IndexedSecrets indexed = scanner.index_and_scan_layer(tar, "test.tar");
    MemorySource again(bytes);
    CHECK(scanner.scan_layer(again, "test.tar") == indexed.secrets);
    tocs.push_back(std::move(indexed.toc));
    scanned.layers.push_back(decode_secrets(encode_secrets(indexed.secrets)));
    CHECK(scanned.layers.back() == indexed.secrets);
  }
  scanned.tree = MergedTree(std::move(tocs));
  return scanned;
}

/// "PATH:LINE layers state hider" of every finding in those layers.
std::vector<std::string> told(const std::vector<TarBuilder>& tars) {
  const SecretScanner scanner(SecretRules::builtin());
  const Scanned scanned = scan(scanner, tars);
  std::vector<std::string> lines;
  for (const SecretFinding& finding :
       assemble_secrets(scanner.rules(), scanned.tree, scanned.layers, {}, {}).findings) {
    std::string line = fmt::format("{}:{}", finding.path, finding.secret.line);
    for (const std::size_t layer : finding.layers) line += fmt::format(" {}", layer);
    line += fmt::format(" {}", to_string(finding.state));
    if (finding.hidden_by) line += fmt::format(" {}", *finding.hidden_by);
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("what upper layers delete or replace is told with the layer that still has it") {
  const TarBuilder base = TarBuilder{}.dir("d").file("d/a", "x\n" + token());
  const TarBuilder other = TarBuilder{}.file("z");
  CHECK(told({base}) == Lines{"d/a:2 0 visible"});
  CHECK(told({base, other, TarBuilder{}.whiteout("d/a")}) == Lines{"d/a:2 0 deleted 2"});
  CHECK(told({base, TarBuilder{}.opaque("d")}) == Lines{"d/a:2 0 deleted 1"});
  CHECK(told({base, TarBuilder{}.file("d/a", "harmless")}) == Lines{"d/a:2 0 replaced 1"});
  CHECK(told({base, TarBuilder{}.symlink("d", "x")}) == Lines{"d/a:2 0 deleted 1"});
}

TEST_CASE("the same secret in the same file of two layers is one finding") {
  const TarBuilder base = TarBuilder{}.file("a", token());
  CHECK(told({base, TarBuilder{}.file("a", token(), 0600)}) == Lines{"a:1 0 1 visible"});
  CHECK(told({base, base, TarBuilder{}.whiteout("a")}) == Lines{"a:1 0 1 deleted 2"});
  CHECK(told({base, TarBuilder{}.file("a", token(2))}) ==
        Lines{"a:1 0 replaced 1", "a:1 1 visible"});
}

TEST_CASE("a file that a hard link still shows is visible") {
  const TarBuilder both = TarBuilder{}.file("a", token()).hardlink("b", "a");
  CHECK(told({both}) == Lines{"a:1 0 visible"});
  CHECK(told({both, TarBuilder{}.whiteout("a")}) == Lines{"a:1 0 visible"});
  CHECK(told({both, TarBuilder{}.whiteout("a").whiteout("b")}) == Lines{"a:1 0 deleted 1"});
  CHECK(told({TarBuilder{}.file("a", token()), TarBuilder{}.hardlink("b", "a"),
              TarBuilder{}.whiteout("a")}) == Lines{"a:1 0 visible"});
}

TEST_CASE("of two members with one name the first is still in the archive") {
  CHECK(told({TarBuilder{}.file("a", token()).file("a", "harmless")}) == Lines{"a:1 0 replaced 0"});
  CHECK(told({TarBuilder{}.file("a", token()).file("./a", token(2))}) ==
        Lines{"a:1 0 visible", "a:1 0 replaced 0"});
}

TEST_CASE("environment, labels, commands, history and annotations are searched") {
  ImageConfig config;
  config.config.env = {"PATH=/bin", "DB_PASSWORD=" + words(10)};
  config.config.labels = {{"plain", "1"}, {"key", token()}};
  config.config.entrypoint = {"run", "--token=" + token(2)};
  config.config.cmd = {"run", token(3)};
  config.config.on_build = {"RUN echo " + token(4)};
  config.config.healthcheck = Healthcheck{.test = {"CMD", "check", token(5)}};
  HistoryEntry step;
  step.created_by = "RUN |1 NPM_TOKEN=" + words(20) + " /bin/sh -c npm ci";
  config.history = {HistoryEntry{}, step};
  const SecretScanner scanner(SecretRules::builtin());
  Lines lines;
  const auto found = scanner.scan_config(config, {{"note", token(6)}});
  for (const ConfigSecrets& text : found) {
    REQUIRE(text.secrets.size() == 1);
    lines.push_back(fmt::format("{} {} {}", to_string(text.part), text.name, text.secrets[0].rule));
  }
  CHECK(lines == Lines{"environment DB_PASSWORD environment-secret", "label key github-token",
                       "entrypoint  github-token", "command  github-token",
                       "health check  github-token", "on build 1 github-token",
                       "history 2 environment-secret", "annotation note github-token"});
  const auto report = assemble_secrets(scanner.rules(), MergedTree(), {}, found, {});
  REQUIRE(report.findings.size() == 8);
  CHECK(report.findings.back().rule->severity == SecretSeverity::medium);
  CHECK(report.findings.front().part == ConfigPart::label);
}

TEST_CASE("a secret that stands in a name is not told by the name") {
  ImageConfig config;
  config.config.env = {"PATH=/bin", token(), token(3) + "=" + token(4)};
  config.config.labels = {{"a=b", token(2)}, {token(5), "1"}};
  const SecretScanner scanner(SecretRules::builtin());
  Lines lines;
  for (const ConfigSecrets& text : scanner.scan_config(config, {{token(6), ""}, {"b", token(7)}})) {
    lines.push_back(fmt::format("{} {}", to_string(text.part), text.name));
  }
  CHECK(lines == Lines{"environment #2", "environment #3", "label a=b", "label #2", "annotation b",
                       "annotation #2"});
}

TEST_CASE("what is accepted is told with the reason until it expires") {
  const std::string text =
      "version = 1\n[[allow]]\nreason = \"a test's\"\npath = '^t/'\n"
      "expires = 2030-01-01\n[[allow]]\nreason = \"known\"\npattern = '^ghp_'\n"
      "rules = ['gitlab-token']\n";
  const SecretScanner scanner(SecretRules::parse(text, "rules.toml"));
  const Scanned scanned = scan(scanner, {TarBuilder{}.file("t/a", token()).file("u", token())});
  const auto reasons = [&](Timestamp now) {
    Lines lines;
    for (const SecretFinding& finding :
         assemble_secrets(scanner.rules(), scanned.tree, scanned.layers, {}, now).findings) {
      lines.push_back(finding.path + ":" + finding.accepted.value_or(""));
    }
    return lines;
  };
  const Timestamp end = *parse_rfc3339("2030-01-01T00:00:00Z");
  CHECK(reasons({end.seconds - 1, 0}) == Lines{"t/a:a test's", "u:"});
  CHECK(reasons(end) == Lines{"t/a:", "u:"});
}

TEST_CASE("a secret is accepted by its fingerprint or by its pattern") {
  const TarBuilder tar = TarBuilder{}.file("a", token()).file("b", token(2));
  const SecretScanner plain(SecretRules::builtin());
  const std::string print = scan(plain, {tar}).layers[0].files[0].secrets[0].fingerprint;
  for (const std::string& what :
       {"fingerprint = '" + print + "'", "pattern = '^" + token().substr(0, 12) + "'"}) {
    const SecretScanner scanner(
        SecretRules::parse("version = 1\n[[allow]]\nreason = 'r'\n" + what, "rules.toml"));
    const Scanned scanned = scan(scanner, {tar});
    const auto report = assemble_secrets(scanner.rules(), scanned.tree, scanned.layers, {}, {});
    REQUIRE(report.findings.size() == 2);
    CHECK(report.findings[0].accepted == "r");
    CHECK_FALSE(report.findings[1].accepted);
  }
}

TEST_CASE("the kept form has none of the secrets, and damage is seen") {
  const SecretScanner scanner(SecretRules::builtin());
  const Scanned scanned = scan(scanner, {TarBuilder{}.file("a", token())});
  const std::string kept = encode_secrets(scanned.layers[0]);
  CHECK(kept.find(token().substr(0, 8)) == std::string::npos);
  for (std::size_t at = 0; at < kept.size(); ++at) {
    std::string damaged = kept;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const bool is_version = at >= 8 && at < 12;
    error_of(is_version ? ErrorKind::unsupported : ErrorKind::corrupt,
             [&] { decode_secrets(damaged); });
    error_of(ErrorKind::corrupt, [&] { decode_secrets(kept.substr(0, at)); });
  }
}

}  // namespace
}  // namespace lade::sbom
