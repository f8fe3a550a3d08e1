#include "builder/snapshot/snapshots.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/file.h"
#include "tests/libimage/store/store_fixture.h"

namespace lade::builder {
namespace {

struct Bench {
  store_test::StoreFixture fixture;
  std::unique_ptr<Lease> lease = fixture.store->lease();

  Snapshots snapshots(const std::string& boot_id = "boot", const std::string& directory = "") {
    Snapshots::Options options;
    options.store = fixture.store;
    options.lease = lease.get();
    options.directory = directory;
    options.ownership = ApplyOptions::Ownership::ignore;
    options.boot_id = boot_id;
    return Snapshots(std::move(options));
  }
  LayerRef layer(const std::vector<std::string>& paths, const std::string& content) {
    const store_test::StoredLayer stored = store_test::put_layer(*fixture.store, paths, content);
    return {stored.blob, stored.written.toc->diff_id()};
  }
};

ino_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_ino;
}

TEST_CASE("layers are unpacked, topmost first, and only once") {
  Bench bench;
  const std::vector<LayerRef> layers = {bench.layer({"a"}, "1"), bench.layer({"b"}, "2")};
  const auto first = bench.snapshots().lower_directories(layers);
  REQUIRE(first.size() == 2);
  CHECK(read_file(first[0] + "/b", 10) == "2");
  CHECK(read_file(first[1] + "/a", 10) == "1");
  const ino_t inode = inode_of(first[1] + "/a");
  CHECK(bench.snapshots().lower_directories(layers) == first);
  CHECK(inode_of(first[1] + "/a") == inode);
}

TEST_CASE("what was unpacked before the machine last started is unpacked anew") {
  Bench bench;
  const std::vector<LayerRef> layers = {bench.layer({"a"}, "1")};
  const std::string place = bench.snapshots("one").lower_directories(layers)[0];
  write_file_atomic(place + "/a", "torn");
  CHECK(bench.snapshots("two").lower_directories(layers)[0] == place);
  CHECK(read_file(place + "/a", 10) == "1");
}

TEST_CASE("threads that need the same layers unpack them once") {
  Bench bench;
  const std::vector<LayerRef> layers = {bench.layer({"a"}, "1"), bench.layer({"b"}, "2")};
  Snapshots snapshots = bench.snapshots();
  std::vector<std::vector<std::string>> answers(8);
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = snapshots.lower_directories(layers); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& answer : answers) CHECK(answer == answers[0]);
  CHECK(read_file(answers[0][0] + "/b", 10) == "2");
}

TEST_CASE("what a run left becomes the snapshot of its chain") {
  Bench bench;
  Snapshots snapshots = bench.snapshots();
  const std::vector<LayerRef> layers = {bench.layer({"a"}, "1")};
  Snapshots::Scratch scratch = snapshots.make_scratch();
  const std::string directory = scratch.directory.path();
  write_file_atomic(scratch.upper() + "/a", "as it was left");
  snapshots.adopt(std::move(scratch), layers);
  CHECK_FALSE(file_exists(directory));
  CHECK(read_file(snapshots.lower_directories(layers)[0] + "/a", 100) == "as it was left");
}

TEST_CASE("a directory that is given holds everything, and the store nothing") {
  Bench bench;
  const TempDir place("/tmp");
  Snapshots snapshots = bench.snapshots("boot", place.path());
  const std::string lower = snapshots.lower_directories({bench.layer({"a"}, "1")})[0];
  CHECK(lower.starts_with(place.path()));
  CHECK(snapshots.make_scratch().upper().starts_with(place.path()));
}

TEST_CASE("what a layer with an opaque root hides is not shown to a run") {
  Bench bench;
  const std::vector<LayerRef> layers = {bench.layer({"a"}, "1"), bench.layer({".wh..wh..opq"}, ""),
                                        bench.layer({"b"}, "2")};
  const auto shown = bench.snapshots().lower_directories(layers);
  REQUIRE(shown.size() == 2);
  CHECK(read_file(shown[0] + "/b", 10) == "2");
  CHECK_FALSE(file_exists(shown[1] + "/a"));
}

}  // namespace
}  // namespace lade::builder
