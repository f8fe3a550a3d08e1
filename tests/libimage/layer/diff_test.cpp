#include "libimage/layer/diff.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/apply.h"
#include "libimage/layer/toc_builder.h"
#include "tests/libimage/layer/tree_text.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using T = TarBuilder;

EncoderOptions plain() {
  EncoderOptions options;
  options.compression = Compression::none;
  return options;
}

std::string diff_tar(const std::string& upper, const MergedTree& below,
                     const DiffOptions& options = {}) {
  StringSink blob;
  LayerWriter writer(blob, plain());
  const std::uint64_t members = diff_overlay(Rootfs(upper), below, options, writer);
  CHECK(writer.finish().members == members);
  return blob.take();
}

/// "name:type" of each member, in order.
std::string members_of(const std::string& tar) {
  StringSource source(tar);
  TarReader reader(source, "diff.tar");
  std::ostringstream text;
  while (const auto entry = reader.next()) {
    text << entry->path << ":"
         << "fdlhcbp"[static_cast<int>(entry->type)];
    if (entry->type == EntryType::hardlink) text << ">" << entry->link_target;
    text << " ";
  }
  return text.str();
}

void unpack(const std::string& tar, const std::string& to, const ApplyOptions& options = {}) {
  StringSource source(tar);
  apply_layer(source, Rootfs(to), options_of_caller(options), "diff.tar");
}

std::shared_ptr<const Toc> index_of(const std::string& tar) {
  StringSource source(tar);
  return index_layer(source, "test.tar");
}

void write(const std::string& path, const std::string& text) {
  write_full(open_fd(path, O_WRONLY | O_CREAT | O_TRUNC).get(), as_bytes(text));
}

void set_time(const std::string& path, std::int64_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 999}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

struct Upper {
  Upper() : dir("/tmp"), path(dir.path() + "/upper") { make_directories(path); }
  std::string at(const std::string& name) const { return path + "/" + name; }
  void whiteout(const std::string& name) const {
    REQUIRE(::mknod(at(name).c_str(), S_IFCHR, 0) == 0);
  }
  void set_xattr(const std::string& name, const char* attribute, const std::string& value) const {
    REQUIRE(::setxattr(at(name).c_str(), attribute, value.data(), value.size(), 0) == 0);
  }
  TempDir dir;
  std::string path;
};

TEST_CASE("a diff names what an upper directory changed, in one order") {
  const Upper upper;
  make_directories(upper.at("d"));
  make_directories(upper.at("o"));
  write(upper.at("d/z"), "1");
  write(upper.at("d-x"), "2");
  write(upper.at("o/new"), "3");
  write(upper.at("o/.a"), "4");
  upper.whiteout("d/a");
  upper.whiteout("zz");
  upper.set_xattr("o", "user.overlay.opaque", "y");
  REQUIRE(::symlink("d", upper.at("l").c_str()) == 0);
  REQUIRE(::link(upper.at("o/new").c_str(), upper.at("d/again").c_str()) == 0);
  CHECK(members_of(diff_tar(upper.path, {})) ==
        ".wh.zz:f d/:d d/.wh.a:f d/again:f d/z:f d-x:f l:l o/:d o/.a:f o/.wh..wh..opq:f "
        "o/new:h>d/again ");
}

TEST_CASE("a root that is opaque hides everything below it, in the diff as on the disk") {
  const Upper upper;
  write(upper.at("new"), "1");
  upper.set_xattr("", "user.overlay.opaque", "y");
  const MergedTree below({index_of(TarBuilder{}.file("old", "x").dir("d").bytes())});
  const std::string tar = diff_tar(upper.path, below);
  CHECK_THAT(members_of(tar), Catch::Contains(".wh..wh..opq:f new:f"));
  const MergedTree merged = below.with_layer(index_of(tar));
  CHECK(merged.find("new"));
  CHECK_FALSE(merged.find("old"));
  CHECK_FALSE(merged.find("d"));
}

TEST_CASE("a directory that was only copied up is not in the diff") {
  const Upper upper;
  make_directories(upper.at("d/e"), 0755);
  write(upper.at("d/e/f"), "x");
  REQUIRE(::chmod(upper.at("d").c_str(), 0755) == 0);
  REQUIRE(::chmod(upper.at("d/e").c_str(), 0755) == 0);
  upper.set_xattr("d", "user.x", "y");
  set_time(upper.at("d/e"), 50);
  set_time(upper.at("d"), 60);
  const auto uid = ::geteuid();
  const auto gid = ::getegid();
  const auto below = [&](const std::string& value) {
    return MergedTree({index_of(T{}.dir("d")
                                    .mtime({60, 0})
                                    .owner(uid, gid)
                                    .xattr("user.x", value)
                                    .dir("d/e")
                                    .mtime({50, 999})
                                    .owner(uid, gid)
                                    .bytes())});
  };
  CHECK(members_of(diff_tar(upper.path, below("y"))) == "d/e/f:f ");
  CHECK(members_of(diff_tar(upper.path, below("other"))) == "d/:d d/e/f:f ");
  upper.set_xattr("d/e", "user.overlay.opaque", "y");
  CHECK(members_of(diff_tar(upper.path, below("y"))) == "d/e/:d d/e/.wh..wh..opq:f d/e/f:f ");
  REQUIRE(::chmod(upper.at("d").c_str(), 0700) == 0);
  CHECK(members_of(diff_tar(upper.path, below("y"))) == "d/:d d/e/:d d/e/.wh..wh..opq:f d/e/f:f ");
}

TEST_CASE("the root is in a diff that was asked for it, if it changed") {
  const Upper upper;
  write(upper.at("f"), "x");
  upper.set_xattr(".", "user.x", "y");
  REQUIRE(::chmod(upper.path.c_str(), 0750) == 0);
  set_time(upper.path, 60);
  const auto below = [&](std::int64_t seconds, std::uint32_t mode, const std::string& value) {
    return MergedTree({index_of(T{}.dir("./", mode)
                                    .mtime({seconds, 0})
                                    .owner(::geteuid(), ::getegid())
                                    .xattr("user.x", value)
                                    .xattr("security.selinux", "never unpacked")
                                    .bytes())});
  };
  DiffOptions options;
  CHECK(members_of(diff_tar(upper.path, below(60, 0755, "y"), options)) == "f:f ");
  options.with_root = true;
  CHECK(members_of(diff_tar(upper.path, below(60, 0750, "y"), options)) == "f:f ");
  for (const MergedTree& other :
       {below(60, 0755, "y"), below(61, 0750, "y"), below(60, 0750, "z")}) {
    const std::string tar = diff_tar(upper.path, other, options);
    CHECK(members_of(tar) == "./:d f:f ");
    const MergedTree tree({index_of(tar)});
    const auto root = tree.find("");
    REQUIRE(root);
    CHECK(root->entry.mode == 0750);
    CHECK(root->entry.mtime == Timestamp{60, 0});
    CHECK(root->entry.xattrs() == std::map<std::string, std::string>{{"user.x", "y"}});
  }
}

TEST_CASE("where one id alone is mapped, links and pipes have the owner they have below") {
  const Upper upper;
  for (const char* name : {"same", "other", "kind", "new"}) {
    REQUIRE(::symlink("target", upper.at(name).c_str()) == 0);
  }
  REQUIRE(::mkfifo(upper.at("pipe").c_str(), 0600) == 0);
  const MergedTree below({index_of(T{}.symlink("same", "target")
                                       .owner(33, 44)
                                       .symlink("other", "elsewhere")
                                       .owner(33, 44)
                                       .file("kind")
                                       .owner(33, 44)
                                       .fifo("pipe")
                                       .owner(5, 6)
                                       .bytes())});
  const auto owner_in = [&](const DiffOptions& options, std::string_view path) {
    const auto entry = index_of(diff_tar(upper.path, below, options))->find(path);
    REQUIRE(entry);
    return std::pair(entry->uid, entry->gid);
  };
  const std::pair<std::uint32_t, std::uint32_t> mine{::geteuid(), ::getegid()};
  DiffOptions options;
  CHECK(owner_in(options, "same") == mine);
  options.keep_owners_below = true;
  CHECK(owner_in(options, "same") == std::pair(33U, 44U));
  CHECK(owner_in(options, "pipe") == std::pair(5U, 6U));
  for (const char* name : {"other", "kind", "new"}) CHECK(owner_in(options, name) == mine);
}

TEST_CASE("a diff takes out the marks of overlayfs and of Lade") {
  const Upper upper;
  write(upper.at("f"), "x");
  upper.set_xattr("f", "user.overlay.origin", "o");
  upper.set_xattr("f", "user.lade.owner", "33:70000");
  upper.set_xattr("f", "user.kept", "k");
  set_time(upper.at("f"), 5000);
  DiffOptions options;
  options.clamp_mtime = Timestamp{4000, 0};
  StringSource source(diff_tar(upper.path, {}, options));
  TarReader reader(source, "diff.tar");
  const auto entry = reader.next();
  REQUIRE(entry);
  CHECK(entry->uid == 33);
  CHECK(entry->gid == 70000);
  CHECK(entry->xattrs == std::map<std::string, std::string>{{"user.kept", "k"}});
  CHECK(entry->mtime == Timestamp{4000, 0});
  CHECK(entry->user_name.empty());
}

TEST_CASE("times go into a layer in whole seconds") {
  const Upper upper;
  write(upper.at("f"), "x");
  set_time(upper.at("f"), 5000);
  CHECK(index_of(diff_tar(upper.path, {}))->at(0).mtime == Timestamp{5000, 0});
}

TEST_CASE("what cannot be in a layer is left out or refused") {
  const Upper upper;
  SECTION("sockets are left out") {
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    upper.at("s").copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(members_of(diff_tar(upper.path, {})).empty());
  }
  SECTION("paths are left out with all below them") {
    make_directories(upper.at("proc/1"));
    write(upper.at("f"), "x");
    DiffOptions options;
    options.leave_out = [](std::string_view path) { return path == "proc"; };
    CHECK(members_of(diff_tar(upper.path, {}, options)) == "f:f ");
  }
  SECTION("a file that is named like a whiteout") {
    write(upper.at(".wh.f"), "x");
    CHECK_THROWS_WITH(diff_tar(upper.path, {}), Catch::Contains("its name means a whiteout"));
  }
  SECTION("directories whose contents are elsewhere") {
    make_directories(upper.at("d"));
    upper.set_xattr("d", "user.overlay.redirect", "/x");
    CHECK_THROWS_WITH(diff_tar(upper.path, {}), Catch::Contains("redirect_dir"));
  }
  SECTION("a recorded owner that is none") {
    write(upper.at("f"), "x");
    upper.set_xattr("f", "user.lade.owner", "1:-2");
    CHECK_THROWS_WITH(diff_tar(upper.path, {}), Catch::Contains("wanted uid:gid"));
  }
  SECTION("an owner that the id map does not have") {
    write(upper.at("f"), "x");
    DiffOptions options;
    options.ids = IdMap({{0, ::geteuid() + 5, 1}});
    CHECK_THROWS_WITH(diff_tar(upper.path, {}, options), Catch::Contains("id map does not have"));
  }
}

TEST_CASE("a file that grows shorter or changes while it is read is an error") {
  const Upper upper;
  write(upper.at("f"), "some contents");
  // the writer asks for the path just before the file is read: the moment to change it
  struct Spoiler final : Sink {
    using Sink::write;
    void write(std::span<const std::byte>) override {
      if (!done) lade::write_full(open_fd(path, O_WRONLY | O_APPEND).get(), as_bytes("x"));
      done = true;
    }
    std::string path;
    bool done = false;
  };
  Spoiler sink;
  sink.path = upper.at("f");
  LayerWriter writer(sink, plain());
  try {
    write_tree(Rootfs(upper.path), {}, false, writer);
    FAIL("written");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::conflict);
    CHECK_THAT(error.message(), Catch::Contains("f changed while it was read"));
  }
}

TEST_CASE("a directory tree goes through a layer and comes back") {
  const Upper from;
  const std::string tar = T{}.dir("./", 0750)
                              .dir("d", 01777)
                              .file("d/f", "hello", 0640)
                              .xattr("user.x", "y")
                              .hardlink("d/h", "d/f")
                              .symlink("l", "../x")
                              .fifo("p")
                              .file("e", "", 04755)
                              .bytes();
  unpack(tar, from.path);
  StringSink blob;
  LayerWriter writer(blob, plain());
  CHECK(write_tree(Rootfs(from.path), {}, true, writer) == 7);
  writer.finish();
  const Upper to;
  unpack(blob.text(), to.path);
  CHECK(text_of_directory(to.path) == text_of_directory(from.path));
  CHECK(text_of_directory(to.path) == text_of_tree(MergedTree({index_of(blob.text())})));
}

TEST_CASE("what overlayfs shows, the layers from its uppers show") {
  const TempDir dir("/tmp");
  const auto at = [&dir](const std::string& name) { return dir.path() + "/" + name; };
  for (const char* name : {"lower", "upper", "work", "merged", "flat"}) make_directories(at(name));
  const std::string base = T{}.dir("./")
                               .dir("d")
                               .file("d/a", "1")
                               .file("d/b", "2")
                               .dir("gone")
                               .file("gone/x")
                               .dir("redone")
                               .file("redone/old")
                               .file("file", "f")
                               .symlink("link", "d")
                               .dir("deep/er")
                               .file("deep/er/f", "x")
                               .bytes();
  ApplyOptions overlay;
  overlay.whiteouts = ApplyOptions::Whiteouts::overlay;
  unpack(base, at("lower"), overlay);
  const std::string options = fmt::format("lowerdir={},upperdir={},workdir={},userxattr",
                                          at("lower"), at("upper"), at("work"));
  if (::mount("overlay", at("merged").c_str(), "overlay", 0, options.c_str()) != 0) {
    WARN("skipped: overlayfs cannot be mounted here");
    return;
  }
  const std::string merged = at("merged");
  write(merged + "/d/b", "changed");
  ::unlink((merged + "/d/a").c_str());
  remove_tree(merged + "/gone");
  remove_tree(merged + "/redone");
  make_directories(merged + "/redone/new");
  ::unlink((merged + "/link").c_str());
  make_directories(merged + "/link/now/a/directory");
  ::unlink((merged + "/file").c_str());
  write(merged + "/added", "new");
  CHECK(::link((merged + "/added").c_str(), (merged + "/added2").c_str()) == 0);
  CHECK(::chmod((merged + "/deep").c_str(), 0700) == 0);
  const MergedTree below({index_of(base)});
  const std::string tar = diff_tar(at("upper"), below);
  // times below a second do not go into a layer: both are compared in seconds
  unpack(base, at("flat"));
  unpack(tar, at("flat"));
  set_time(merged, 1000000000);
  CHECK(text_of_directory(at("flat")) == text_of_directory(merged));
  CHECK(text_of_tree(below.with_layer(index_of(tar))) == text_of_directory(merged));
  CHECK(members_of(tar).find("d/er") == std::string::npos);
  REQUIRE(::umount2(merged.c_str(), 0) == 0);
  // the same layer in overlay form, mounted again
  make_directories(at("second"));
  overlay.below = &below;
  unpack(tar, at("second"), overlay);
  const std::string both = fmt::format("lowerdir={}:{},userxattr", at("second"), at("lower"));
  REQUIRE(::mount("overlay", merged.c_str(), "overlay", MS_RDONLY, both.c_str()) == 0);
  CHECK(text_of_directory(merged) == text_of_directory(at("flat")));
  CHECK(::umount2(merged.c_str(), 0) == 0);
}

}  // namespace
}  // namespace lade
