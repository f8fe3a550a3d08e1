#include "sbom/secrets/secret_rules.h"

#include <catch2/catch.hpp>

#include "sbom/secrets/judge_secret.h"
#include "tests/sbom/secrets/made_up.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

const std::string own_rule =
    "version = 1\n"
    "disable = [\"generic-password\"]\n"
    "[[rule]]\n"
    "id = \"acme-token\"\n"
    "title = \"Token of ACME\"\n"
    "severity = \"critical\"\n"
    "keywords = [\"ACME_\"]\n"
    "ignore-case = true\n"
    "pattern = '(?i)\\b(?P<secret>acme_[0-9a-f]{16})\\b'\n"
    "least-entropy = 2.5\n"
    "allow = ['^acme_0123']\n";

TEST_CASE("a file of rules adds its own and disables the program's") {
  const SecretRules rules = SecretRules::parse(own_rule, "rules.toml");
  CHECK(rules.rules().size() == builtin_secret_rules().size());
  REQUIRE(rules.find("acme-token") != nullptr);
  CHECK(rules.find("acme-token")->rule.severity == SecretSeverity::critical);
  CHECK(rules.find("acme-token")->rule.least_entropy == 2.5);
  CHECK(rules.find("generic-password") == nullptr);
  CHECK(rules_in(rules, "acme_" + lower_hex(16)) == std::vector<std::string>{"acme-token"});
  CHECK(rules_in(rules, "acme_" + std::string(16, '0')).empty());
  CHECK(rules_in(rules, "acme_0123" + lower_hex(12)).empty());
}

TEST_CASE("a file of rules is read strictly, and what is wrong is told with its line") {
  const std::string rule = "version = 1\n[[rule]]\nid = 'a'\ntitle = 'A'\n";
  const std::string good = rule + "keywords = ['abc']\npattern = '(?P<secret>abc.)'\n";
  const std::string allow = "version = 1\n[[allow]]\n";
  const std::pair<std::string, std::string> cases[] = {
      {"", "rules.toml:1: there is no version"},
      {"version = 2", "rules.toml:1: version: wanted 1, got 2"},
      {"version = 1\nrules = []", "rules.toml:2: rules: unknown key; did you mean \"rule\"?"},
      {"version = 1\ndisable = ['aws-acess-key-id']",
       "rules.toml:2: disable: wanted the id of a rule, got \"aws-acess-key-id\"; did you mean "
       "\"aws-access-key-id\"?"},
      {rule + "pattern = '(?P<secret>a)'", "rules.toml:2: rule: rule a has neither keywords"},
      {rule + "keywords = ['abc']", "there is no pattern"},
      {rule + "keywords = ['ab']\npattern = '(?P<secret>a)'", "the keyword \"ab\" has 2 bytes"},
      {rule + "keywords = ['abc']\npattern = 'abc'", "there is no group (?P<secret>...)"},
      {rule + "keywords = ['abc']\npattern = '(?P<secret>'", "is no regular expression"},
      {good + "allow = ['(']", "is no regular expression"},
      {good + "severity = 'bad'", "wanted low, medium, high or critical, got \"bad\""},
      {good + "shape = 'bad'", "wanted any, mixed, credentials or json-web-token"},
      {good + "least-entropy = 9", "rules.toml:7: rule.least-entropy: wanted 0 to 8"},
      {good + "least-entropy = nan", "wanted 0 to 8"},
      {good + "least-entropy = '3'", "wanted a number, got a string"},
      {good + "after = 5000", "wanted 0 to 4096 bytes, got 5000"},
      {good + "before = -1", "wanted 0 to 4096 bytes, got -1"},
      {good + "[[rule]]\nid = 'a'\ntitle = 'A'\nkeywords = ['abc']\npattern = '(?P<secret>a)'",
       "rules.toml:8: rule.id: wanted one that no other rule has, got \"a\""},
      {"version = 1\n[[rule]]\nid = 'npm-token'\ntitle = 'A'\nkeywords = ['abc']\n"
       "pattern = '(?P<secret>a)'",
       "wanted one that no other rule has, got \"npm-token\""},
      {"version = 1\n[[rule]]\nid = 'A'\ntitle = 'A'\npattern = 'a'", "the id \"A\" of a rule"},
      {allow + "path = 'a'", "rules.toml:2: allow: there is no reason"},
      {allow + "reason = 'r'", "allows everything"},
      {allow + "reason = 'r'\npath = '('", "is no regular expression"},
      {allow + "reason = 'r'\nfingerprint = 'x'", "wanted 16 lower-case hex digits"},
      {allow + "reason = 'r'\nrules = ['no']", "wanted the id of a rule"},
      {allow + "reason = 'r'\npath = 'a'\nexpires = 'soon'", "wanted a date"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const std::string& wrong = text;
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { SecretRules::parse(wrong, "rules.toml"); }),
               Catch::Contains(message));
  }
}

TEST_CASE("every rule of the program is sound") {
  SecretRules::builtin().prepare();
  for (const SecretRule& rule : builtin_secret_rules()) {
    CAPTURE(rule.id);
    CHECK_FALSE(rule.title.empty());
    CHECK_FALSE(rule.category.empty());
    CHECK_FALSE((rule.binary && rule.category == "password"));
  }
}

TEST_CASE("the version follows what a scan finds, and not what is forgiven after it") {
  const std::string base = own_rule;
  const auto version = [](const std::string& text) {
    return SecretRules::parse(text, "rules.toml").version();
  };
  const std::string allow = "[[allow]]\nreason = 'r'\n";
  CHECK(version(base) == version(base));
  CHECK(version(base) == version(base + allow + "path = 'x'"));
  CHECK(version(base) != version(base + allow + "pattern = 'x'"));
  CHECK(version(base + allow + "pattern = 'x'") ==
        version(base + allow + "path = 'y'\n" + allow + "pattern = 'x'"));
  CHECK(version(base) != version("version = 1"));
  CHECK(version("version = 1") == SecretRules::builtin().version());
  CHECK(version(base) != version(base + "binary = true\n"));
}

TEST_CASE("entropy is that of Shannon") {
  CHECK(shannon_entropy("") == 0);
  CHECK(shannon_entropy("aaaa") == 0);
  CHECK(shannon_entropy("abab") == Approx(1));
  CHECK(shannon_entropy("abcd") == Approx(2));
  CHECK(shannon_entropy("0123456789abcdef") == Approx(4));
}

TEST_CASE("an excerpt shows no more than a quarter, and nothing of what is short") {
  CHECK(redact("").find_first_not_of('.') == std::string::npos);
  CHECK(redact("abcde") == "...");
  CHECK(redact("abcdefgh") == "a...");
  CHECK(redact("abcdefghijkl") == "ab...l");
  CHECK(redact("abcdefghijklmnopqrstuvwxyz0123456789") == "abcd...89");
  CHECK(redact("a\nb\xC3\xA4"
               "efghijklmnopqrstuvwx\n") == "a?b?...x?");
}

}  // namespace
}  // namespace lade::sbom
