#include <catch2/catch.hpp>

#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/store.h"

namespace lade {
namespace {

using Places = std::vector<std::string>;

TEST_CASE("where blobs were seen is known to the next process, the latest place first") {
  const TempDir directory("/tmp");
  const std::vector<Digest> blobs = {digest_of("a"), digest_of("b")};
  {
    const auto store = Store::open(directory.path());
    store->remember_place(blobs, "r.example/one");
    store->remember_place(std::span(blobs).first(1), "r.example/two");
    store->remember_place(std::span(blobs).first(1), "r.example/one");
  }
  const auto store = Store::open(directory.path());
  CHECK(store->find_places(blobs[0]) == Places{"r.example/one", "r.example/two"});
  CHECK(store->find_places(blobs[1]) == Places{"r.example/one"});
  CHECK(store->find_places(digest_of("c")).empty());
  store->forget_place(blobs[0], "r.example/one");
  CHECK(store->find_places(blobs[0]) == Places{"r.example/two"});
  CHECK(store->find_places(blobs[1]) == Places{"r.example/one"});
}

TEST_CASE("a few places are answered, however many there are") {
  const TempDir directory("/tmp");
  const auto store = Store::open(directory.path());
  const Digest blob = digest_of("a");
  for (int i = 0; i < 20; ++i) {
    store->remember_place(std::span(&blob, 1), fmt::format("r.example/n{}", i));
  }
  const Places places = store->find_places(blob);
  REQUIRE(places.size() == 8);
  CHECK(places.front() == "r.example/n19");
}

TEST_CASE("of places only the newest are kept") {
  const TempDir directory("/tmp");
  const auto store = Store::open(directory.path());
  const Digest first = digest_of("first");
  const Digest again = digest_of("again");
  store->remember_place(std::span(&first, 1), "r.example/x");
  store->remember_place(std::span(&again, 1), "r.example/x");
  std::vector<Digest> blobs;
  for (int i = 0; i < 19'998; ++i) blobs.push_back(digest_of(std::to_string(i)));
  store->remember_place(blobs, "r.example/x");
  CHECK_FALSE(store->find_places(first).empty());
  // what is heard of again is new
  store->remember_place(std::span(&again, 1), "r.example/x");
  blobs.assign({digest_of("one more")});
  store->remember_place(blobs, "r.example/x");
  CHECK(store->find_places(first).empty());
  CHECK_FALSE(store->find_places(again).empty());
}

TEST_CASE("a store that is only read knows places and takes none") {
  const TempDir directory("/tmp");
  const Digest blob = digest_of("a");
  Store::open(directory.path())->remember_place(std::span(&blob, 1), "r.example/x");
  const auto store = Store::open(directory.path(), true);
  store->remember_place(std::span(&blob, 1), "r.example/y");
  store->forget_place(blob, "r.example/x");
  CHECK(store->find_places(blob) == Places{"r.example/x"});
}

}  // namespace
}  // namespace lade
