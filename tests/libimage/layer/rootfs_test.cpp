#include "libimage/layer/rootfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>
#include <vector>

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

TEST_CASE("a machine that renames without a pause keeps nobody from a path with \"..\" in it") {
  const Fixture f;
  const Rootfs root(f.inside);
  std::string path;
  for (int i = 0; i < 64; ++i) path += "etc/../";
  std::atomic<bool> stop = false;
  std::vector<std::thread> others;
  for (const char* name : {"/a", "/b"}) {
    const std::string from = f.dir.path() + name;
    write_file_atomic(from, "");
    others.emplace_back([from, &stop] {
      const std::string to = from + ".moved";
      while (!stop) {
        ::rename(from.c_str(), to.c_str());
        ::rename(to.c_str(), from.c_str());
      }
    });
  }
  int opened = 0;
  std::string failure;
  try {
    for (; opened < 200; ++opened) root.open(path + "secret", O_RDONLY);
  } catch (const Error& error) {
    failure = error.message();
  }
  stop = true;
  for (std::thread& other : others) other.join();
  CHECK(failure.empty());
  CHECK(opened == 200);
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
