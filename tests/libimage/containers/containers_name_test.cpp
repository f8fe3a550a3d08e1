#include "libimage/containers/containers_name.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

const std::string hex64(64, 'a');

TEST_CASE("the name of an image in a containers store is a reference") {
  struct Case {
    std::string text;
    std::string reference;
  };
  const Case cases[] = {{"busybox", "docker.io/library/busybox:latest"},
                        {"localhost/x:1", "localhost/x:1"},
                        {"x@sha256:" + hex64, "docker.io/library/x@sha256:" + hex64},
                        {"x:1@sha256:" + hex64, "docker.io/library/x:1@sha256:" + hex64},
                        {"localhost:5000/x", "localhost:5000/x:latest"}};
  for (const Case& good : cases) {
    INFO(good.text);
    const ContainersName name = parse_containers_name(good.text);
    REQUIRE(name.reference);
    CHECK(name.reference->str() == good.reference);
    CHECK(name.id.empty());
    CHECK_FALSE(name.place);
  }
}

TEST_CASE("the name of an image in a containers store may be an id") {
  CHECK(parse_containers_name("abc").may_be_id);
  CHECK(parse_containers_name("abc").reference);
  CHECK_FALSE(parse_containers_name("ab").may_be_id);
  CHECK_FALSE(parse_containers_name("xyz").may_be_id);
  CHECK(parse_containers_name(hex64).may_be_id);
  CHECK_FALSE(parse_containers_name(hex64).reference);

  CHECK(parse_containers_name("@abc").id == "abc");
  CHECK_FALSE(parse_containers_name("@abc").reference);
  const ContainersName both = parse_containers_name("localhost/x:1@" + hex64);
  CHECK(both.id == hex64);
  CHECK(both.reference->str() == "localhost/x:1");
}

TEST_CASE("a storage specifier says driver, root, run root and options") {
  const ContainersName whole =
      parse_containers_name("[overlay@/a+/b:overlay.mount_program=/c,overlay.imagestore=/d]x");
  REQUIRE(whole.place);
  CHECK(whole.place->driver == "overlay");
  CHECK(whole.place->root == "/a");
  CHECK(whole.place->run_root == "/b");
  CHECK(whole.place->options ==
        std::vector<std::string>{"overlay.mount_program=/c", "overlay.imagestore=/d"});
  CHECK(whole.place->additional_roots == std::vector<std::string>{"/d"});
  CHECK(whole.image == "x");

  const ContainersName plain = parse_containers_name("[/a]localhost/x:1");
  REQUIRE(plain.place);
  CHECK(plain.place->driver.empty());
  CHECK(plain.place->root == "/a");
  CHECK(plain.place->run_root.empty());
  CHECK(plain.reference->str() == "localhost/x:1");
}

TEST_CASE("names outside the grammar of containers-storage are refused") {
  struct Case {
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"", "names no image"},
      {"[/a]", "names no image"},
      {"[", "wanted [[DRIVER@]ROOT"},
      {"[]x", "wanted [[DRIVER@]ROOT"},
      {"[/a", "wanted [[DRIVER@]ROOT"},
      {"[a]x", "the store \"a\" is not an absolute path"},
      {"[@/a]x", "the driver before \"@\" is empty"},
      {"[vfs@]x", "is not an absolute path"},
      {"[vfs@/a+b]x", "the store \"b\" is not an absolute path"},
      {"x@", "wanted a digest or an image id behind \"@\", got \"\""},
      {"x@ab", "wanted a digest or an image id behind \"@\", got \"ab\""},
      {"x@xyz", "wanted a digest or an image id behind \"@\", got \"xyz\""},
      {"x@" + hex64 + "a", "wanted a digest or an image id"},
      {"Upper", "containers-storage:Upper"},
  };
  for (const Case& bad : cases) {
    INFO(bad.text);
    const auto message = error_of(ErrorKind::invalid, [&] { parse_containers_name(bad.text); });
    CHECK_THAT(message, Catch::Contains(bad.message));
  }
}

}  // namespace
}  // namespace lade
