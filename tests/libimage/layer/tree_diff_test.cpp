#include "libimage/layer/tree_diff.h"

#include <catch2/catch.hpp>

#include "libimage/base/text.h"
#include "tests/libimage/layer/tree_text.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using T = TarBuilder;

/// "kind path (facts)" a line.
std::string told(const std::vector<TarBuilder>& before, const std::vector<TarBuilder>& after,
                 bool times = true) {
  std::string text;
  for (const auto& one : compare_trees(tree_of(before), tree_of(after), {.times = times})) {
    text += fmt::format("{} {}", to_string(one.kind), one.path);
    if (!one.facts.empty()) text += " (" + join(one.facts, ", ") + ")";
    text += "\n";
  }
  return text;
}

TEST_CASE("two trees differ in what is only in one, and in what is not the same in both") {
  CHECK(told({T{}.file("a")}, {T{}.file("a")}).empty());
  CHECK(told({}, {}).empty());
  CHECK(told({T{}.file("a").file("c")}, {T{}.file("b").file("c")}) == "removed a\nadded b\n");
  CHECK(told({T{}.file("a", "1")}, {T{}.file("a", "2")}) == "changed a (contents)\n");
  CHECK(told({T{}.file("a", "1")}, {T{}.file("a", "23")}) == "changed a (size 1 to 2)\n");
  CHECK(told({T{}.symlink("a", "x")}, {T{}.symlink("a", "y")}) == "changed a (target x to y)\n");
  CHECK(told({T{}.file("a")}, {T{}.symlink("a", "y")})
            .starts_with("changed a (type file to symlink"));
}

TEST_CASE("it does not matter which layer shows a file") {
  CHECK(told({T{}.file("a"), T{}.file("b")}, {T{}.file("b"), T{}.file("a")}).empty());
  CHECK(told({T{}.file("a"), T{}.whiteout("a")}, {T{}}).empty());
  CHECK(told({T{}.file("d/a"), T{}.opaque("d").file("d/b")}, {T{}.file("d/b")}).empty());
}

TEST_CASE("paths stand in the order of trees, where - comes after /") {
  CHECK(told({}, {T{}.dir("d").file("d/a").file("d-")}) == "added d\nadded d/a\nadded d-\n");
}

}  // namespace
}  // namespace lade
