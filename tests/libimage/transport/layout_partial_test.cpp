#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/large_image.h"

namespace lade::test {
namespace {

constexpr std::uint64_t broke_at = 2U << 20U;

std::string partial_path(const Workshop& shop, const Descriptor& blob) {
  return shop.path("layout/blobs/.lade-partial-sha256-" + blob.digest.hex());
}

std::string layout_of(const Workshop& shop) { return "oci:" + shop.path("layout"); }

std::set<std::string> hidden_files(const Workshop& shop) {
  std::set<std::string> hidden;
  for (const std::string& file : files_below(shop.path("layout"))) {
    if (file.find(".lade") != std::string::npos) hidden.insert(file);
  }
  return hidden;
}

/// Leaves the beginning of the large blob.
void interrupt(const Workshop& shop, LargeImage& source) {
  source.set_fault(source.layer.digest, {.fail_at = broke_at});
  CHECK_THROWS_AS(shop.copy(source, layout_of(shop) + ":1"), Error);
  source.set_fault(source.layer.digest, {});
  REQUIRE(hidden_files(shop).size() == 1);
  REQUIRE(file_exists(partial_path(shop, source.layer)));
}

void touch(const std::string& path, std::int64_t seconds_ago) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  const timespec time{status.st_mtime - seconds_ago, 0};
  const timespec times[] = {time, time};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

TEST_CASE("a blob whose way into a layout was interrupted is carried on with") {
  const Workshop shop;
  LargeImage source;
  interrupt(shop, source);
  shop.copy(source, layout_of(shop) + ":1");
  CHECK(source.begun_at == std::vector<std::uint64_t>{0, broke_at});
  CHECK(hidden_files(shop).empty());
  require_valid(*shop.read(layout_of(shop) + ":1"));
  struct stat status {};
  const std::string blob = shop.path("layout/blobs/sha256/" + source.layer.digest.hex());
  REQUIRE(::stat(blob.c_str(), &status) == 0);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  CHECK((status.st_mode & 0777U) == (0644U & ~mask));
}

TEST_CASE("a wrong beginning in a layout ends in a whole copy and not in an error") {
  const Workshop shop;
  LargeImage source;
  make_directories(shop.path("layout/blobs"));
  const std::size_t length = GENERATE(std::size_t{1} << 20U, LargeImage::large_bytes * 2);
  write_file_atomic(partial_path(shop, source.layer), std::string(length, '?'));
  shop.copy(source, layout_of(shop) + ":1");
  CHECK(source.begun_at.back() == 0);
  CHECK(hidden_files(shop).empty());
  require_valid(*shop.read(layout_of(shop) + ":1"));
}

TEST_CASE("a beginning in a layout that leads elsewhere is left alone") {
  const Workshop shop;
  LargeImage source;
  make_directories(shop.path("layout/blobs"));
  const std::string elsewhere = shop.path("elsewhere");
  write_file_atomic(elsewhere, "precious");
  const std::string partial = partial_path(shop, source.layer);
  const std::string kind = GENERATE("hard link", "symlink", "pipe");
  if (kind == "hard link") REQUIRE(::link(elsewhere.c_str(), partial.c_str()) == 0);
  if (kind == "symlink") REQUIRE(::symlink(elsewhere.c_str(), partial.c_str()) == 0);
  if (kind == "pipe") REQUIRE(::mkfifo(partial.c_str(), 0600) == 0);
  INFO(kind);
  shop.copy(source, layout_of(shop) + ":1");
  require_valid(*shop.read(layout_of(shop) + ":1"));
  CHECK(read_file(elsewhere, 100) == "precious");
}

TEST_CASE("a beginning that somebody writes is not touched, neither written nor removed") {
  const Workshop shop;
  LargeImage source;
  interrupt(shop, source);
  const std::string partial = partial_path(shop, source.layer);
  const Fd writer = open_fd(partial, O_RDWR);
  REQUIRE(::flock(writer.get(), LOCK_EX) == 0);
  touch(partial, 1'000'000);
  shop.copy(source, layout_of(shop) + ":1");
  CHECK(source.begun_at.back() == 0);
  CHECK(file_exists(partial));
  require_valid(*shop.read(layout_of(shop) + ":1"));
}

TEST_CASE("a beginning that nobody came back to goes with a later change of the layout") {
  const Workshop shop;
  LargeImage source;
  interrupt(shop, source);
  shop.write_small(layout_of(shop) + ":2");
  CHECK(hidden_files(shop).size() == 1);
  touch(partial_path(shop, source.layer), 2 * 86'400);
  shop.write_small(layout_of(shop) + ":3");
  CHECK(hidden_files(shop).empty());
}

TEST_CASE("beginnings go with an image that is removed") {
  const Workshop shop;
  LargeImage source;
  shop.write_small(layout_of(shop) + ":2");
  interrupt(shop, source);
  shop.remove(layout_of(shop) + ":2");
  CHECK(hidden_files(shop).empty());
}

}  // namespace
}  // namespace lade::test
