#include "builder/exec/stat_cache.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

struct stat state(ino_t inode, std::int64_t seconds = 1000, off_t size = 5, dev_t device = 1) {
  struct stat status {};
  status.st_dev = device;
  status.st_ino = inode;
  status.st_size = size;
  status.st_mtim.tv_sec = seconds;
  status.st_ctim.tv_sec = seconds;
  return status;
}

constexpr Timestamp now{2000, 0};

/// No file is there any more.
std::optional<struct stat> nobody(const std::string&) { return std::nullopt; }

TEST_CASE("a digest is found again by a later build, for the very same state alone") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/cache";
  StatCache first(path, now);
  first.put(state(1), digest_of("x"));
  first.save(nobody);
  StatCache second(path, now);
  CHECK(second.find(state(1)) == digest_of("x"));
  CHECK_FALSE(second.find(state(2)));
  CHECK_FALSE(second.find(state(1, 1001)));
  CHECK_FALSE(second.find(state(1, 1000, 6)));
  CHECK_FALSE(second.find(state(1, 1000, 5, 2)));
  struct stat touched = state(1);
  touched.st_ctim.tv_nsec = 1;
  CHECK_FALSE(second.find(touched));
}

TEST_CASE("a file that changed just now, or whose time lies ahead, is not remembered") {
  const TempDir directory("/tmp");
  StatCache cache(directory.path() + "/cache", now);
  cache.put(state(1, 2000), digest_of("x"));
  cache.put(state(2, 3000), digest_of("x"));
  struct stat changed = state(3);
  changed.st_ctim.tv_sec = 2000;  // its mtime was set back
  cache.put(changed, digest_of("x"));
  CHECK_FALSE(cache.find(state(1, 2000)));
  CHECK_FALSE(cache.find(state(2, 3000)));
  CHECK_FALSE(cache.find(changed));
}

TEST_CASE("a damaged file is as good as none") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/cache";
  StatCache cache(path, now);
  cache.put(state(1), digest_of("x"));
  cache.save(nobody);
  const std::string whole = read_file(path, 10000);
  std::string flipped = whole;
  flipped[20] = static_cast<char>(flipped[20] ^ 1);
  for (const std::string& text : {whole.substr(0, whole.size() - 1), flipped, std::string("LADE"),
                                  std::string(), "X" + whole.substr(1)}) {
    write_file_atomic(path, text);
    CHECK_FALSE(StatCache(path, now).find(state(1)));
  }
}

TEST_CASE("builds that write the same cache at once leave a whole one") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/cache";
  std::vector<std::thread> threads;
  for (ino_t writer = 1; writer <= 4; ++writer) {
    threads.emplace_back([&path, writer] {
      StatCache cache(path, now);
      for (ino_t i = 0; i < 500; ++i) cache.put(state(writer * 1000 + i), digest_of("x"));
      cache.save(nobody);
    });
  }
  for (std::thread& thread : threads) thread.join();
  StatCache cache(path, now);
  int found = 0;
  for (ino_t writer = 1; writer <= 4; ++writer) found += cache.find(state(writer * 1000)) ? 1 : 0;
  CHECK(found >= 1);
}

TEST_CASE("files that are gone are forgotten when the cache is written, others stay") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/cache";
  StatCache first(path, now);
  first.put(state(1), digest_of("gone"), "gone");
  first.put(state(2), digest_of("there"), "there");
  first.put(state(3), digest_of("replaced"), "replaced");
  first.put(state(4), digest_of("asked"), "asked");
  first.save(nobody);
  StatCache second(path, now);
  CHECK(second.find(state(4)));
  second.put(state(5), digest_of("new"), "new");
  std::vector<std::string> looked;
  second.save([&](const std::string& at) -> std::optional<struct stat> {
    looked.push_back(at);
    if (at == "there") return state(2);
    if (at == "replaced") return state(30);
    return std::nullopt;
  });
  std::sort(looked.begin(), looked.end());
  CHECK(looked == std::vector<std::string>{"gone", "replaced", "there"});
  StatCache third(path, now);
  CHECK_FALSE(third.find(state(1)));
  CHECK(third.find(state(2)) == digest_of("there"));
  CHECK_FALSE(third.find(state(3)));
  CHECK(third.find(state(4)));
  CHECK(third.find(state(5)));
}

}  // namespace
}  // namespace lade::builder
