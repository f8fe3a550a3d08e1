#include "registry/config/short_names.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/temp_dir.h"
#include "tests/registry/config/config_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

const std::string digest = "@sha256:" + std::string(64, 'c');

std::vector<std::string> names(const NameResolution& resolution) {
  std::vector<std::string> list;
  for (const Reference& candidate : resolution.candidates) list.push_back(candidate.str());
  return list;
}

struct Fixture {
  TempDir dir{"/tmp"};
  std::map<std::string, ShortNameAlias> remembered;

  RegistriesConfig config(const std::string& text) const { return config_of(text, dir.path()); }
  NameResolution resolve(const std::string& conf, std::string_view name,
                         const NameOptions& options = {}) const {
    return resolve_name(name, config(conf), remembered, options);
  }
};

constexpr const char* two_registries = "unqualified-search-registries = ['a.io', 'b.io:5000']\n";

TEST_CASE("a name with a registry is its own only candidate, whatever is configured") {
  const Fixture fixture;
  const NameResolution resolution =
      fixture.resolve(fmt::format("{}[aliases]\nx = 'c.io/x'\n", two_registries), "localhost/x:1");
  CHECK(names(resolution) == std::vector<std::string>{"localhost/x:1"});
  CHECK(resolution.reason == "\"localhost/x:1\" names its registry");
}

TEST_CASE("an alias decides, and tag and digest go over to what it stands for") {
  const Fixture fixture;
  const std::string conf =
      std::string(two_registries) +
      "[aliases]\nx = 'c.io/deep/x'\n'group/x' = 'd.io/y'\nb = 'docker.io/b'\n";
  for (const std::string& suffix : {std::string(), std::string(":1"), digest, ":1" + digest}) {
    CAPTURE(suffix);
    CHECK(names(fixture.resolve(conf, "x" + suffix)) ==
          std::vector<std::string>{"c.io/deep/x" + suffix});
    CHECK(names(fixture.resolve(conf, "group/x" + suffix)) ==
          std::vector<std::string>{"d.io/y" + suffix});
  }
  CHECK(names(fixture.resolve(conf, "b")) == std::vector<std::string>{"docker.io/library/b"});
  CHECK(fixture.resolve(conf, "x:1").reason ==
        fmt::format("\"x\" is an alias of c.io/deep/x ({}/test.conf:3)", fixture.dir.path()));
}

TEST_CASE("a remembered alias is stronger than one of the files") {
  Fixture fixture;
  fixture.remembered.emplace("x", ShortNameAlias{Reference::parse("e.io/x"), "cache:1"});
  CHECK(names(fixture.resolve("[aliases]\nx = 'c.io/x'", "x")) ==
        std::vector<std::string>{"e.io/x"});
}

TEST_CASE("several search registries are asked about, refused or tried, as the mode says") {
  const Fixture fixture;
  const std::vector<std::string> both = {"a.io/x:1", "b.io:5000/x:1"};
  struct Case {
    const char* mode;
    bool terminal;
    bool ask;
  };
  for (const auto& [mode, terminal, ask] :
       {Case{"enforcing", true, true}, Case{"permissive", true, true},
        Case{"permissive", false, false}, Case{"disabled", true, false},
        Case{"disabled", false, false}}) {
    CAPTURE(mode, terminal);
    const std::string conf = fmt::format("short-name-mode = '{}'\n{}", mode, two_registries);
    const NameResolution resolution = fixture.resolve(conf, "x:1", {.terminal = terminal});
    CHECK(names(resolution) == both);
    CHECK(resolution.ask == ask);
    CHECK(resolution.alias_name == (ask ? "x" : ""));
    CHECK(resolution.reason ==
          fmt::format("\"x\" is looked up in a.io, b.io:5000 (unqualified-search-registries, "
                      "{}/test.conf:2)",
                      fixture.dir.path()));
  }
  const std::string got = error_of(ErrorKind::conflict, [&] {
    fixture.resolve(fmt::format("short-name-mode = 'enforcing'\n{}", two_registries), "x:1");
  });
  CHECK(got == fmt::format("the short name \"x:1\" may mean an image in a.io or b.io:5000 "
                           "({}/test.conf:2), and short-name-mode is enforcing: wanted a name "
                           "with its registry or a terminal to ask on",
                           fixture.dir.path()));
}

TEST_CASE("one search registry leaves nothing to ask, in any mode") {
  const Fixture fixture;
  const NameResolution resolution = fixture.resolve(
      "short-name-mode = 'enforcing'\nunqualified-search-registries = ['docker.io']", "x");
  CHECK(names(resolution) == std::vector<std::string>{"docker.io/library/x"});
  CHECK_FALSE(resolution.ask);
}

TEST_CASE("where nothing is configured the fallback holds, where nothing is wanted it does not") {
  const Fixture fixture;
  CHECK(names(fixture.resolve("", "x:1")) == std::vector<std::string>{"docker.io/library/x:1"});
  CHECK(fixture.resolve("", "x:1").reason ==
        "\"x:1\" is looked up in docker.io, as no unqualified-search-registries are set");
  const std::string unset =
      error_of(ErrorKind::not_found, [&] { fixture.resolve("", "x", {.fallback_registry = ""}); });
  CHECK(unset ==
        "the short name \"x\" is no alias, and no unqualified-search-registries are set: "
        "wanted a name with its registry");
  const std::string empty = error_of(
      ErrorKind::not_found, [&] { fixture.resolve("unqualified-search-registries = []", "x"); });
  CHECK(empty == fmt::format("the short name \"x\" is no alias, and unqualified-search-registries "
                             "is empty ({}/test.conf:1): wanted a name with its registry",
                             fixture.dir.path()));
}

TEST_CASE("what is no name is refused before it is looked up") {
  const Fixture fixture;
  for (const char* name : {"", "X", "a:b:c", "a b", "-", "x@sha256:1"}) {
    CAPTURE(name);
    error_of(ErrorKind::invalid, [&] { fixture.resolve(two_registries, name); });
  }
}

TEST_CASE("a remembered alias is found again, beside the others and in place of its former") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/made/short-name-aliases.conf";
  CHECK(load_remembered_aliases(path).empty());
  CHECK(load_remembered_aliases("").empty());
  remember_alias(path, "x", Reference::parse("a.io/x:1" + digest));
  remember_alias(path, "group/y", Reference::parse("a.io/y"));
  remember_alias(path, "x", Reference::parse("b.io/x"));
  CHECK(read_file(path, 1000) == "[aliases]\n  \"group/y\" = \"a.io/y\"\n  \"x\" = \"b.io/x\"\n");
  CHECK(load_remembered_aliases(path).at("x").target.str() == "b.io/x");
  CHECK(load_remembered_aliases(path).at("x").origin == path + ":3");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("aliases that are remembered at the same time are all kept") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/aliases.conf";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&, i] { remember_alias(path, fmt::format("x{}", i), Reference::parse("a.io/x")); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(load_remembered_aliases(path).size() == 8);
}

TEST_CASE("a name that cannot be an alias is not remembered, a broken file is not overwritten") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/aliases.conf";
  for (const char* name : {"", "a.io/x", "x:1", "X", "x\"\ny"}) {
    CAPTURE(name);
    error_of(ErrorKind::invalid, [&] { remember_alias(path, name, Reference::parse("a.io/x")); });
  }
  write_file_atomic(path, "broken");
  error_of(ErrorKind::invalid, [&] { remember_alias(path, "x", Reference::parse("a.io/x")); });
  CHECK(read_file(path, 100) == "broken");
}

TEST_CASE("root keeps its choices in /var/cache, others in their own cache") {
  CHECK(alias_file({.uid = 0, .home = "/root"}) == "/var/cache/containers/short-name-aliases.conf");
  CHECK(alias_file({.uid = 7, .home = "/home/u"}) ==
        "/home/u/.cache/containers/short-name-aliases.conf");
  CHECK(alias_file({.uid = 7, .home = "/home/u", .cache_home = "/c"}) ==
        "/c/containers/short-name-aliases.conf");
  CHECK(alias_file({.uid = 7}).empty());
}

}  // namespace
}  // namespace lade::registry
