#include "libimage/base/mapped_bytes.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade {
namespace {

TEST_CASE("a file's bytes are mapped, and stay when it goes") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/a";
  write_file_atomic(path, "some bytes");
  MappedBytes bytes = MappedBytes::of_file(path, MappedBytes::Loading::at_once);
  remove_tree(path);
  CHECK(bytes.view() == "some bytes");
  MappedBytes moved = std::move(bytes);
  CHECK(moved.view() == "some bytes");
  moved = MappedBytes(std::string("own"));
  CHECK(moved.view() == "own");
}

TEST_CASE("an empty file has no bytes, and what is no file cannot be mapped") {
  const TempDir dir("/tmp");
  write_file_atomic(dir.path() + "/a", "");
  CHECK(MappedBytes::of_file(dir.path() + "/a").view().empty());
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { MappedBytes::of_file(dir.path()); }),
             Catch::Contains("no regular file"));
  error_of(ErrorKind::not_found, [&] { MappedBytes::of_file(dir.path() + "/none"); });
}

}  // namespace
}  // namespace lade
