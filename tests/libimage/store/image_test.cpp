#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

/// Copies an image by the interfaces alone.
void copy_by_hand(ImageSource& from, ImageDestination& to, const StoredImage& image) {
  for (const Descriptor& blob : {image.config, image.layers[0].blob}) {
    if (to.has_blob(blob)) continue;
    const auto source = from.open_blob(blob);
    const auto writer = to.begin_blob(blob);
    copy(*source, *writer);
    writer->commit(&blob);
  }
  to.commit(from.manifest());
}

}  // namespace

TEST_CASE("an image goes from store to store") {
  StoreFixture f;
  StoreFixture g;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(Reference::parse("a"), a.manifest);
  const auto source = open_store_image(f.store, f.store->resolve("a"));
  CHECK(source->name() == "store:docker.io/library/a:latest");
  SECTION("with a name") {
    const auto destination = open_store_destination(g.store, Reference::parse("b:2"));
    CHECK(destination->name() == "store:docker.io/library/b:2");
    copy_by_hand(*source, *destination, a);
    CHECK(g.store->resolve("b:2").target == a.manifest);
    CHECK(g.store->list_unnamed().empty());
  }
  SECTION("without a name") {
    copy_by_hand(*source, *open_store_destination(g.store, std::nullopt), a);
    CHECK(g.store->list_names().empty());
    CHECK(g.store->list_unnamed() == std::vector{a.manifest});
    const auto image = g.store->resolve(a.config.digest.short_hex());
    CHECK(open_store_image(g.store, image)->name() == "store:" + a.manifest.digest.str());
  }
  collect_garbage(*g.store, {.unnamed = false});
  CHECK(lines_of(check_store(*g.store, {})).empty());
  CHECK(g.store->read_blob(a.manifest.digest, 1U << 20U) == source->manifest().bytes);
}

TEST_CASE("nothing written to a store is collected before its destination is gone") {
  StoreFixture f;
  StoreFixture g;
  const StoredImage a = put_image(*f.store, "a");
  const auto destination = open_store_destination(g.store, Reference::parse("a"));
  const auto writer = destination->begin_blob(a.config);
  writer->write(f.store->read_blob(a.config.digest, 1U << 20U));
  writer->commit(&a.config);
  collect_garbage(*g.open(), {});
  CHECK(destination->has_blob(a.config));
  CHECK(g.store->list_names().empty());
}

TEST_CASE("a store does not have a blob whose size is another one") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const auto destination = open_store_destination(f.store, std::nullopt);
  CHECK(destination->has_blob(a.config));
  Descriptor longer = a.config;
  longer.size_bytes += 1;
  CHECK_FALSE(destination->has_blob(longer));
}

TEST_CASE("a store takes manifests of either algorithm, if they are what they say") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  RawManifest manifest =
      open_store_image(f.store, f.store->resolve(a.manifest.digest.str()))->manifest();
  const auto destination = open_store_destination(f.store, Reference::parse("long"));
  manifest.digest = digest_of(manifest.bytes, HashAlgorithm::sha512);
  destination->commit(manifest);
  CHECK(f.store->resolve("long").target.digest == manifest.digest);
  CHECK(f.store->resolve(manifest.digest.str()).target.digest == manifest.digest);
  manifest.bytes += " ";
  const auto [kind, message] = error_of([&] { destination->put_manifest(manifest); });
  CHECK(kind == ErrorKind::corrupt);
  CHECK(contains(message, manifest.digest.str()));
}

TEST_CASE("a store's image gives its blobs as files and streams") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const auto source = open_store_image(f.store, f.store->resolve(a.manifest.digest.str()));
  const std::string config = f.store->read_blob(a.config.digest, 1U << 20U);
  CHECK(read_text(*source->open_blob(a.config)) == config);
  const auto file = source->find_blob_file(a.config);
  REQUIRE(file);
  CHECK(read_all(file->get(), "config", 1U << 20U) == config);
  const Descriptor absent{"x", digest_of("absent"), 6};
  CHECK_FALSE(source->find_blob_file(absent));
  CHECK(error_of([&] { source->open_blob(absent); }).first == ErrorKind::not_found);
  CHECK(error_of([&] { source->manifest(absent); }).first == ErrorKind::not_found);
  Descriptor longer = a.manifest;
  longer.size_bytes += 1;
  CHECK(error_of([&] { source->manifest(longer); }).first == ErrorKind::corrupt);
}

TEST_CASE("a destination that is not whole gives no name") {
  StoreFixture f;
  StoreFixture g;
  const StoredImage a = put_image(*f.store, "a");
  const auto source = open_store_image(f.store, f.store->resolve(a.manifest.digest.str()));
  const auto destination = open_store_destination(g.store, Reference::parse("a"));
  CHECK(error_of([&] { destination->commit(source->manifest()); }).first == ErrorKind::not_found);
  CHECK(g.store->list_names().empty());
}
