#include "sbom/catalog/catalog_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "sbom/catalog/assemble.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Kind = PathRule::Kind;

Inventory inventory_of_directory(const std::string& directory) {
  const Catalogers list{fake_cataloger({{Kind::name, "a"}})};
  const Dispatch dispatch(list);
  IndexedFinds indexed =
      catalog_directory(directory, dispatch, {.what = directory, .scratch = "/tmp"}, nullptr);
  REQUIRE(indexed.finds);
  return assemble(list, MergedTree({indexed.toc}), {*indexed.finds}, {});
}

TEST_CASE("a directory is read as an image's files are, and no link leads out of it") {
  const TempDir dir("/tmp");
  const TempDir outside("/tmp");
  write_file_atomic(outside.path() + "/a", "secret 1");
  make_directories(dir.path() + "/x/y");
  write_file_atomic(dir.path() + "/x/y/a", "one 1");
  REQUIRE(::symlink(outside.path().c_str(), (dir.path() + "/x/out").c_str()) == 0);
  REQUIRE(::symlink((outside.path() + "/a").c_str(), (dir.path() + "/a").c_str()) == 0);
  REQUIRE(::mkfifo((dir.path() + "/x/a").c_str(), 0600) == 0);
  const Inventory inventory = inventory_of_directory(dir.path());
  REQUIRE(inventory.packages.size() == 1);
  CHECK(inventory.packages[0].name == "one");
  CHECK(inventory.packages[0].locations == std::vector<Location>{{"x/y/a", "", 0}});
  CHECK(inventory.remarks.empty());
}

TEST_CASE("what may not be read is told, and the rest is read") {
  if (::geteuid() == 0) {
    WARN("root may read everything: skipped");
    return;
  }
  const TempDir dir("/tmp");
  make_directories(dir.path() + "/closed", 0);
  write_file_atomic(dir.path() + "/a", "one 1", 0);
  make_directories(dir.path() + "/z");
  write_file_atomic(dir.path() + "/z/a", "two 1");
  const Inventory inventory = inventory_of_directory(dir.path());
  CHECK(inventory.packages.size() == 1);
  CHECK(inventory.remarks ==
        std::vector<Remark>{{"a", "files: cannot be read: Permission denied"},
                            {"closed", "files: cannot be read: Permission denied"}});
}

TEST_CASE("a file whose path is too long is told, and the rest is read") {
  const TempDir dir("/tmp");
  write_file_atomic(dir.path() + "/a", "one 1");
  Fd inner = open_fd(dir.path(), O_RDONLY | O_DIRECTORY);
  const std::string name(250, 'd');
  for (int depth = 0; depth < 20; ++depth) {
    REQUIRE(::mkdirat(inner.get(), name.c_str(), 0755) == 0);
    inner = Fd(::openat(inner.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  const Inventory inventory = inventory_of_directory(dir.path());
  CHECK(inventory.packages.size() == 1);
  REQUIRE(inventory.remarks.size() == 1);
  CHECK_THAT(inventory.remarks[0].message, Catch::Contains("a path is longer than 4096 bytes"));
}

TEST_CASE("what is no directory is an error") {
  const TempDir dir("/tmp");
  const Dispatch dispatch(Catalogers{});
  error_of(ErrorKind::not_found, [&] {
    catalog_directory(dir.path() + "/none", dispatch, {.what = "x", .scratch = "/tmp"}, nullptr);
  });
}

}  // namespace
}  // namespace lade::sbom
