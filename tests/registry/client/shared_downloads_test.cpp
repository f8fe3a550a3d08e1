#include "registry/client/shared_downloads.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "libimage/base/guarded.h"
#include "libimage/oci/hasher.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

/// Blobs that were put away, as a store would have them.
struct Shelf {
  Guarded<std::map<Digest, std::string>> blobs;
  SharedDownloads downloads{[this](const Descriptor& blob) {
    return blobs.with([&](const auto& map) -> std::unique_ptr<Source> {
      const auto at = map.find(blob.digest);
      if (at == map.end()) return nullptr;
      return std::make_unique<StringSource>(at->second);
    });
  }};

  void put(const Digest& digest, const std::string& text) {
    blobs.with([&](auto& map) { map[digest] = text; });
  }
};

Descriptor blob_of(const std::string& text) {
  return {"application/octet-stream", digest_of(text), text.size()};
}

TEST_CASE("a blob that many want at the same time is fetched once") {
  Shelf shelf;
  const Descriptor blob = blob_of("content");
  std::atomic<int> fetched = 0;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto source = shelf.downloads.open(blob, [&] {
        ++fetched;
        return std::make_unique<StringSource>("content");
      });
      const std::string text = read_all(*source, 100, "blob");
      if (text == "content") ++right;
      shelf.put(blob.digest, text);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(fetched == 1);
  CHECK(right == 8);
}

TEST_CASE("what one failed to fetch is the next one's to fetch") {
  Shelf shelf;
  const Descriptor blob = blob_of("content");
  CHECK_THAT(error_of(ErrorKind::unavailable,
                      [&] {
                        shelf.downloads.open(blob, []() -> std::unique_ptr<Source> {
                          fail(ErrorKind::unavailable, "no answer");
                        });
                      }),
             Catch::Contains("no answer"));
  {
    // begun, and dropped without being put away
    const auto source =
        shelf.downloads.open(blob, [] { return std::make_unique<StringSource>("content"); });
  }
  const auto source =
      shelf.downloads.open(blob, [] { return std::make_unique<StringSource>("content"); });
  CHECK(read_all(*source, 100, "blob") == "content");
}

TEST_CASE("different blobs do not wait for each other") {
  Shelf shelf;
  const auto first =
      shelf.downloads.open(blob_of("a"), [] { return std::make_unique<StringSource>("a"); });
  const auto second =
      shelf.downloads.open(blob_of("b"), [] { return std::make_unique<StringSource>("b"); });
  CHECK(read_all(*second, 100, "blob") == "b");
}

}  // namespace
}  // namespace lade::registry
