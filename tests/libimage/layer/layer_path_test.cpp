#include "libimage/layer/layer_path.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "libimage/base/error.h"

namespace lade {
namespace {

TEST_CASE("layer paths have one canonical form") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", ""},       {"/", ""},          {".", ""},
      {"./", ""},     {"a", "a"},         {"/a", "a"},
      {"./a/", "a"},  {"a//b", "a/b"},    {"a/./b", "a/b"},
      {"...", "..."}, {"a/..b", "a/..b"}, {"//a/b//", "a/b"},
      {"a b", "a b"}, {"\xff", "\xff"},   {".hidden", ".hidden"}};
  for (const auto& [path, wanted] : table) {
    CAPTURE(path);
    CHECK(normalize_layer_path(path) == wanted);
    CHECK(normalize_layer_path(wanted) == wanted);
  }
}

TEST_CASE("paths that could leave the root, or none could hold, are refused") {
  using namespace std::string_literals;
  const std::vector<std::string> paths = {"..",
                                          "../a",
                                          "a/..",
                                          "a/../b",
                                          "/..",
                                          "a\0b"s,
                                          std::string(4097, 'a'),
                                          "x/" + std::string(4096, 'a')};
  for (const std::string& path : paths) {
    try {
      normalize_layer_path(path);
      FAIL("accepted " << path);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
    }
  }
  CHECK(normalize_layer_path(std::string(4096, 'a')).size() == 4096);
  CHECK_THROWS_WITH(normalize_layer_path("a/../b"), Catch::Contains("a/../b has a \"..\""));
}

TEST_CASE("path order puts a directory before its contents and those before its siblings") {
  const std::vector<std::string> sorted{"",    "a",   "a/b", "a/b/c", "a/b-", "a/c",
                                        "a b", "a-b", "a.b", "aa",    "b",    "\xff"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      CAPTURE(sorted[i], sorted[j]);
      CHECK(path_less(sorted[i], sorted[j]) == (i < j));
    }
  }
  const std::string deep = "usr/share/some/long/path/of/many/bytes";
  CHECK(path_less(deep + "/x", deep + "-x"));
  CHECK_FALSE(path_less(deep + "-x", deep + "/x"));
}

TEST_CASE("parents, names and descent of paths") {
  CHECK(parent_path("a/b/c") == "a/b");
  CHECK(parent_path("a").empty());
  CHECK(parent_path("").empty());
  CHECK(base_name("a/b/c") == "c");
  CHECK(base_name("a") == "a");
  CHECK(is_below("a/b", "a"));
  CHECK(is_below("a/b/c", "a"));
  CHECK(is_below("a", ""));
  CHECK_FALSE(is_below("a", "a"));
  CHECK_FALSE(is_below("ab", "a"));
  CHECK_FALSE(is_below("", ""));
}

}  // namespace
}  // namespace lade
