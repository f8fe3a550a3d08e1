#include "registry/config/pull_sources.h"

#include <catch2/catch.hpp>

#include "libimage/base/temp_dir.h"
#include "tests/registry/config/config_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

std::vector<std::string> sources_of(std::string_view text, std::string_view reference) {
  const TempDir dir("/tmp");
  const RegistriesConfig config = config_of(text, dir.path());
  std::vector<std::string> list;
  for (const PullSource& source : pull_sources(config, Reference::parse(reference))) {
    list.push_back(source.reference.str() + (source.insecure ? " insecure" : "") +
                   (source.is_mirror ? " mirror" : ""));
  }
  return list;
}

TEST_CASE("a reference that no prefix matches is pulled from where it says") {
  CHECK(sources_of("", "a.io/x:1") == std::vector<std::string>{"a.io/x:1"});
  CHECK(sources_of("[[registry]]\nlocation = 'a.io/xy'\ninsecure = true", "a.io/x:1") ==
        std::vector<std::string>{"a.io/x:1"});
}

TEST_CASE("a location takes the place of the prefix and of nothing else") {
  const std::string digest = "@sha256:" + std::string(64, 'b');
  struct Case {
    std::string prefix, location, reference, expected;
  };
  const Case cases[] = {
      {"a.io", "b.io", "a.io/x:1", "b.io/x:1"},
      {"a.io", "b.io:5000/deep/er", "a.io/x/y:1", "b.io:5000/deep/er/x/y:1"},
      {"a.io/x", "b.io/y", "a.io/x:1" + digest, "b.io/y:1" + digest},
      {"a.io/x:1", "b.io/y:2", "a.io/x:1", "b.io/y:2"},
      {"docker.io/library", "b.io/mirror", "busybox:1", "b.io/mirror/busybox:1"},
      {"a.io", "docker.io", "a.io/busybox:1", "docker.io/library/busybox:1"},
      {"a.io", "index.docker.io", "a.io/busybox:1", "docker.io/library/busybox:1"},
      {"a.io", "localhost", "a.io/x", "localhost/x"},
      {"*.a.io", "b.io", "c.d.a.io/x:1", "b.io/x:1"},
      {"*.a.io", "b.io", "c.a.io:80/x:1", "b.io:80/x:1"},
  };
  for (const auto& [prefix, location, reference, expected] : cases) {
    CAPTURE(prefix, location, reference);
    const std::string text =
        fmt::format("[[registry]]\nprefix = '{}'\nlocation = '{}'\n", prefix, location);
    CHECK(sources_of(text, reference) == std::vector<std::string>{expected});
  }
}

TEST_CASE("a wildcard without location keeps the name and applies everything else") {
  CHECK(sources_of("[[registry]]\nprefix = '*.a.io'\ninsecure = true\n"
                   "[[registry.mirror]]\nlocation = 'm.io/all'\n",
                   "b.a.io/x:1") ==
        std::vector<std::string>{"m.io/all/x:1 mirror", "b.a.io/x:1 insecure"});
}

TEST_CASE("mirrors come first, in their order, each with its own security") {
  CHECK(sources_of("[[registry]]\nlocation = 'a.io'\n"
                   "[[registry.mirror]]\nlocation = 'm1.io'\ninsecure = true\n"
                   "[[registry.mirror]]\nlocation = 'm2.io/a'\n",
                   "a.io/x:1") ==
        std::vector<std::string>{"m1.io/x:1 insecure mirror", "m2.io/a/x:1 mirror", "a.io/x:1"});
}

TEST_CASE("a location without a host does not become a path of docker.io") {
  for (const char* location : {"mirror", "mirror/a", "docker", "dock"}) {
    CAPTURE(location);
    const std::string got = error_of(ErrorKind::invalid, [&] {
      sources_of(fmt::format("[[registry]]\nprefix='a.io'\nlocation='{}'", location), "a.io/x:1");
    });
    CHECK_THAT(got, Catch::EndsWith(fmt::format(
                        "test.conf:1: the location \"{}\" makes \"{}/x:1\" of a.io/x:1: wanted "
                        "host[:port]/repository",
                        location, location)));
  }
}

TEST_CASE("a blocked registry is neither read nor written") {
  const TempDir dir("/tmp");
  const RegistriesConfig config = config_of(
      "[[registry]]\nlocation = 'a.io'\nblocked = true\n[[registry]]\nlocation = 'a.io/free'\n",
      dir.path());
  const Reference blocked = Reference::parse("a.io/x:1");
  for (const bool pull : {true, false}) {
    const std::string got = error_of(ErrorKind::denied, [&] {
      if (pull) {
        pull_sources(config, blocked);
      } else {
        push_target(config, blocked);
      }
    });
    CHECK(got ==
          fmt::format("a.io/x:1: the registry \"a.io\" is blocked by {}/test.conf:1", dir.path()));
  }
  CHECK_NOTHROW(pull_sources(config, Reference::parse("a.io/free/x:1")));
}

TEST_CASE("mirrors and locations have no say in where is written") {
  const TempDir dir("/tmp");
  const RegistriesConfig config = config_of(
      "[[registry]]\nprefix = 'a.io'\nlocation = 'b.io'\ninsecure = true\n"
      "[[registry.mirror]]\nlocation = 'm.io'\n",
      dir.path());
  const PullSource target = push_target(config, Reference::parse("a.io/x:1"));
  CHECK(target.reference.str() == "a.io/x:1");
  CHECK(target.insecure);
  CHECK_FALSE(push_target(config, Reference::parse("b.io/x:1")).insecure);
}

}  // namespace
}  // namespace lade::registry
