#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libimage/store/partial_blob.h"
#include "tests/libimage/store/store_fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/large_image.h"

namespace lade::store_test {
namespace {

CopyReport copy_to(StoreFixture& f, LargeImage& source) {
  const auto destination =
      open_store_destination(f.store, Reference::parse_local("large").or_latest());
  return copy_image(source, *destination, {.jobs = 1}, no_progress());
}

std::string partial_path(const StoreFixture& f, const Descriptor& blob) {
  return f.root + "/tmp/partials/sha256-" + blob.digest.hex();
}

TEST_CASE("an interrupted blob is carried on with, and not read from the start") {
  StoreFixture f;
  LargeImage source;
  constexpr std::uint64_t broke_at = 2U << 20U;
  source.set_fault(source.layer.digest, {.fail_at = broke_at});
  error_of(ErrorKind::unavailable, [&] { copy_to(f, source); });
  REQUIRE(file_exists(partial_path(f, source.layer)));
  f.store.reset();
  f.store = f.open();
  source.set_fault(source.layer.digest, {});
  copy_to(f, source);
  CHECK(source.begun_at == std::vector<std::uint64_t>{0, broke_at});
  CHECK(f.store->read_blob(source.layer.digest, 16U << 20U) == source.blob(source.layer.digest));
  CHECK_FALSE(file_exists(partial_path(f, source.layer)));
}

TEST_CASE("a wrong beginning ends in a whole download and not in an error") {
  StoreFixture f;
  LargeImage source;
  const std::size_t length = GENERATE(std::size_t{1} << 20U, LargeImage::large_bytes * 2);
  make_directories(f.root + "/tmp/partials");
  write_file_atomic(partial_path(f, source.layer), std::string(length, '?'));
  copy_to(f, source);
  CHECK(source.begun_at.back() == 0);
  CHECK(f.store->read_blob(source.layer.digest, 16U << 20U) == source.blob(source.layer.digest));
  CHECK_FALSE(file_exists(partial_path(f, source.layer)));
}

TEST_CASE("a blob that was written to its last byte is not read again") {
  StoreFixture f;
  LargeImage source;
  make_directories(f.root + "/tmp/partials");
  write_file_atomic(partial_path(f, source.layer), source.blob(source.layer.digest));
  copy_to(f, source);
  CHECK(source.begun_at.empty());
  CHECK(f.store->has_blob(source.layer.digest));
}

TEST_CASE("a beginning whose writer was killed at its very end is taken over") {
  StoreFixture f;
  LargeImage source;
  make_directories(f.root + "/tmp/partials");
  write_file_atomic(partial_path(f, source.layer), source.blob(source.layer.digest));
  // what a writer does to a whole blob before it moves it to its place
  REQUIRE(::chmod(partial_path(f, source.layer).c_str(), 0444) == 0);
  copy_to(f, source);
  CHECK(source.begun_at.empty());
  CHECK_FALSE(file_exists(partial_path(f, source.layer)));
}

TEST_CASE("two writers of one blob do not disturb each other") {
  StoreFixture f;
  LargeImage source;
  const std::string& bytes = source.blob(source.layer.digest);
  const auto a = open_store_destination(f.store, std::nullopt);
  const auto b = open_store_destination(f.open(), std::nullopt);
  const auto first = a->begin_blob(source.layer);
  first->write(std::string_view(bytes).substr(0, 2U << 20U));
  const auto second = b->begin_blob(source.layer);
  CHECK(second->held_bytes() == 0);
  second->write(std::string_view(bytes));
  second->commit(&source.layer);
  first->write(std::string_view(bytes).substr(2U << 20U));
  first->commit(&source.layer);
  CHECK(f.store->read_blob(source.layer.digest, 16U << 20U) == bytes);
  CHECK(find_idle_partial_blobs({f.root}).empty());
}

TEST_CASE("a collection takes beginnings that nobody writes") {
  StoreFixture f;
  LargeImage source;
  source.set_fault(source.layer.digest, {.fail_at = 2U << 20U});
  error_of(ErrorKind::unavailable, [&] { copy_to(f, source); });
  {
    const auto destination = open_store_destination(f.store, std::nullopt);
    const auto writer = destination->begin_blob(source.layer);
    CHECK(writer->held_bytes() == 2U << 20U);
    collect_garbage(*f.store, {});
    CHECK(file_exists(partial_path(f, source.layer)));
  }
  const GcReport report = collect_garbage(*f.store, {});
  CHECK(report.freed_bytes >= 2U << 20U);
  CHECK_FALSE(file_exists(partial_path(f, source.layer)));
}

TEST_CASE("small beginnings are not kept") {
  StoreFixture f;
  LargeImage source;
  source.set_fault(source.layer.digest, {.fail_at = 1000});
  error_of(ErrorKind::unavailable, [&] { copy_to(f, source); });
  CHECK_FALSE(file_exists(partial_path(f, source.layer)));
}

}  // namespace
}  // namespace lade::store_test
