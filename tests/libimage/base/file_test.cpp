#include "libimage/base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/temp_dir.h"

namespace lade {
namespace {

TEST_CASE("write_file_atomic replaces a file whole") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/f";
  write_file_atomic(path, "one");
  write_file_atomic(path, "two", 0600);
  CHECK(read_file(path, 100) == "two");
  CHECK_THROWS_AS(read_file(path, 2), Error);
  CHECK_FALSE(find_file(dir.path() + "/absent", 100));
}

TEST_CASE("remove_tree does not follow symlinks and enters closed directories") {
  const TempDir dir("/tmp");
  make_directories(dir.path() + "/tree/a/b");
  write_file_atomic(dir.path() + "/outside", "kept");
  write_file_atomic(dir.path() + "/tree/a/b/f", "gone");
  REQUIRE(::symlink("../outside", (dir.path() + "/tree/link").c_str()) == 0);
  REQUIRE(::symlink("..", (dir.path() + "/tree/a/up").c_str()) == 0);
  REQUIRE(::chmod((dir.path() + "/tree/a").c_str(), 0) == 0);
  remove_tree(dir.path() + "/tree");
  CHECK_FALSE(file_exists(dir.path() + "/tree"));
  CHECK(read_file(dir.path() + "/outside", 100) == "kept");
  CHECK_NOTHROW(remove_tree(dir.path() + "/tree"));
}

TEST_CASE("a file lock excludes another holder") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/lock";
  {
    const FileLock held = FileLock::acquire(path, FileLock::Mode::exclusive);
    CHECK_FALSE(FileLock::try_acquire(path, FileLock::Mode::shared));
  }
  const auto shared = FileLock::try_acquire(path, FileLock::Mode::shared);
  CHECK(shared);
  CHECK(FileLock::try_acquire(path, FileLock::Mode::shared));
  CHECK_FALSE(FileLock::try_acquire(path, FileLock::Mode::exclusive));
}

TEST_CASE("a directory lists its names in their order, and its absence is told or taken for none") {
  const TempDir dir("/tmp");
  for (const char* name : {"b", "a", ".hidden", "B"})
    write_file_atomic(dir.path() + "/" + name, "");
  CHECK(list_names(dir.path()) == std::vector<std::string>{".hidden", "B", "a", "b"});
  CHECK(find_names(dir.path()) == list_names(dir.path()));
  CHECK(find_names(dir.path() + "/absent").empty());
  CHECK_THROWS_AS(list_names(dir.path() + "/absent"), Error);
}

TEST_CASE("join_path does not double a slash") {
  CHECK(join_path("/a/", "b") == "/a/b");
  CHECK(join_path("/a", "b") == "/a/b");
  CHECK(join_path("/a", "/b") == "/b");
}

}  // namespace
}  // namespace lade
