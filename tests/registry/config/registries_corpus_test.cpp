// The registries.conf files that the libraries of podman and skopeo are tested with.
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "registry/config/pull_sources.h"
#include "tests/registry/config/config_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

struct Refused {
  const char* file;
  const char* part_of_message;
};

constexpr Refused refused[] = {
    {"blocked-conflicts.conf", "11: registry.blocked: wanted false"},
    {"insecure-conflicts.conf", "11: registry.insecure: wanted false"},
    {"invalid-aliases.conf", "2: aliases.image1: wanted registry/repository without tag"},
    {"invalid-config-level-mirror.conf", "4: registry.pull-from-mirror: wanted it only in a"},
    {"invalid-conflict-mirror.conf", "7: registry.mirror.pull-from-mirror: wanted it not"},
    {"invalid-prefix.conf", "3: registry.prefix: wanted host[:port][/path] without a scheme"},
    {"invalid-search.conf", "1: unqualified-search-registries: wanted host[:port]"},
    {"invalid-short-name-mode.conf", "1: short-name-mode: wanted enforcing, permissive"},
    {"invalid-value-mirror.conf", "6: registry.mirror.pull-from-mirror: wanted all"},
    {"missing-mirror-location.conf", "10: registry.mirror.location: wanted"},
    {"mixing-v1-v2-empty.conf", "1: unqualified-search-registries: wanted a file in one form"},
    {"mixing-v1-v2.conf", "wanted a file in one form"},
    {"try-update-cache-invalid.conf", "not valid TOML"},
    {"v1-invalid-block.conf", "got \"http://schema-is-invalid.com\""},
    {"v1-invalid-insecure.conf", "got \"http://schema-is-invalid.com\""},
    {"v1-invalid-search.conf", "got \"http://schema-is-invalid.com\""},
};

TEST_CASE("every registries.conf of the corpus is read or refused as it should be") {
  const std::string corpus = registries_corpus();
  if (corpus.empty()) {
    WARN("skipped: no corpora");
    return;
  }
  std::size_t count = 0;
  for (const std::string& name : list_names(corpus)) {
    if (!name.ends_with(".conf")) continue;
    ++count;
    CAPTURE(name);
    const auto load = [&] { return load_registries({.main = corpus + "/" + name}); };
    const auto expected =
        std::ranges::find_if(refused, [&](const Refused& row) { return name == row.file; });
    if (expected != std::end(refused)) {
      CHECK_THAT(error_of(ErrorKind::invalid, load),
                 Catch::Contains(expected->part_of_message) && Catch::Contains(name));
    } else {
      CHECK_NOTHROW(load());
    }
  }
  CHECK(count >= 28);
}

TEST_CASE("the drop-ins of the corpus override what stands before them") {
  const std::string corpus = registries_corpus();
  if (corpus.empty()) {
    WARN("skipped: no corpora");
    return;
  }
  const auto load = [&](const char* main, const char* drop_ins) {
    return load_registries(
        {.main = corpus + "/" + main, .drop_in_directories = {corpus + "/" + drop_ins}});
  };
  const RegistriesConfig config = load("base-for-registries.d.conf", "registries.conf.d");
  CHECK(config.search_registries == std::vector<std::string>{"example-overwrite.com"});
  CHECK(config.credential_helpers == std::vector<std::string>{"dropin-1", "dropin-2"});
  CHECK(config.short_name_mode == ShortNameMode::permissive);
  const RegistryEntry* base = find_registry(config, "base.com/test:321");
  REQUIRE(base != nullptr);
  CHECK(base->blocked);
  CHECK_FALSE(base->insecure);
  CHECK(find_registry(config, "1.com/image:tag")->prefix == "1.com");
  CHECK(find_registry(config, "ignore-me-because-i-have-a-wrong-suffix.com/x") == nullptr);

  const RegistriesConfig aliases = load("aliases.conf", "registries.conf.d");
  std::map<std::string, std::string> targets;
  for (const auto& [name, alias] : aliases.aliases) targets[name] = alias.target.str();
  CHECK(targets == std::map<std::string, std::string>{{"docker", "docker.io/library/config1"},
                                                      {"quay/foo", "quay.io/library/foo"},
                                                      {"config1", "config1.com/image"},
                                                      {"barz", "barz.com/config2"},
                                                      {"config2", "config2.com/image"},
                                                      {"added3", "xxx.com/image"}});
  CHECK(load("aliases.conf", "absent").short_name_mode == ShortNameMode::enforcing);

  // not to set the list is something else than to set it to nothing
  CHECK(load("unqualified-search.conf", "registries.conf.d-usr1").search_registries->size() == 3);
  CHECK(load("unqualified-search.conf", "registries.conf.d-usr2").search_registries->empty());
  CHECK(load("cred-helper.conf", "registries.conf.d-usr1").credential_helpers ==
        std::vector<std::string>{"helper-1", "helper-2"});
  CHECK(load("cred-helper.conf", "registries.conf.d-empty-helpers").credential_helpers ==
        std::vector<std::string>{"containers-auth.json"});
}

TEST_CASE("the old form of the corpus says what its lists say") {
  const std::string corpus = registries_corpus();
  if (corpus.empty()) {
    WARN("skipped: no corpora");
    return;
  }
  const RegistriesConfig config = load_registries({.main = corpus + "/v1-compatibility.conf"});
  CHECK(config.registries.size() == 4);
  CHECK(config.search_registries ==
        std::vector<std::string>{"registry-a.com", "registry-c.com", "registry-d.com"});
  const RegistryEntry* both = find_registry(config, "registry-b.com/bar/foo/barfoo:latest");
  REQUIRE(both != nullptr);
  CHECK(both->insecure);
  CHECK(both->blocked);
}

TEST_CASE("the registry of a name is found in the corpus by its longest prefix") {
  const std::string corpus = registries_corpus();
  if (corpus.empty()) {
    WARN("skipped: no corpora");
    return;
  }
  const RegistriesConfig config =
      load_registries({.main = corpus + "/find-registry.conf",
                       .drop_in_directories = {corpus + "/registries.conf.d"}});
  const std::pair<const char*, const char*> cases[] = {
      {"simple-prefix.com/foo/bar:latest", "simple-prefix.com"},
      {"complex-prefix.com:4000/with/path/and/beyond:tag", "complex-prefix.com:4000/with/path"},
      {"complex-prefix.com:4000/with/pathological", "*.com"},
      {"no-prefix.com:5000/image", "no-prefix.com"},
      {"empty-prefix.com/foo", "empty-prefix.com"},
      {"foo.simple-prefix.com/x", "*.simple-prefix.com"},
      {"a.so.simple-prefix.com/x", "*.so.simple-prefix.com"},
      {"so.simple-prefix.com/x", "*.simple-prefix.com"},
      {"really.not.quite.simple-prefix.com:5000/with/path:tag", "*.not.quite.simple-prefix.com"},
      {"foo.docker.io:5000/omg/wtf", "*.docker.io"},
      {"foo.bar.docker.io/omg", "*.bar.docker.io"},
      {"foo.bar.example.com:6000/x", "*.bar.example.com"},
      {"foo.bar.example.com:5000/x", "foo.bar.example.com:5000"},
      {"this.is.internal.registry.com/x", "*.internal.registry.com"},
      {"blah.com/x", "*.com"},
      {"com/x", nullptr},
      {"a.foobar.io.evil/x", nullptr},
      {"example.org/a.foobar.io", nullptr},
      {"foobar.io/x", nullptr},
  };
  for (const auto& [name, prefix] : cases) {
    CAPTURE(name);
    const RegistryEntry* entry = find_registry(config, name);
    REQUIRE((entry == nullptr) == (prefix == nullptr));
    if (entry != nullptr) CHECK(entry->prefix == prefix);
  }
  CHECK(find_registry(config, "x.not.quite.simple-prefix.com/x")->location ==
        "subdomain-prefix-1-overridden-by-dropin-location.com");
}

TEST_CASE("the mirrors of the corpus are asked for the pulls they are for") {
  const std::string corpus = registries_corpus();
  if (corpus.empty()) {
    WARN("skipped: no corpora");
    return;
  }
  const RegistriesConfig config =
      load_registries({.main = corpus + "/pull-sources-from-reference.conf"});
  const std::string digest = "@sha256:" + std::string(64, 'a');
  struct Case {
    const char* name;
    std::vector<std::string> by_tag;
    std::vector<std::string> by_digest;
  };
  const auto mirrors = [](char letter, std::initializer_list<int> numbers) {
    std::vector<std::string> hosts;
    for (const int number : numbers) {
      hosts.push_back(fmt::format("mirror-{}.registry-{}.com", number, letter));
    }
    hosts.push_back(fmt::format("registry-{}.com", letter));
    return hosts;
  };
  const Case cases[] = {
      {"registry-a.com/foo/image", mirrors('a', {1, 2}), mirrors('a', {1, 2})},
      {"registry-b.com/foo/image", mirrors('b', {}), mirrors('b', {1, 2})},
      {"registry-a.com/baz/image", mirrors('a', {1, 2}), mirrors('a', {1, 2})},
      {"registry-b.com/baz/image", mirrors('b', {}), mirrors('b', {1, 2})},
      {"registry-c.com/baz/image", mirrors('c', {1}), mirrors('c', {1, 2})},
      {"registry-d.com/baz/image", mirrors('d', {}), mirrors('d', {1, 2})},
      {"registry-e.com/baz/image", mirrors('e', {1, 2}), mirrors('e', {})},
      {"registry-f.com/baz/image", mirrors('f', {1, 2}), mirrors('f', {1})},
      {"registry-g.com/baz/image", mirrors('g', {2, 3, 4}), mirrors('g', {1, 3, 4})},
  };
  for (const auto& [name, by_tag, by_digest] : cases) {
    CAPTURE(name);
    const auto hosts = [&, &name = name](const std::string& suffix) {
      std::vector<std::string> list;
      for (const PullSource& source :
           pull_sources(config, Reference::parse(std::string(name) + suffix))) {
        list.push_back(source.reference.domain());
      }
      return list;
    };
    CHECK(hosts(":tag") == by_tag);
    CHECK(hosts(digest) == by_digest);
  }
  const auto sources = pull_sources(config, Reference::parse("registry-a.com/foo/image:tag"));
  CHECK(sources[0].reference.str() == "mirror-1.registry-a.com/image:tag");
  CHECK_FALSE(sources[0].insecure);
  CHECK(sources[1].insecure);
  CHECK(sources[2].reference.str() == "registry-a.com/bar/image:tag");
  CHECK_FALSE(sources[2].is_mirror);
}

}  // namespace
}  // namespace lade::registry
