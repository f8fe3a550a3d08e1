#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

TEST_CASE("a cache record is found by its key until a blob of it is gone") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("layer", "x");
  CHECK(f.store->find_cache("key") == std::nullopt);
  f.store->put_cache("key", "{\"a\":1}", {blob.digest, blob.digest});
  CHECK(f.store->find_cache("key") == "{\"a\":1}");
  CHECK(f.open()->find_cache("key") == "{\"a\":1}");
  ::unlink(f.blob_path(blob.digest).c_str());
  CHECK(f.store->find_cache("key") == std::nullopt);
}

TEST_CASE("a cache record replaces the one before it") {
  StoreFixture f;
  const Descriptor a = f.store->put_blob("a", "x");
  f.store->put_cache("key", "1", {a.digest});
  f.store->put_cache("key", "2", {});
  ::unlink(f.blob_path(a.digest).c_str());
  CHECK(f.store->find_cache("key") == "2");
  CHECK(f.store->list_cache().size() == 1);
}

TEST_CASE("keys and values of the cache may hold any bytes") {
  StoreFixture f;
  const std::string odd("k\0y'\n\xff", 6);
  f.store->put_cache(odd, odd, {});
  CHECK(f.store->find_cache(odd) == odd);
  CHECK(f.store->find_cache("k") == std::nullopt);
}

TEST_CASE("a cache record must not point at blobs that are not there") {
  StoreFixture f;
  const auto [kind, message] = error_of([&] { f.store->put_cache("k", "v", {digest_of("no")}); });
  CHECK(kind == ErrorKind::not_found);
  CHECK(contains(message, digest_of("no").str()));
  CHECK(f.store->list_cache().empty());
}

TEST_CASE("using a cache record renews it, to the minute") {
  StoreFixture f;
  f.store->put_cache("k", "v", {});
  const Timestamp made = f.now;
  f.now.seconds += 30;
  f.store->find_cache("k");
  CHECK(f.store->list_cache()[0].used == made);
  f.now.seconds += 30;
  f.store->find_cache("k");
  CHECK(f.store->list_cache()[0].used == f.now);
}
