#include "registry/sync/sync_run.h"

#include <catch2/catch.hpp>

#include "tests/support/image_builder.h"

namespace lade::registry {
namespace {

/// Images that go to one place, which they share.
class Place {
 public:
  /// An image over a layer that all of them have.
  void add(const std::string& name) {
    auto source = std::make_unique<MemoryImageSource>(name);
    const NewLayer common = add_layer(*source, tar_of({{"common", std::string(100'000, 'c')}}));
    const NewLayer own = add_layer(*source, tar_of({{"own", name}}));
    source->set_top(add_image(*source, {common, own}));
    common_ = common.blob.digest;
    items.push_back({name, name, "place"});
    sources_[name] = std::move(source);
  }

  SyncOptions options() {
    SyncOptions options;
    options.open = [this](const SyncItem& item) {
      return std::make_unique<ForwardingSource>(source(item.from));
    };
    options.write = [this](const SyncItem& item) {
      return std::make_unique<Destination>(*this, item);
    };
    return options;
  }

  std::size_t commons_written() {
    std::size_t count = 0;
    for (const std::string& event : shared.events()) {
      count += event == "blob " + common_.str() ? 1U : 0U;
    }
    return count;
  }
  MemoryImageSource& source(const std::string& name) { return *sources_.at(name); }
  const Digest& common() const { return common_; }

  std::vector<SyncItem> items;
  MemoryImageDestination shared;

 private:
  struct Destination final : ImageDestination {
    Destination(Place& place, const SyncItem& item) : inner(place.shared), called(item.to) {}
    std::string name() const override { return called; }
    const DestinationAbilities& abilities() const override { return inner.abilities(); }
    bool has_blob(const Descriptor& one) override { return inner.has_blob(one); }
    std::unique_ptr<BlobWriter> begin_blob(const Descriptor& one) override {
      return inner.begin_blob(one);
    }
    void put_manifest(const RawManifest& manifest) override { inner.put_manifest(manifest); }
    void commit(const RawManifest& top) override { inner.put_manifest(top); }
    MemoryImageDestination& inner;
    std::string called;
  };

  std::map<std::string, std::unique_ptr<MemoryImageSource>> sources_;
  Digest common_ = digest_of("");
};

TEST_CASE("what several images have in common is brought once, however many are under way") {
  Place place;
  for (int i = 0; i < 40; ++i) place.add(fmt::format("image-{}", i));
  const auto results = run_sync(place.items, place.options(), no_progress());
  REQUIRE(results.size() == 40);
  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK(results[i].item.from == place.items[i].from);
    CHECK(results[i].report);
  }
  CHECK(place.commons_written() == 1);
  CHECK(place.shared.manifests().size() == 40);
}

TEST_CASE("a blob that one image could not bring is brought by another") {
  Place place;
  for (const std::string name : {"broken", "a", "b", "c"}) place.add(name);
  place.source("broken").set_fault(place.common(), {.fail_at = 10, .kind = ErrorKind::corrupt});
  SyncOptions options = place.options();
  options.keep_going = true;
  options.images_at_once = GENERATE(1U, 4U);
  const auto results = run_sync(place.items, options, no_progress());
  // among several, another may have been first
  CHECK((options.images_at_once > 1 || results[0].error));
  if (results[0].error) CHECK(to_string(results[0].error->kind()) == "corrupt");
  for (std::size_t i = 1; i < results.size(); ++i) CHECK(results[i].report);
  CHECK(place.commons_written() == 1);
}

TEST_CASE("without --keep-going nothing is begun after a failure") {
  Place place;
  for (const std::string name : {"broken", "a", "b"}) place.add(name);
  place.source("broken").set_fault(place.common(), {.fail_at = 10, .kind = ErrorKind::corrupt});
  SyncOptions options = place.options();
  options.images_at_once = 1;
  const auto results = run_sync(place.items, options, no_progress());
  CHECK(results[0].error);
  for (std::size_t i = 1; i < results.size(); ++i) {
    CHECK_FALSE(results[i].error);
    CHECK_FALSE(results[i].report);
  }
}

TEST_CASE("each image is told of when it is done") {
  Place place;
  for (const std::string name : {"a", "b"}) place.add(name);
  SyncOptions options = place.options();
  std::set<std::string> told;
  options.done = [&](const SyncItem& item, const CopyReport&) { told.insert(item.from); };
  run_sync(place.items, options, no_progress());
  CHECK(told == std::set<std::string>{"a", "b"});
}

}  // namespace
}  // namespace lade::registry
