#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/task_group.h"
#include "libimage/store/database.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

TEST_CASE("a store that was opened holds nothing and is healthy") {
  StoreFixture f;
  CHECK(f.store->root() == f.root);
  CHECK(f.store->list_names().empty());
  CHECK(f.store->list_unnamed().empty());
  CHECK(f.store->list_cache().empty());
  CHECK(lines_of(check_store(*f.store, {})).empty());
}

TEST_CASE("opening makes no database until rows are asked for") {
  StoreFixture f;
  f.store->put_blob("x", "text/plain");
  CHECK_FALSE(file_exists(f.root + "/lade.db"));
  f.store->list_names();
  CHECK(file_exists(f.root + "/lade.db"));
}

TEST_CASE("a store of another format is refused with the way out") {
  StoreFixture f;
  write_file_atomic(f.root + "/version", "lade-store 99\n");
  const auto [kind, message] = error_of([&] { f.open(); });
  CHECK(kind == ErrorKind::unsupported);
  CHECK(contains(message, "lade-store 99"));
  CHECK(contains(message, "another version of Lade"));
}

TEST_CASE("a database of a newer schema is refused") {
  StoreFixture f;
  f.store->list_names();
  f.store.reset();
  Database::open(f.root + "/lade.db", f.root + "/locks/database", false)
      .execute("PRAGMA user_version=7");
  const auto store = f.open();
  const auto [kind, message] = error_of([&] { store->list_names(); });
  CHECK(kind == ErrorKind::unsupported);
  CHECK(contains(message, "version 7"));
}

TEST_CASE("a database of the first schema gets the tables that came later, and keeps its rows") {
  StoreFixture f;
  const std::string path = f.root + "/lade.db";
  f.store->keep_unnamed(put_image(*f.store, "a").manifest);
  f.store.reset();
  Database::open(path, f.root + "/locks/database", false)
      .execute("DROP TABLE attached; DROP TABLE places; PRAGMA user_version=1");
  const auto read_only = error_of([&] { Database::open(path, {}, true); });
  CHECK(read_only.first == ErrorKind::unsupported);
  CHECK(contains(read_only.second, "version 1"));
  CHECK(contains(read_only.second, "may write"));
  const auto store = f.open();
  CHECK(store->list_unnamed().size() == 1);
  const Digest blob = digest_of("x");
  store->remember_place(std::span(&blob, 1), "registry.example/app");
  CHECK(store->find_places(blob) == std::vector<std::string>{"registry.example/app"});
  CHECK(store->list_attached(blob).empty());
}

TEST_CASE("a database that is none is corrupt") {
  StoreFixture f;
  write_file_atomic(f.root + "/lade.db", std::string(8192, 'x'));
  CHECK(error_of([&] { f.store->list_names(); }).first == ErrorKind::corrupt);
}

TEST_CASE("a directory with something else in it does not become a store") {
  TempDir directory("/tmp", "lade-store-test");
  write_file_atomic(directory.path() + "/thesis.tex", "x");
  const auto [kind, message] = error_of([&] { Store::open(directory.path()); });
  CHECK(kind == ErrorKind::invalid);
  CHECK(contains(message, "thesis.tex"));
  CHECK_FALSE(file_exists(directory.path() + "/blobs"));
}

TEST_CASE("a store that was half made is finished") {
  TempDir directory("/tmp", "lade-store-test");
  make_directories(directory.path() + "/locks");
  make_directories(directory.path() + "/blobs");
  const auto store = Store::open(directory.path());
  CHECK(store->put_blob("x", "text/plain").size_bytes == 1);
}

TEST_CASE("many threads may make one store at once") {
  TempDir directory("/tmp", "lade-store-test");
  TaskGroup group(8);
  for (int i = 0; i < 8; ++i) {
    group.run([&, i] {
      const auto store = Store::open(directory.path() + "/s");
      const StoredImage image = put_image(*store, "i" + std::to_string(i));
      store->set_name(Reference::parse("t" + std::to_string(i)), image.manifest);
    });
  }
  group.wait();
  CHECK(Store::open(directory.path() + "/s")->list_names().size() == 8);
}

TEST_CASE("reading a store that does not exist makes none") {
  TempDir directory("/tmp", "lade-store-test");
  const auto [kind, message] = error_of([&] { Store::open(directory.path() + "/s", true); });
  CHECK(kind == ErrorKind::not_found);
  CHECK_FALSE(file_exists(directory.path() + "/s"));
}

TEST_CASE("a store open for reading answers and refuses to write") {
  StoreFixture f;
  const StoredImage image = put_image(*f.store, "a");
  f.store->set_name(Reference::parse("a"), image.manifest);
  const auto reader = f.open(true);
  CHECK(reader->resolve("a").target.digest == image.manifest.digest);
  CHECK(reader->has_blob(image.config.digest));
  CHECK(reader->toc(image.layers[0].blob, image.layers[0].written.toc->diff_id())->size() == 2);
  CHECK(lines_of(check_store(*reader, {})).empty());
  const auto lease = reader->lease();
  lease->add(image.manifest.digest);
  for (const auto& write : std::vector<std::function<void()>>{
           [&] { reader->put_blob("x", "text/plain"); },
           [&] { reader->begin_blob(HashAlgorithm::sha256); },
           [&] { reader->set_name(Reference::parse("b"), image.manifest); },
           [&] { reader->remove_name(Reference::parse("a")); },
           [&] { reader->keep_unnamed(image.manifest); }, [&] { reader->put_cache("k", "v", {}); },
           [&] { reader->make_work_dir("w"); }, [&] { collect_garbage(*reader, {}); },
           [&] { check_store(*reader, {.mend = true}); }}) {
    const auto [kind, message] = error_of(write);
    CHECK(kind == ErrorKind::denied);
    CHECK(contains(message, "open for reading only"));
  }
}

TEST_CASE("a store on which nothing can be written can still be read") {
  StoreFixture f;
  const StoredImage image = put_image(*f.store, "a");
  f.store->set_name(Reference::parse("a"), image.manifest);
  f.store.reset();
  // what a copy of a store onto a read-only medium looks like: a database without its log's index
  const std::string copy = f.directory.path() + "/copy";
  REQUIRE(std::system(
              ("cp -r " + f.root + " " + copy + " && rm -f " + copy + "/lade.db-shm").c_str()) ==
          0);
  const auto reader = Store::open(copy, true);
  CHECK(reader->list_names().size() == 1);
}
