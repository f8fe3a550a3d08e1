#include "libimage/store/layer_notes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/gc.h"

namespace lade {
namespace {

constexpr std::int64_t day_seconds = 86'400;

std::int64_t used_days_ago(const std::string& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return (::time(nullptr) - status.st_mtim.tv_sec) / day_seconds;
}

void set_used(const std::string& file, std::int64_t days_ago) {
  timespec when{};
  when.tv_sec = ::time(nullptr) - days_ago * day_seconds;
  const timespec times[2] = {when, when};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

TEST_CASE("a note is found by layer and kind") {
  const TempDir root("/tmp");
  const LayerNotes notes(root.path());
  const Digest layer = digest_of("layer");
  CHECK_FALSE(notes.find(layer, "finds-1"));
  notes.put(layer, "finds-1", "one");
  notes.put(layer, "finds-2", "two");
  notes.put(layer, "finds-1", "one again");
  CHECK(notes.find(layer, "finds-1") == "one again");
  CHECK(notes.find(layer, "finds-2") == "two");
  CHECK_FALSE(notes.find(digest_of("other"), "finds-1"));
  CHECK(list_names(root.path() + "/notes").size() == 2);
}

TEST_CASE("where nothing can be written nothing is kept") {
  const TempDir root("/tmp");
  write_file_atomic(root.path() + "/notes", "in the way");
  const LayerNotes notes(root.path());
  notes.put(digest_of("layer"), "a", "one");
  CHECK_FALSE(LayerNotes(root.path() + "/none").find(digest_of("layer"), "a"));
}

TEST_CASE("a note that cannot be read is none") {
  const TempDir root("/tmp");
  const LayerNotes notes(root.path());
  const Digest layer = digest_of("layer");
  notes.put(layer, "a", "one");
  const std::string file = root.path() + "/notes/" + layer.hex() + ".a";
  REQUIRE(::unlink(file.c_str()) == 0);
  REQUIRE(::mkdir(file.c_str(), 0755) == 0);
  CHECK_FALSE(notes.find(layer, "a"));
}

TEST_CASE("a note may be read by whoever may read the store") {
  const TempDir root("/tmp");
  const LayerNotes notes(root.path());
  const Digest layer = digest_of("layer");
  notes.put(layer, "a", "one");
  struct stat status {};
  REQUIRE(::stat((root.path() + "/notes/" + layer.hex() + ".a").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0644);
}

TEST_CASE("a collection takes notes that nobody looked at for a month") {
  const TempDir root("/tmp");
  const auto store = Store::open(root.path() + "/store");
  const LayerNotes notes(store->root());
  const Digest old = digest_of("old");
  const Digest used = digest_of("used");
  const std::string old_file = store->root() + "/notes/" + old.hex() + ".a";
  const std::string used_file = store->root() + "/notes/" + used.hex() + ".a";
  notes.put(old, "a", "1");
  notes.put(used, "a", "2");
  set_used(old_file, 31);
  set_used(used_file, 31);
  CHECK(notes.find(used, "a") == "2");
  CHECK(used_days_ago(used_file) == 0);
  collect_garbage(*store, {});
  CHECK_FALSE(notes.find(old, "a"));
  CHECK(notes.find(used, "a") == "2");
}

}  // namespace
}  // namespace lade
