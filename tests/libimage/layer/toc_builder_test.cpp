#include "libimage/layer/toc_builder.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <sstream>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

std::shared_ptr<const Toc> index_of(const TarBuilder& tar) {
  StringSource source(tar.bytes());
  return index_layer(source, "test.tar");
}

/// One line for each entry: path, a letter for the type, marks, link.
std::string shown(const TarBuilder& tar) {
  const auto toc = index_of(tar);
  std::ostringstream text;
  for (std::size_t i = 0; i < toc->size(); ++i) {
    const TocEntry entry = toc->at(i);
    text << (entry.path.empty() ? "/" : entry.path) << ":"
         << (entry.whiteout ? 'w' : "fdlhcbp"[static_cast<int>(entry.type)]);
    if (entry.opaque) text << "o";
    if (entry.implied) text << "i";
    if (entry.link_below) text << "b";
    if (!entry.link_target.empty()) text << ">" << entry.link_target;
    text << " ";
  }
  return text.str();
}

TEST_CASE("a toc shows the final state of a layer") {
  using T = TarBuilder;
  const std::vector<std::pair<TarBuilder, std::string>> table{
      {T{}, ""},
      {T{}.dir("./").file("./a"), "/:d a:f "},
      {T{}.file("a/b/c"), "a:di a/b:di a/b/c:f "},
      {T{}.file("a/b").dir("a"), "a:d a/b:f "},
      // later over earlier
      {T{}.dir("a").file("a/b").file("a"), "a:f "},
      {T{}.file("a/b/c").symlink("a", "x"), "a:l>x "},
      {T{}.file("a").dir("a").file("a/b"), "a:do a/b:f "},
      {T{}.file("a").file("a/b"), "a:doi a/b:f "},
      {T{}.dir("a").file("a/b").file("a").file("a/c"), "a:doi a/c:f "},
      // whiteouts hide lower layers only
      {T{}.whiteout("a"), "a:w "},
      {T{}.whiteout("d/a"), "d:di d/a:w "},
      {T{}.file("a").whiteout("a"), "a:f "},
      {T{}.whiteout("a").file("a"), "a:f "},
      {T{}.whiteout("a").dir("a"), "a:do "},
      {T{}.dir("a").file("a/b").whiteout("a"), "a:do a/b:f "},
      {T{}.whiteout("a").file("a/b"), "a:doi a/b:f "},
      {T{}.file("a/b").whiteout("a"), "a:doi a/b:f "},
      {T{}.opaque("a"), "a:doi "},
      {T{}.dir("a").opaque("a").file("a/b"), "a:do a/b:f "},
      {T{}.opaque("a").dir("a"), "a:do "},
      {T{}.opaque(""), "/:doi "},
      {T{}.file(".wh..wh.plnk/1.2").file(".wh..wh.aufs").file("a"), "a:f "},
      // symlinks of the layer lead to its members
      {T{}.symlink("lib", "usr/lib").file("lib/x"), "lib:l>usr/lib usr:di usr/lib:di usr/lib/x:f "},
      {T{}.symlink("a", "/etc").file("a/b"), "a:l>/etc etc:di etc/b:f "},
      {T{}.symlink("a", "../../..").file("a/b"), "a:l>../../.. b:f "},
      {T{}.symlink("a", "b").symlink("b", "c").whiteout("a/x"), "a:l>b b:l>c c:di c/x:w "},
      {T{}.symlink("a", "b").opaque("a"), "a:l>b b:doi "},
      {T{}.symlink("a", "b").dir("a").file("a/x"), "a:do a/x:f "},
      {T{}.symlink("a", "b").file("a").file("a/x"), "a:doi a/x:f "},
      // hard links
      {T{}.file("a", "x").hardlink("b", "./a"), "a:f b:h>a "},
      {T{}.file("b", "x").hardlink("a", "b"), "a:h>b b:f "},
      {T{}.file("a", "x").hardlink("b", "a").hardlink("c", "b"), "a:f b:h>a c:h>a "},
      {T{}.file("a", "x").hardlink("b", "a").file("a", "y"), "a:f b:f "},
      {T{}.file("a", "x").hardlink("b", "a").hardlink("c", "a").file("a", "y"), "a:f b:f c:h>b "},
      {T{}.file("d/a", "x").hardlink("b", "d/a").file("d"), "b:f d:f "},
      {T{}.symlink("a", "x").hardlink("b", "a"), "a:l>x b:l>x "},
      {T{}.symlink("l", "d").file("d/a").hardlink("b", "l/a"), "b:h>d/a d:di d/a:f l:l>d "},
      {T{}.hardlink("b", "/usr/a"), "b:hb>usr/a "},
      {T{}.hardlink("b", "a").file("a", "x"), "a:f b:hb>a "},
      {T{}.whiteout("a").hardlink("b", "a"), "a:w b:hb>a "},
  };
  for (const auto& [tar, wanted] : table) CHECK(shown(tar) == wanted);
}

TEST_CASE("a hard link carries size, hash and place of its target") {
  const auto toc = index_of(TarBuilder{}.file("a", "hello", 0600).owner(7, 8).hardlink("b", "a"));
  const auto target = toc->find("a");
  const auto link = toc->find("b");
  REQUIRE(link);
  CHECK(link->size_bytes == 5);
  CHECK(link->data_offset == target->data_offset);
  CHECK(Digest::of_hash(HashAlgorithm::sha256, link->content_hash) == digest_of("hello"));
  CHECK(link->uid == 7);
  CHECK(link->mode == 0600);
}

TEST_CASE("contents of a replaced file live on under the names linked to it") {
  const auto toc = index_of(TarBuilder{}.file("a", "old").hardlink("b", "a").file("a", "newer"));
  CHECK(toc->find("a")->size_bytes == 5);
  const auto kept = toc->find("b");
  CHECK(kept->type == EntryType::file);
  CHECK(Digest::of_hash(HashAlgorithm::sha256, kept->content_hash) == digest_of("old"));
}

TEST_CASE("an index does not depend on the order of independent members") {
  const auto one = index_of(TarBuilder{}.file("a", "1").file("d/b", "2").dir("d"));
  const auto two = index_of(TarBuilder{}.dir("d").file("d/b", "2").file("a", "1"));
  REQUIRE(one->size() == two->size());
  for (std::size_t i = 0; i < one->size(); ++i) {
    CHECK(one->at(i).path == two->at(i).path);
    CHECK(one->at(i).implied == two->at(i).implied);
  }
}

TEST_CASE("members that leave the root or contradict themselves are refused") {
  using T = TarBuilder;
  const std::vector<std::pair<TarBuilder, std::string>> table{
      {T{}.file("../a"), "\"..\""},
      {T{}.file("a/../../b"), "\"..\""},
      {T{}.hardlink("a", "../../etc/shadow"), "\"..\""},
      {T{}.hardlink("a", "a"), "leads to itself"},
      {T{}.dir("d").hardlink("a", "d"), "leads to the directory d"},
      {T{}.hardlink("a", "/"), "leads to the directory /"},
      {T{}.file(".wh."), "removes no name"},
      {T{}.file("d/.wh.."), "removes no name"},
      {T{}.file(".wh..."), "removes no name"},
      {T{}.symlink("/", "x"), "root of a layer is a symlink"},
      {T{}.symlink("a", "b").symlink("b", "a").file("a/x"), "more than 40 symlinks"},
  };
  for (const auto& [tar, message] : table) {
    CAPTURE(message);
    try {
      index_of(tar);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK_THAT(error.message(), Catch::Contains(message) && Catch::StartsWith("test.tar: "));
    }
  }
}

TEST_CASE("a link target with a NUL byte is refused") {
  Entry link;
  link.path = "l";
  link.type = EntryType::symlink;
  link.link_target = std::string("a\0b", 3);
  TocBuilder builder;
  CHECK_THROWS_WITH(builder.add(link, std::nullopt, std::nullopt),
                    Catch::Contains("NUL byte in its target"));
}

TEST_CASE("a truncated layer has no index") {
  const std::string tar = TarBuilder{}.file("a", std::string(2000, 'x')).bytes();
  StringSource source(tar.substr(0, 1024));
  CHECK_THROWS_AS(index_layer(source, "test.tar"), Error);
}

/// "PATH OFFSET" of every member that passes by.
class PathList final : public LayerVisitor {
 public:
  bool begin(const Entry& entry) override {
    paths.push_back(entry.path);
    return false;
  }
  bool begin_at(const Entry& entry, std::optional<std::uint64_t> data_offset) override {
    if (data_offset) offsets[entry.path] = *data_offset;
    return begin(entry);
  }
  bool write(std::span<const std::byte> /*bytes*/) override { return false; }
  void end() override {}

  std::vector<std::string> paths;
  std::map<std::string, std::uint64_t> offsets;
};

TEST_CASE("who looks at a layer sees its members where the index has them") {
  const std::string bytes = TarBuilder{}
                                .dir("usr/lib")
                                .symlink("lib", "usr/lib")
                                .file("./lib/a", "one")
                                .file("lib/.wh.b", "")
                                .bytes();
  const std::vector<std::string> wanted{"usr/lib", "lib", "usr/lib/a", "usr/lib/.wh.b"};
  StringSource source(bytes);
  PathList visited;
  visit_layer(source, "test.tar", visited);
  CHECK(visited.paths == wanted);
  StringSource again(bytes);
  PathList indexed;
  const auto toc = index_layer(again, "test.tar", &indexed);
  CHECK(indexed.paths == wanted);
  CHECK(toc->find("usr/lib/a")->data_offset == indexed.offsets.at("usr/lib/a"));
  CHECK(visited.offsets == indexed.offsets);
}

TEST_CASE("a layer whose links lead in circles is refused by whoever reads it") {
  const std::string bytes =
      TarBuilder{}.symlink("a", "b").symlink("b", "a").file("a/x", "one").bytes();
  StringSource source(bytes);
  PathList visited;
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { visit_layer(source, "test.tar", visited); }),
             Catch::Contains("test.tar") && Catch::Contains("symlinks"));
}

}  // namespace
}  // namespace lade
