#include "registry/config/registries_file.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

struct BadFile {
  const char* text;
  const char* message;
};

TEST_CASE("a registries.conf that is wrong is refused with its place, what was wanted and got") {
  const BadFile cases[] = {
      {"invalid", "r.conf:1:8: not valid TOML: "},
      {"a = 1\na = 2", "r.conf:2:"},
      {"unqualified-search-registries = 'a.io'",
       "r.conf:1: unqualified-search-registries: wanted a list of strings, got a string"},
      {"unqualified-search-registries = [\n'a.io',\n5]",
       "r.conf:3: unqualified-search-registries: wanted a list of strings, got a number"},
      {"unqualified-search-registries = ['a.io/b']",
       "r.conf:1: unqualified-search-registries: wanted host[:port], got \"a.io/b\""},
      {"unqualified-search-registries = ['plain']",
       "r.conf:1: unqualified-search-registries: wanted host[:port], got \"plain\""},
      {"unqualified-search-registries = ['']",
       "r.conf:1: unqualified-search-registries: wanted host[:port][/path] without a scheme, got "
       "\"\""},
      {"registry = 1", "r.conf:1: registry: wanted a list of tables, got a number"},
      {"[registry]\nlocation = 'a.io'", "r.conf:1: registry: wanted a list of tables, got a table"},
      {"[[registry]]\n",
       "r.conf:1: registry.location: wanted host[:port][/path] without a scheme, "
       "got neither it nor a prefix"},
      {"[[registry]]\nprefix = 'a.io'",
       "r.conf:1: registry.location: wanted host[:port][/path] without a scheme, because the "
       "prefix has no \"*.\", got nothing"},
      {"[[registry]]\nlocation = 'https://a.io'",
       "r.conf:2: registry.location: wanted host[:port][/path] without a scheme, got "
       "\"https://a.io\""},
      {"[[registry]]\nlocation = '///'",
       "r.conf:2: registry.location: wanted host[:port][/path] without a scheme, got \"///\""},
      {"[[registry]]\nlocation = 'a.io'\nprefix = '*.a.io/b'",
       "r.conf:3: registry.prefix: wanted \"*.\" before a host name, or no \"*\", got "
       "\"*.a.io/b\""},
      {"[[registry]]\nlocation = 'a.io'\nprefix = 'a.*.io'",
       "r.conf:3: registry.prefix: wanted \"*.\" before a host name, or no \"*\", got \"a.*.io\""},
      {"[[registry]]\nprefix = '*.a.io:80'",
       "r.conf:2: registry.prefix: wanted \"*.\" before a host name, or no \"*\", got "
       "\"*.a.io:80\""},
      {"[[registry]]\nlocation = 'a.io'\ninsecure = 'yes'",
       "r.conf:3: registry.insecure: wanted true or false, got a string"},
      {"[[registry]]\nlocation = 'a.io'\nblocked = 1",
       "r.conf:3: registry.blocked: wanted true or false, got a number"},
      {"[[registry]]\nlocation = 'a.io'\nmirror = ['b.io']",
       "r.conf:3: registry.mirror: wanted a list of tables, got a string"},
      {"[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\ninsecure = true",
       "r.conf:3: registry.mirror.location: wanted host[:port][/path] without a scheme, got "
       "nothing"},
      {"[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\nlocation = 'b.io'\n"
       "pull-from-mirror = 'never'",
       "r.conf:5: registry.mirror.pull-from-mirror: wanted all, digest-only or tag-only, got "
       "\"never\""},
      {"[[registry]]\nlocation = 'a.io'\nmirror-by-digest-only = true\n[[registry.mirror]]\n"
       "location = 'b.io'\npull-from-mirror = 'all'",
       "r.conf:6: registry.mirror.pull-from-mirror: wanted it not to be set where the registry "
       "says mirror-by-digest-only, got \"all\""},
      {"[[registry]]\nlocation = 'a.io'\npull-from-mirror = 'all'",
       "r.conf:3: registry.pull-from-mirror: wanted it only in a [[registry.mirror]], got it in "
       "the [[registry]] itself"},
      {"[[registry]]\nlocation='a.io'\n[[registry]]\nprefix='b.io'\nlocation='a.io'\nblocked=true",
       "r.conf:3: registry.blocked: wanted false as at r.conf:1 for the same location \"a.io\", "
       "got true"},
      {"short-name-mode = 'asking'",
       "r.conf:1: short-name-mode: wanted enforcing, permissive or disabled, got \"asking\""},
      {"credential-helpers = ['../x']",
       "r.conf:1: credential-helpers: wanted names of programs without \"docker-credential-\", "
       "got \"../x\""},
      {"aliases = 'x'", "r.conf:1: aliases: wanted a table, got a string"},
      {"[aliases]\nx = ['a.io/x']", "r.conf:2: aliases.x: wanted a string, got a list"},
      {"[aliases]\nx = 'a.io/x:1'",
       "r.conf:2: aliases.x: wanted registry/repository without tag and digest, got "
       "\"a.io/x:1\""},
      {"[aliases]\nx = 'y/x'",
       "r.conf:2: aliases.x: wanted registry/repository without tag and "
       "digest, got \"y/x\""},
      {"[aliases]\n'a.io/x' = 'a.io/x'",
       "r.conf:2: aliases.a.io/x: wanted a short name as the key, without registry, tag or "
       "digest, got \"a.io/x\""},
      {"[aliases]\n'x:1' = 'a.io/x'",
       "r.conf:2: aliases.x:1: wanted a short name as the key, without registry, tag or digest, "
       "got \"x:1\""},
      {"[aliases]\n'localhost/x' = 'a.io/x'",
       "r.conf:2: aliases.localhost/x: wanted a short name as the key, without registry, tag or "
       "digest, got \"localhost/x\""},
      {"[registries.search]\nregistries = ['a.io']\n[[registry]]\nlocation = 'b.io'",
       "r.conf:3: registry: wanted a file in one form, and [registries] is version 1, got a key "
       "of version 2"},
      {"[registries.block]\nregistries = ['http://a.io']",
       "r.conf:2: registries.block.registries: wanted host[:port][/path] without a scheme, got "
       "\"http://a.io\""},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const std::string got =
        error_of(ErrorKind::invalid, [&text = text] { parse_registries_file(text, "r.conf"); });
    CHECK_THAT(got, Catch::StartsWith(message));
  }
}

TEST_CASE("control bytes of a registries.conf do not reach a terminal") {
  const std::string got = error_of(ErrorKind::invalid, [] {
    parse_registries_file("short-name-mode = \"\\u001b[2J\"", "r.conf");
  });
  CHECK(got.find('\x1b') == std::string::npos);
}

TEST_CASE("letters beyond ASCII are fine in comments and wrong in keys and hosts") {
  const RegistriesFile file = parse_registries_file(
      "\xEF\xBB\xBF# Fran\xC3\xA7ois\n[[registry]]\nlocation = 'a.io'  # \xE2\x86\x92 here\n",
      "r.conf");
  CHECK(file.registries.size() == 1);
  for (const char* text :
       {"sho\u04D8 = 1", "unqualified-search-registries = ['\u00e4.io']", "a\u2000 = 1", "\xff"}) {
    CAPTURE(text);
    error_of(ErrorKind::invalid, [&] { parse_registries_file(text, "r.conf"); });
  }
}

TEST_CASE("tables that are nested without end are refused") {
  const std::string deep = "a = " + std::string(100'000, '[');
  error_of(ErrorKind::invalid, [&] { parse_registries_file(deep, "r.conf"); });
}

TEST_CASE("unknown keys and repeated prefixes are warned of, not refused") {
  const RegistriesFile file = parse_registries_file(
      "additional-layer-store-auth-helper = 'x'\nunqualified-search = []\n"
      "[[registry]]\nlocation = 'a.io'\ninsecur = true\n"
      "[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\nlocation = 'b.io'\nnew = 1\n",
      "r.conf");
  CHECK(file.warnings ==
        std::vector<std::string>{
            "r.conf:2: the key \"unqualified-search\" is unknown and ignored",
            "r.conf:5: the key \"insecur\" is unknown and ignored, did you mean \"insecure\"?",
            "r.conf:10: the key \"new\" is unknown and ignored",
            "r.conf:6: the prefix \"a.io\" was used at r.conf:3 already: ignored"});
  REQUIRE(file.registries.size() == 1);
  CHECK(file.registries[0].mirrors.empty());
}

TEST_CASE("the old form is read as the tables that say the same, and only where it may stand") {
  const char* text =
      "[registries.search]\nregistries = ['a.io////', 'b.io:5000']\n"
      "[registries.insecure]\nregistries = ['c.io/', 'd.io']\n"
      "[registries.block]\nregistries = ['c.io']\n";
  const RegistriesFile file = parse_registries_file(text, "r.conf");
  CHECK(file.search_registries == std::vector<std::string>{"a.io", "b.io:5000"});
  REQUIRE(file.registries.size() == 2);
  CHECK(file.registries[0].prefix == "c.io");
  CHECK(file.registries[0].location == "c.io");
  CHECK(file.registries[0].insecure);
  CHECK(file.registries[0].blocked);
  CHECK(file.registries[0].origin == "r.conf:4");
  CHECK(file.registries[1].insecure);
  CHECK_FALSE(file.registries[1].blocked);
  const std::string got = error_of(
      ErrorKind::invalid, [&] { parse_registries_file(text, "r.conf", RegistriesVersion::two); });
  CHECK(got ==
        "r.conf:1: registries: wanted version 2 ([[registry]]), got version 1 "
        "([registries.search] …)");
}

TEST_CASE("short names are those whose first part cannot be a registry") {
  for (const char* name : {"x", "library/x", "x:1", "a/b/c", "x@sha256:0", "under_score/x"}) {
    CAPTURE(name);
    CHECK(is_short_name(name));
  }
  for (const char* name : {"a.io/x", "localhost/x", "host:5000/x", "localhost:1/x", "HOST/x"}) {
    CAPTURE(name);
    CHECK_FALSE(is_short_name(name));
  }
}

}  // namespace
}  // namespace lade::registry
