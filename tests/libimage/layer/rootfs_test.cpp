#include "libimage/layer/rootfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"

namespace lade {
namespace {

/// outside/secret and root/ with links that try to reach it.
struct Fixture {
  Fixture() : dir("/tmp"), inside(dir.path() + "/root") {
    make_directories(inside + "/etc/deep");
    write_file_atomic(dir.path() + "/secret", "host");
    write_file_atomic(inside + "/secret", "image");
    write_file_atomic(inside + "/etc/conf", "conf");
    link("../../../../secret", "/up");
    link("/secret", "/absolute");
    link((dir.path() + "/secret").c_str(), "/exact");
    link("..", "/etc/deep/parent");
    link("loop", "/loop");
    link("/proc/self/root", "/magic");
  }
  void link(const char* target, const char* name) const {
    REQUIRE(::symlink(target, (inside + name).c_str()) == 0);
  }
  static std::string contents(const Fd& file) { return read_all(file.get(), "file", 100); }
  TempDir dir;
  std::string inside;
};

TEST_CASE("paths in a rootfs never lead out of it") {
  const Fixture fixture;
  const Rootfs root(fixture.inside);
  for (const char* path : {"secret", "/secret", "../secret", "../../secret", "up", "absolute",
                           "etc/deep/parent/../secret"}) {
    CAPTURE(path);
    CHECK(Fixture::contents(root.open(path, O_RDONLY)) == "image");
  }
  CHECK_FALSE(root.exists("exact"));
  CHECK_FALSE(root.exists("magic"));
  CHECK_FALSE(root.exists("loop"));
  CHECK_FALSE(root.exists("secret/below"));
  CHECK_FALSE(root.exists(std::string_view("secret\0x", 8)));
  CHECK(root.exists(""));
  CHECK(root.exists("etc/deep/parent/conf"));
}

TEST_CASE("a rootfs opens the directory that holds a name") {
  const Fixture fixture;
  const Rootfs root(fixture.inside);
  for (const char* path : {"etc/new", "/etc/new/", "etc/deep/parent/new", "/../etc/new"}) {
    CAPTURE(path);
    const Fd parent = root.open_parent(path);
    struct stat one {};
    struct stat two {};
    CHECK(::fstat(parent.get(), &one) == 0);
    CHECK(::stat((fixture.inside + "/etc").c_str(), &two) == 0);
    CHECK(one.st_ino == two.st_ino);
  }
  try {
    root.open_parent("none/new");
    FAIL("opened");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
  }
}

TEST_CASE("a rootfs creates files inside, through links too") {
  const Fixture fixture;
  const Rootfs root(fixture.inside);
  write_full(root.open("absolute", O_WRONLY | O_TRUNC).get(), as_bytes("new"));
  CHECK(read_file(fixture.inside + "/secret", 100) == "new");
  CHECK(read_file(fixture.dir.path() + "/secret", 100) == "host");
  root.open("etc/made", O_WRONLY | O_CREAT, 0600);
  CHECK(file_exists(fixture.inside + "/etc/made"));
  CHECK_THROWS_AS(root.open(std::string_view("a\0b", 3), O_RDONLY), Error);
  CHECK_THROWS_AS(Rootfs(fixture.dir.path() + "/secret"), Error);
}

}  // namespace
}  // namespace lade
