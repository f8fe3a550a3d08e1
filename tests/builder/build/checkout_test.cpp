#include "builder/build/checkout.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"

namespace lade::builder {
namespace {

const std::string commit(40, 'a');
const std::string other(64, 'b');

struct Directory {
  TempDir temporary{"/tmp", "lade-checkout-test"};

  void file(const std::string& path, const std::string& text) const {
    const std::string full = join_path(temporary.path(), path);
    make_directories(full.substr(0, full.rfind('/')));
    write_file_atomic(full, text);
  }
  std::optional<Checkout> find(const std::string& below = "") const {
    const std::string place = below.empty() ? temporary.path() : join_path(temporary.path(), below);
    make_directories(place);
    return find_checkout(place);
  }
};

TEST_CASE("a checkout is told by its HEAD, from any directory in it") {
  Directory d;
  d.file(".git/HEAD", "ref: refs/heads/main\n");
  d.file(".git/refs/heads/main", commit + "\n");
  d.file(".git/config", "[core]\n\turl = no\n[remote \"origin\"]\n\turl = https://u:p@h/x.git\n");
  for (const char* below : {"", "a/b"}) {
    const auto found = d.find(below);
    REQUIRE(found);
    CHECK(found->commit == commit);
    CHECK(found->remote == "https://h/x.git");
  }
}

TEST_CASE("refs may be packed, detached or those of another working tree") {
  Directory d;
  d.file(".git/HEAD", "ref: refs/heads/main");
  d.file(".git/packed-refs", "# pack-refs with: peeled\n" + commit + " refs/heads/mainline\n" +
                                 other + " refs/heads/main\n");
  CHECK(d.find()->commit == other);
  d.file(".git/HEAD", commit);
  CHECK(d.find()->commit == commit);
  CHECK(d.find()->remote.empty());
  d.file("tree/.git", "gitdir: ../.git/worktrees/tree\n");
  d.file(".git/worktrees/tree/HEAD", "ref: refs/heads/side\n");
  d.file(".git/worktrees/tree/commondir", "../..\n");
  d.file(".git/refs/heads/side", other);
  CHECK(d.find("tree")->commit == other);
}

TEST_CASE("what git would not write is no checkout") {
  Directory d;
  const std::string head = GENERATE("", "ref: refs/heads/none", "ref: ../../etc/passwd",
                                    "ref: refs/../../secret", "0123", "no commit at all");
  INFO(head);
  d.file("secret", commit);
  d.file(".git/HEAD", head);
  CHECK_FALSE(d.find());
}

}  // namespace
}  // namespace lade::builder
