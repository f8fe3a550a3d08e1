#include "libimage/layer/apply.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/toc_builder.h"
#include "tests/libimage/layer/tree_text.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using T = TarBuilder;

/// A root to unpack into, with a file beside it that nothing may touch.
struct Target {
  Target() : dir("/tmp"), root_path(dir.path() + "/root") {
    make_directories(root_path);
    write_file_atomic(dir.path() + "/outside", "kept", 0640);
  }
  ApplyReport apply(const TarBuilder& tar, const ApplyOptions& options = {}) const {
    StringSource source(tar.bytes());
    return apply_layer(source, Rootfs(root_path), options_of_caller(options), "test.tar");
  }
  std::string at(const std::string& path) const { return root_path + "/" + path; }
  std::string contents(const std::string& path) const { return read_file(at(path), 1000000); }
  bool has(const std::string& path) const { return file_exists(at(path)); }
  struct stat status(const std::string& path) const {
    struct stat found {};
    REQUIRE(::lstat(at(path).c_str(), &found) == 0);
    return found;
  }
  void require_outside_untouched() const {
    CHECK(read_file(dir.path() + "/outside", 100) == "kept");
    struct stat found {};
    REQUIRE(::lstat((dir.path() + "/outside").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0640);
    CHECK(found.st_nlink == 1);
  }
  TempDir dir;
  std::string root_path;
};

TEST_CASE("unpacking makes every kind of member with its metadata") {
  const Target target;
  const auto report = target.apply(T{}.dir("d", 0555)
                                       .mtime({77, 0})
                                       .file("d/f", "hello", 04711)
                                       .mtime({1000, 500})
                                       .xattr("user.x", "y")
                                       .symlink("d/l", "/nowhere")
                                       .mtime({1001, 0})
                                       .hardlink("h", "d/f")
                                       .fifo("p"));
  CHECK(report.members == 5);
  CHECK(report.bytes == 5);
  CHECK(report.warnings.empty());
  CHECK(target.contents("d/f") == "hello");
  const auto file = target.status("d/f");
  CHECK((file.st_mode & 07777) == 04711);
  CHECK(file.st_mtim.tv_sec == 1000);
  CHECK(file.st_mtim.tv_nsec == 500);
  CHECK(file.st_nlink == 2);
  CHECK(target.status("h").st_ino == file.st_ino);
  CHECK((target.status("d").st_mode & 07777) == 0555);
  CHECK(target.status("d").st_mtim.tv_sec == 77);
  CHECK(target.status("d/l").st_mtim.tv_sec == 1001);
  CHECK(S_ISFIFO(target.status("p").st_mode));
  char value[8];
  CHECK(::getxattr(target.at("d/f").c_str(), "user.x", value, sizeof value) == 1);
}

TEST_CASE("owners and setuid bits are both kept") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root");
    return;
  }
  const Target target;
  target.apply(T{}.file("f", "x", 06755).owner(12, 34).symlink("l", "x").owner(5, 6));
  CHECK(target.status("f").st_uid == 12);
  CHECK(target.status("f").st_gid == 34);
  CHECK((target.status("f").st_mode & 07777) == 06755);
  CHECK(target.status("l").st_uid == 5);
  const Target mapped;
  ApplyOptions options;
  options.ids = IdMap({{0, 1000, 100}});
  mapped.apply(T{}.file("f").owner(12, 34), options);
  CHECK(mapped.status("f").st_uid == 1012);
  CHECK(mapped.status("f").st_gid == 1034);
  CHECK_THROWS_WITH(mapped.apply(T{}.file("g").owner(100, 0), options),
                    Catch::Contains("cannot give g the owner 100:0: the id map does not have it"));
}

TEST_CASE("owners that cannot be set are recorded or ignored as asked") {
  const Target target;
  ApplyOptions options;
  options.ids = IdMap({{0, ::geteuid(), 1}});
  options.ownership = ApplyOptions::Ownership::record;
  target.apply(T{}.file("f").owner(33, 44).dir("d").owner(1, 0), options);
  char value[32];
  CHECK(::getxattr(target.at("f").c_str(), "user.lade.owner", value, sizeof value) == 5);
  CHECK(std::string(value, 5) == "33:44");
  CHECK(::getxattr(target.at("d").c_str(), "user.lade.owner", value, sizeof value) == 3);
  const auto report = target.apply(T{}.symlink("l", "x").owner(33, 44), options);
  REQUIRE(report.warnings.size() == 1);
  CHECK_THAT(report.warnings[0], Catch::Contains("owners of symlinks"));
  options.ownership = ApplyOptions::Ownership::ignore;
  target.apply(T{}.file("g").owner(33, 44), options);
  CHECK(::getxattr(target.at("g").c_str(), "user.lade.owner", value, sizeof value) == -1);
  CHECK(target.status("g").st_uid == ::geteuid());
}

TEST_CASE("unpacking does not follow symlinks out of the root, or anywhere") {
  const Target target;
  const std::string outside = target.dir.path();
  SECTION("a symlink of the layer leads inside the root") {
    target.apply(T{}.symlink("a", "../..").file("a/outside", "new"));
    CHECK(target.contents("outside") == "new");
    target.apply(T{}.symlink("b", outside).file("b/outside", "new"));
    CHECK(target.contents(outside.substr(1) + "/outside") == "new");
  }
  SECTION("a symlink on the disk is replaced") {
    REQUIRE(::symlink(outside.c_str(), target.at("a").c_str()) == 0);
    target.apply(T{}.file("a/outside", "new"));
    CHECK(S_ISDIR(target.status("a").st_mode));
    CHECK(target.contents("a/outside") == "new");
  }
  SECTION("a file over a symlink replaces the symlink") {
    REQUIRE(::symlink((outside + "/outside").c_str(), target.at("a").c_str()) == 0);
    target.apply(T{}.file("a", "new"));
    CHECK(S_ISREG(target.status("a").st_mode));
  }
  SECTION("a directory over a symlink replaces the symlink") {
    REQUIRE(::symlink(outside.c_str(), target.at("a").c_str()) == 0);
    target.apply(T{}.dir("a", 0700));
    CHECK(S_ISDIR(target.status("a").st_mode));
  }
  SECTION("metadata of a symlink is its own") {
    target.apply(T{}.symlink("a", outside + "/outside").mode(0777).xattr("user.x", "y"));
    CHECK(::getxattr((outside + "/outside").c_str(), "user.x", nullptr, 0) == -1);
  }
  SECTION("a hard link to a symlink is a link to the symlink") {
    target.apply(T{}.symlink("a", outside + "/outside").hardlink("b", "a").file("b", "new"));
    CHECK(target.contents("b") == "new");
  }
  SECTION("a hard link through a symlink of the disk stays in the root") {
    REQUIRE(::symlink(outside.c_str(), target.at("a").c_str()) == 0);
    CHECK_THROWS_WITH(target.apply(T{}.hardlink("b", "a/outside")),
                      Catch::Contains("a file that is in no layer"));
  }
  SECTION("a whiteout removes a symlink and not what it leads to") {
    REQUIRE(::symlink(outside.c_str(), target.at("a").c_str()) == 0);
    target.apply(T{}.whiteout("a"));
    CHECK_FALSE(target.has("a"));
    REQUIRE(::symlink(outside.c_str(), target.at("a").c_str()) == 0);
    target.apply(T{}.whiteout("a/outside"));
    REQUIRE(::symlink(outside.c_str(), target.at("b").c_str()) == 0);
    target.apply(T{}.opaque("b"));
  }
  SECTION("removing a tree does not follow what is in it") {
    make_directories(target.at("d/e"));
    REQUIRE(::symlink(outside.c_str(), target.at("d/e/out").c_str()) == 0);
    target.apply(T{}.file("d", "now a file"));
    CHECK(target.contents("d") == "now a file");
  }
  target.require_outside_untouched();
}

TEST_CASE("members that leave the root or contradict themselves are not unpacked") {
  const std::vector<std::pair<TarBuilder, std::string>> table{
      {T{}.file("../outside", "x"), "\"..\""},
      {T{}.file("d/../../outside", "x"), "\"..\""},
      {T{}.dir("../d"), "\"..\""},
      {T{}.symlink("../l", "x"), "\"..\""},
      {T{}.hardlink("h", "../outside"), "\"..\""},
      {T{}.hardlink("../h", "f"), "\"..\""},
      {T{}.file("../.wh.outside"), "\"..\""},
      {T{}.file(".wh."), "removes no name"},
      {T{}.file(".wh.."), "removes no name"},
      {T{}.file(".wh..."), "removes no name"},
      {T{}.hardlink("h", "h"), "leads to itself"},
      {T{}.dir("d").hardlink("h", "d"), "leads to the directory d"},
      {T{}.dir("d").hardlink("h", "."), "leads to the directory /"},
      {T{}.hardlink("h", "none"), "a file that is in no layer"},
      {T{}.symlink("./", "x"), "root of the layer is a symlink"},
      {T{}.symlink("a", "b").symlink("b", "a").file("a/f"), "more than 40 symlinks"},
      {T{}.file(std::string(300, 'n')), "cannot create"},
  };
  for (const auto& [tar, message] : table) {
    CAPTURE(message);
    const Target target;
    CHECK_THROWS_WITH(target.apply(tar),
                      Catch::Contains(message) && Catch::StartsWith("test.tar: "));
    target.require_outside_untouched();
  }
}

TEST_CASE("absolute names are taken inside the root") {
  const Target target;
  target.apply(T{}.file("/etc/passwd", "x").hardlink("/l", "/etc/passwd"));
  CHECK(target.contents("etc/passwd") == "x");
  CHECK(target.status("l").st_nlink == 2);
}

TEST_CASE("one name as file, directory and symlink again and again ends as the last") {
  const Target target;
  TarBuilder tar;
  for (int i = 0; i < 50; ++i) {
    tar.file("a", "x").dir("a").file("a/b", "y").symlink("a", "z").fifo("a").dir("a");
  }
  target.apply(tar.file("a/last", "z"));
  const std::string owner = ::geteuid() == 0 ? "0:0" : "-";
  CHECK(text_of_directory(target.at("a")) ==
        "/ d 755 " + owner + " 1000000000 \nlast f 644 " + owner + " 1000000000 594e519ae499\n");
}

TEST_CASE("a hard link may replace the directory of its target") {
  const Target target;
  target.apply(T{}.file("d/f", "x").hardlink("d", "d/f"));
  CHECK(target.contents("d") == "x");
  CHECK(target.status("d").st_nlink == 1);
}

TEST_CASE("deep nesting is unpacked up to a limit and can be removed again") {
  const Target target;
  std::string path = "d";
  for (int i = 1; i < 500; ++i) path += "/d";
  target.apply(T{}.file(path + "/f", "x"));
  CHECK(target.contents(path + "/f") == "x");
  target.apply(T{}.whiteout("d"));
  CHECK_FALSE(target.has("d"));
  for (int i = 0; i < 20; ++i) path += "/d";
  CHECK_THROWS_WITH(target.apply(T{}.file(path + "/f")), Catch::Contains("directories deep"));
  CHECK_THROWS_WITH(target.apply(T{}.dir(path)), Catch::Contains("directories deep"));
}

TEST_CASE("a member that ends early is no success") {
  const Target target;
  const std::string tar = T{}.file("f", std::string(5000, 'x')).bytes();
  StringSource source(tar.substr(0, 2048));
  try {
    apply_layer(source, Rootfs(target.root_path), {}, "test.tar");
    FAIL("unpacked");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::corrupt);
  }
}

TEST_CASE("attributes that steer overlayfs or Lade are never taken from an archive") {
  const Target target;
  const auto report = target.apply(T{}.dir("d")
                                       .xattr("user.overlay.opaque", "y")
                                       .xattr("trusted.overlay.opaque", "y")
                                       .xattr("user.lade.owner", "0:0")
                                       .xattr("security.selinux", "x")
                                       .xattr("user.kept", "z")
                                       .file("f")
                                       .xattr("user.overlay.opaque", "y"));
  CHECK(::listxattr(target.at("d").c_str(), nullptr, 0) == 10);  // "user.kept\0"
  CHECK(report.warnings.size() == 4);
  for (const char* name : {"user.overlay.opaque", "trusted.overlay.opaque", "user.lade.owner"}) {
    CHECK_THAT(report.warnings,
               Catch::VectorContains("extended attributes " + std::string(name) + " are left out"));
  }
}

TEST_CASE("devices are made or left out as asked, and never fake a whiteout") {
  const Target target;
  ApplyOptions options;
  options.devices = ApplyOptions::Devices::skip;
  write_file_atomic(target.at("null"), "lower");
  const auto report = target.apply(T{}.device("null", EntryType::char_device, 1, 3), options);
  CHECK_FALSE(target.has("null"));
  REQUIRE(report.warnings.size() == 1);
  CHECK_THAT(report.warnings[0], Catch::Contains("null (1:3) is left out"));
  const auto faked = target.apply(T{}.device("w", EntryType::char_device, 0, 0));
  CHECK_FALSE(target.has("w"));
  CHECK(faked.warnings.size() == 1);
  if (::geteuid() != 0) {
    WARN("the rest skipped: needs root");
    return;
  }
  target.apply(T{}.device("null", EntryType::char_device, 1, 3).mode(0666));
  CHECK(S_ISCHR(target.status("null").st_mode));
  CHECK(target.status("null").st_rdev == ::makedev(1, 3));
  CHECK((target.status("null").st_mode & 07777) == 0666);
}

TEST_CASE("directories that lower layers left keep mode and time, closed ones too") {
  const Target target;
  target.apply(T{}.dir("d", 0500).mtime({5, 0}).file("d/a"));
  target.apply(T{}.file("d/b").whiteout("d/a"));
  CHECK(target.has("d/b"));
  CHECK_FALSE(target.has("d/a"));
  CHECK((target.status("d").st_mode & 07777) == 0500);
  CHECK(target.status("d").st_mtim.tv_sec == 5);
}

TEST_CASE("at most a hundred warnings are kept") {
  const Target target;
  TarBuilder tar;
  for (int i = 0; i < 150; ++i) {
    tar.device("w" + std::to_string(i), EntryType::char_device, 0, 0);
  }
  CHECK(target.apply(tar).warnings.size() == 100);
}

// Overlay form: a layer by itself.

std::shared_ptr<const Toc> index_of(const TarBuilder& tar) {
  StringSource source(tar.bytes());
  return index_layer(source, "lower.tar");
}

ApplyOptions overlay_options(const MergedTree* below = nullptr) {
  ApplyOptions options;
  options.whiteouts = ApplyOptions::Whiteouts::overlay;
  options.below = below;
  options.open_below = [](const TreeEntry& entry) {
    return std::make_unique<StringSource>("contents of " + std::string(entry.entry.path));
  };
  return options;
}

bool is_opaque(const Target& target, const std::string& path) {
  char value[4];
  return ::getxattr(target.at(path).c_str(), "user.overlay.opaque", value, sizeof value) == 1 &&
         value[0] == 'y';
}

bool is_whiteout(const Target& target, const std::string& path) {
  const auto found = target.status(path);
  return S_ISCHR(found.st_mode) && found.st_rdev == 0;
}

TEST_CASE("in overlay form whiteouts and opaque directories are what overlayfs reads") {
  const Target target;
  target.apply(T{}.whiteout("gone")
                   .opaque("o")
                   .file("o/new")
                   .file("both")
                   .whiteout("both")
                   .whiteout("again")
                   .whiteout("again")
                   .whiteout("redone")
                   .dir("redone")
                   .whiteout("below")
                   .file("below/f"),
               overlay_options());
  CHECK(is_whiteout(target, "gone"));
  CHECK(is_whiteout(target, "again"));
  CHECK(is_opaque(target, "o"));
  CHECK(S_ISREG(target.status("both").st_mode));
  CHECK(is_opaque(target, "redone"));
  CHECK(is_opaque(target, "below"));
  CHECK(target.has("below/f"));
}

TEST_CASE("a whiteout that makes the root opaque spares its own layer, wherever it stands in it") {
  for (const bool last : {false, true}) {
    CAPTURE(last);
    Target target;
    target.apply(T{}.file("old").dir("d").file("d/old"));
    T upper;
    if (!last) upper.opaque("");
    upper.file("new").file("d/new");
    if (last) upper.opaque("");
    target.apply(upper);
    CHECK_FALSE(target.has("old"));
    CHECK_FALSE(target.has("d/old"));
    CHECK(target.has("new"));
    CHECK(target.has("d/new"));
    const Target overlay;
    overlay.apply(upper, overlay_options());
    CHECK(is_opaque(overlay, ""));
    CHECK(overlay.has("new"));
  }
}

TEST_CASE("in overlay form implied directories look as the layers below have them") {
  const MergedTree below({index_of(T{}.dir("./", 0711)
                                       .mtime({9, 0})
                                       .dir("d", 02750)
                                       .mtime({7, 0})
                                       .xattr("user.x", "y")
                                       .dir("o", 0700)
                                       .file("f"))});
  const Target target;
  target.apply(T{}.file("d/new").opaque("o").file("f/x"), overlay_options(&below));
  CHECK((target.status("d").st_mode & 07777) == 02750);
  CHECK(target.status("d").st_mtim.tv_sec == 7);
  CHECK(::getxattr(target.at("d").c_str(), "user.x", nullptr, 0) == 1);
  CHECK((target.status("o").st_mode & 07777) == 0755);
  CHECK((target.status("f").st_mode & 07777) == 0755);
  CHECK((target.status("").st_mode & 07777) == 0711);
  CHECK(target.status("").st_mtim.tv_sec == 9);
}

TEST_CASE("in overlay form hard links into lower layers become one copy") {
  const MergedTree below(
      {index_of(T{}.file("usr/f", "x", 0751).symlink("l", "usr").symlink("s", "t").dir("d"))});
  const Target target;
  target.apply(
      T{}.hardlink("a", "usr/f").hardlink("b", "usr/f").hardlink("c", "l/f").hardlink("e", "s"),
      overlay_options(&below));
  CHECK(target.contents("a") == "contents of usr/f");
  CHECK((target.status("a").st_mode & 07777) == 0751);
  CHECK(target.status("a").st_ino == target.status("b").st_ino);
  CHECK(target.contents("c") == "contents of usr/f");
  CHECK(S_ISLNK(target.status("e").st_mode));
  CHECK_THROWS_WITH(target.apply(T{}.hardlink("x", "d"), overlay_options(&below)),
                    Catch::Contains("a file that is in no layer"));
  CHECK_THROWS_WITH(target.apply(T{}.hardlink("x", "usr/f"), overlay_options()),
                    Catch::Contains("a file that is in no layer"));
}

}  // namespace
}  // namespace lade
