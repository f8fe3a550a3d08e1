#include "libimage/layer/merged_tree.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "tests/libimage/layer/tree_text.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using T = TarBuilder;

/// "path@layer" of everything a tree shows; "i" behind what is implied.
std::string walked(const MergedTree& tree, std::string_view from = "") {
  std::string text;
  tree.walk(from, [&text](const TreeEntry& entry) {
    if (!text.empty()) text += ' ';
    text += std::string(entry.entry.path) + "@" + std::to_string(entry.layer);
    if (entry.entry.implied) text += "i";
    return true;
  });
  return text;
}

TEST_CASE("a merged tree shows what layers on top of each other show") {
  const std::vector<std::pair<std::vector<TarBuilder>, std::string>> table{
      {{}, ""},
      {{T{}.file("a").file("d/x")}, "a@0 d@0i d/x@0"},
      {{T{}.file("a"), T{}.file("a")}, "a@1"},
      {{T{}.dir("d").file("d/a"), T{}.file("d/b")}, "d@0 d/a@0 d/b@1"},
      {{T{}.file("d/a"), T{}.file("d/b")}, "d@1i d/a@0 d/b@1"},
      {{T{}.dir("d").file("d/a"), T{}.dir("d").file("d/b")}, "d@1 d/a@0 d/b@1"},
      // whiteouts
      {{T{}.file("a").file("b"), T{}.whiteout("a")}, "b@0"},
      {{T{}.dir("d").file("d/a").file("d-"), T{}.whiteout("d")}, "d-@0"},
      {{T{}.dir("d").file("d/a"), T{}.whiteout("d"), T{}.file("d/b")}, "d@2i d/b@2"},
      {{T{}.dir("d").file("d/a"), T{}.whiteout("d"), T{}.dir("d")}, "d@2"},
      {{T{}.dir("d").file("d/a"), T{}.whiteout("d").dir("d").file("d/b")}, "d@1 d/b@1"},
      {{T{}.file("d/e/a").file("d/b"), T{}.whiteout("d/e")}, "d@1i d/b@0"},
      {{T{}.file("a"), T{}.whiteout("a"), T{}.file("a"), T{}.whiteout("a")}, ""},
      {{T{}.file("b"), T{}.whiteout("none/x")}, "b@0 none@1i"},
      // opaque directories
      {{T{}.dir("d").file("d/a").file("d/e/x"), T{}.dir("d").opaque("d").file("d/b")}, "d@1 d/b@1"},
      {{T{}.dir("d").file("d/a"), T{}.opaque("d"), T{}.file("d/c")}, "d@2i d/c@2"},
      {{T{}.file("a").file("d/b"), T{}.opaque("").file("c")}, "c@1"},
      {{T{}.dir("d").file("d/e/x"), T{}.dir("d").opaque("d"), T{}.file("d/e/y")},
       "d@1 d/e@2i d/e/y@2"},
      // something else in a directory's place, and the other way round
      {{T{}.dir("d").file("d/a"), T{}.file("d")}, "d@1"},
      {{T{}.dir("d").file("d/a"), T{}.symlink("d", "x"), T{}.file("d/b")}, "d@2i d/b@2"},
      {{T{}.file("d"), T{}.dir("d").file("d/a")}, "d@1 d/a@1"},
      {{T{}.file("d"), T{}.file("d/a")}, "d@1i d/a@1"},
      {{T{}.dir("d").file("d/a"), T{}.file("d"), T{}.dir("d")}, "d@2"},
      // names that sort between a directory and its contents
      {{T{}.dir("d").file("d/a").file("d-x").file("d.y"), T{}.file("d/b").whiteout("d-x")},
       "d@0 d/a@0 d/b@1 d.y@0"},
  };
  for (const auto& [layers, wanted] : table) {
    const MergedTree tree = tree_of(layers);
    CHECK(walked(tree) == wanted);
    tree.walk("", [&tree](const TreeEntry& entry) {
      const auto found = tree.find(entry.entry.path);
      CAPTURE(entry.entry.path);
      REQUIRE(found);
      CHECK(found->layer == entry.layer);
      CHECK(found->entry.type == entry.entry.type);
      return true;
    });
  }
}

TEST_CASE("find does not see what is hidden") {
  const MergedTree tree = tree_of({T{}.dir("d").file("d/e/a").file("gone").file("f/x"),
                                   T{}.dir("d").opaque("d").whiteout("gone").file("f")});
  for (const char* path : {"d/e", "d/e/a", "gone", "f/x", "none", "gone/x"}) {
    CAPTURE(path);
    CHECK_FALSE(tree.find(path));
  }
  CHECK(tree.find("d"));
  CHECK(tree.find("f")->entry.type == EntryType::file);
}

TEST_CASE("the root is always there") {
  CHECK(MergedTree().find("")->entry.implied);
  CHECK(MergedTree().find("")->entry.mode == 0755);
  const MergedTree tree = tree_of({T{}.dir("./", 0700), T{}.file("a")});
  CHECK(tree.find("")->entry.mode == 0700);
  CHECK(tree.find("")->layer == 0);
}

TEST_CASE("list shows a directory and not what is below its directories") {
  const MergedTree tree = tree_of({T{}.dir("d").file("d/b").file("d/s/x").file("d/c"),
                                   T{}.file("d/a").whiteout("d/c").file("d/s/y")});
  std::vector<std::string> names;
  for (const TreeEntry& entry : tree.list("d")) names.emplace_back(entry.entry.path);
  CHECK(names == std::vector<std::string>{"d/a", "d/b", "d/s"});
  CHECK(tree.list("d/a").empty());
  CHECK(tree.list("d/c").empty());
  CHECK(tree.list("none").empty());
  CHECK(tree.list("").size() == 1);
}

TEST_CASE("walk begins where it is told and leaves out what is not wanted") {
  const MergedTree tree =
      tree_of({T{}.file("d/e/a").file("d/f/b").file("z"), T{}.file("d/e/c").whiteout("d/f/b")});
  CHECK(walked(tree, "d") == "d/e@1i d/e/a@0 d/e/c@1 d/f@1i");
  CHECK(walked(tree, "d/e") == "d/e/a@0 d/e/c@1");
  CHECK(walked(tree, "z").empty());
  std::string seen;
  tree.walk("", [&seen](const TreeEntry& entry) {
    seen += std::string(entry.entry.path) + " ";
    return entry.entry.path != "d/e";
  });
  CHECK(seen == "d d/e d/f z ");
}

TEST_CASE("resolve follows symlinks inside the root") {
  const MergedTree tree = tree_of({T{}.dir("usr/lib")
                                       .file("usr/lib/x")
                                       .symlink("lib", "usr/lib")
                                       .symlink("abs", "/usr/lib")
                                       .symlink("up", "../../../usr")
                                       .symlink("usr/rel", "../lib/./x")
                                       .symlink("loop", "loop")
                                       .symlink("chain", "lib/gone/y"),
                                   T{}.file("usr/lib/y")});
  const std::vector<std::pair<std::string, std::string>> table{{"lib", "usr/lib"},
                                                               {"lib/x", "usr/lib/x"},
                                                               {"/abs//y", "usr/lib/y"},
                                                               {"up/lib/x", "usr/lib/x"},
                                                               {"usr/rel", "usr/lib/x"},
                                                               {"chain", "usr/lib/gone/y"},
                                                               {"none/../lib/x", "usr/lib/x"},
                                                               {"../../lib", "usr/lib"},
                                                               {"none/a/b", "none/a/b"},
                                                               {"", ""}};
  for (const auto& [path, wanted] : table) {
    CAPTURE(path);
    CHECK(tree.resolve(path) == wanted);
  }
  CHECK(tree.resolve("lib", false) == "lib");
  CHECK(tree.resolve("abs/../rel", false) == "usr/rel");
  CHECK(tree.find_resolved("abs/y")->layer == 1);
  CHECK_FALSE(tree.find_resolved("chain"));
  CHECK_THROWS_WITH(tree.resolve("loop"), Catch::Contains("more than 40 symlinks"));
  CHECK(tree.resolve("loop", false) == "loop");
}

TEST_CASE("contents of hard links are found in their layer and below") {
  const MergedTree tree =
      tree_of({T{}.file("a", "low").file("l/t", "1").symlink("s", "l"),
               T{}.file("b", "xx").hardlink("c", "b").hardlink("d", "a").hardlink("e", "s/t"),
               T{}.whiteout("b").hardlink("f", "none").hardlink("g", "c")});
  const auto content = [&tree](const char* path) {
    const TreeEntry entry = tree.content_of(*tree.find(path));
    return std::string(entry.entry.path) + "@" + std::to_string(entry.layer);
  };
  CHECK(content("c") == "b@1");
  CHECK(content("d") == "a@0");
  CHECK(content("e") == "l/t@0");
  CHECK(content("f") == "f@2");
  CHECK(content("g") == "b@1");
  CHECK(content("a") == "a@0");
  const MergedTree circle =
      tree_of({T{}.symlink("x", "y").symlink("y", "x"), T{}.hardlink("h", "x/f")});
  CHECK(circle.content_of(*circle.find("h")).entry.path == "h");
}

}  // namespace
}  // namespace lade
