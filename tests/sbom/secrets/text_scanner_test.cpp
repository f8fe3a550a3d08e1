#include "sbom/secrets/text_scanner.h"

#include <catch2/catch.hpp>

#include "tests/sbom/secrets/made_up.h"

namespace lade::sbom {
namespace {

SecretRules own_rules() {
  return SecretRules({{.id = "key",
                       .title = "Key",
                       .category = "own",
                       .keywords = {"key_"},
                       .pattern = R"(\b(?P<secret>key_[0-9a-f]{32})\b)",
                       .least_entropy = 2},
                      {.id = "line",
                       .title = "Line",
                       .category = "password",
                       .pattern = R"((?m)^word:(?P<secret>[a-z0-9]+)$)",
                       .path = "words$"},
                      {.id = "late",
                       .title = "Late",
                       .category = "own",
                       .keywords = {"value"},
                       .pattern = R"(value=(?P<secret>\S+))"}},
                     {{.reason = "known", .pattern = "^key_0000"}});
}

TEST_CASE("line, column and offset say where a secret begins") {
  const std::string key = "key_" + lower_hex(32);
  const auto found = found_in(own_rules(), "one\ntwo\n  a = " + key + "\n" + key);
  REQUIRE(found.size() == 2);
  CHECK(found[0].line == 3);
  CHECK(found[0].column == 7);
  CHECK(found[0].offset == 14);
  CHECK(found[0].size_bytes == 36);
  CHECK(found[1].line == 4);
  CHECK(found[1].column == 1);
  CHECK(found[0].fingerprint == found[1].fingerprint);
}

TEST_CASE("where a text is cut into pieces makes no difference") {
  const SecretRules rules = own_rules();
  const std::string key = "key_" + lower_hex(32);
  const std::string text = "a\n" + key + " value=xyz\n" + key + "\nb";
  const auto whole = found_in(rules, text);
  REQUIRE(whole.size() == 3);
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    CHECK(found_in(rules, text, "a/file", piece) == whole);
  }
}

TEST_CASE("a secret across the end of the scanner's buffer is found once, with its line") {
  const SecretRules rules = own_rules();
  const std::string key = "key_" + lower_hex(32);
  // the buffer holds 256 KiB and a little
  for (std::size_t at = 261'500; at < 263'200; at += 7) {
    std::string text(at, 'x');
    for (std::size_t i = 99; i < at; i += 100) text[i] = '\n';
    const std::size_t lines = at / 100;
    text.back() = '\n';
    const bool was_newline = at % 100 == 0;
    text += key + "\nmore\n" + std::string(300'000, 'y') + "\n" + key;
    const auto found = found_in(rules, text, "a/file", 4096);
    CAPTURE(at);
    REQUIRE(found.size() == 2);
    CHECK(found[0].offset == at);
    CHECK(found[0].line == lines + (was_newline ? 1 : 2));
    CHECK(found[0].column == 1);
    CHECK(found[1].line == found[0].line + 3);
  }
}

TEST_CASE("of secrets that overlap the rule that comes first has it") {
  const std::string key = "key_" + lower_hex(32);
  const auto found = found_in(own_rules(), "value=" + key + " value=other");
  REQUIRE(found.size() == 2);
  CHECK(found[0].rule == "key");
  CHECK(found[1].rule == "late");
}

TEST_CASE("a rule with a path reads files of that name alone, lines as they are") {
  const SecretRules rules = own_rules();
  const std::string text = "word:one\nword:two2\nxword:three\n";
  CHECK(rules_in(rules, text, "etc/words") == std::vector<std::string>{"line", "line"});
  CHECK(rules_in(rules, text, "etc/other").empty());
  // also where the scanner's buffer ends within a line
  for (std::size_t n = 262'650; n < 262'720; ++n) {
    CHECK(rules_in(rules, std::string(n, 'x') + "word:three\n" + std::string(9000, 'y'), "words")
              .empty());
  }
}

TEST_CASE("compressed files and pictures are not searched") {
  const std::string key = " key_" + lower_hex(32);
  TextScanner scanner(own_rules());
  for (const std::string& head :
       {std::string("PK\3\4"), std::string("\x1F\x8B\x08"), std::string("\x89PNG\r\n\x1A\n"),
        std::string("\xFF\xD8\xFF\xE0"), std::string("RIFF1234WEBP"),
        std::string("\0\0\0\1ftypmp4", 11), std::string("BZh91AY&SY")}) {
    CAPTURE(head);
    scanner.begin_file("a", 1U << 20U);
    scanner.write(head + key);
    CHECK(scanner.end().empty());
  }
  scanner.begin_file("a", 1U << 20U);
  CHECK(scanner.write("PKI" + key));
  CHECK(scanner.end().size() == 1);
}

TEST_CASE("a binary file has offsets and no lines") {
  SecretRules rules({{.id = "key",
                      .title = "Key",
                      .keywords = {"key_"},
                      .pattern = "(?P<secret>key_[0-9]{4})",
                      .binary = true}},
                    {});
  const auto found = found_in(rules, std::string("\0\n\nkey_1234", 11));
  REQUIRE(found.size() == 1);
  CHECK(found[0].offset == 3);
  CHECK(found[0].line == 0);
  CHECK(found[0].column == 0);
}

TEST_CASE("of a larger file the beginning is searched") {
  TextScanner scanner(own_rules());
  const std::string key = "key_" + lower_hex(32);
  scanner.begin_file("a", 100);
  CHECK_FALSE(scanner.write(key + std::string(100, ' ') + key));
  CHECK(scanner.end().size() == 1);
  CHECK(scanner.is_cut());
  scanner.begin_file("a", 100);
  CHECK(scanner.write(key));
  CHECK(scanner.end().size() == 1);
  CHECK_FALSE(scanner.is_cut());
}

TEST_CASE("of one rule no more than a hundred secrets are kept of a file") {
  std::string text;
  for (std::size_t i = 0; i < 5000; ++i) text += "key_" + lower_hex(32, i) + "\n";
  TextScanner scanner(own_rules());
  scanner.begin_file("a", 1U << 30U);
  scanner.write(text + "value=other");
  const auto found = scanner.end();
  CHECK(found.size() == TextScanner::finds_limit + 1);
  CHECK(found.back().rule == "late");
  CHECK(scanner.has_too_many());
}

TEST_CASE("a keyword that stands everywhere makes no rule read a byte twice") {
  // 64 MiB of one line; were every region read for itself, this would take minutes
  const SecretRules rules = SecretRules::builtin();
  std::string spam;
  while (spam.size() < (1U << 20U)) spam += "password=://token\"auth\":eyJhbGciAKIA";
  TextScanner scanner(rules);
  scanner.begin_file("srv/.env", ~std::uint64_t{0});
  for (int i = 0; i < 64; ++i) scanner.write(spam);
  CHECK(scanner.end().size() <= TextScanner::finds_limit * rules.rules().size());
}

TEST_CASE("an allowance by pattern is noted with the secret") {
  const auto found = found_in(own_rules(), "key_" + std::string(5, '0') + lower_hex(27));
  REQUIRE(found.size() == 1);
  CHECK(found[0].allowances == std::vector<std::uint32_t>{0});
}

TEST_CASE("a fingerprint tells rule, path and secret, but a password's nothing of the password") {
  const SecretRules rules = own_rules();
  const auto of = [&](const std::string& text, const std::string& path) {
    return found_in(rules, text, path).at(0).fingerprint;
  };
  const std::string one = "key_" + lower_hex(32);
  const std::string two = "key_" + lower_hex(32, 2);
  CHECK(of(one, "a") == of("moved " + one, "a"));
  CHECK(of(one, "a") != of(one, "b"));
  CHECK(of(one, "a") != of(two, "a"));
  CHECK(of("word:one", "words") == of("word:two", "words"));
}

}  // namespace
}  // namespace lade::sbom
