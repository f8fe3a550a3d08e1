#include "builder/containerfile/ignore.h"

#include <catch2/catch.hpp>
#include <set>

#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

struct Case {
  std::string rules;
  std::string path;
  bool excluded;
};

TEST_CASE("an ignore file leaves out what its patterns say") {
  const Case cases[] = {
      {"", "a", false},
      {"a", "a", true},
      {"a", "b/a", false},
      {"a", "a/b/c", true},
      {"/a", "a", true},
      {"a/", "a", true},
      {"./a", "a", true},
      {"x/../a", "a", true},
      {"  a\t\r\n", "a", true},
      {"a b", "a b", true},
      {"# a\na", "a", true},
      {"#a", "#a", false},
      {" #a", "#a", true},
      {"\\#a", "#a", true},
      {".", "a", false},
      {"/", "a", false},
      {"*", "a", true},
      {"*", "", false},
      {"*", "a/b", true},
      {"*/b", "a/b", true},
      {"*/b", "b", false},
      {"*/b", "x/a/b", false},
      {"*.txt", "a.txt", true},
      {"*.txt", "d/a.txt", false},
      {"**/*.txt", "a.txt", true},
      {"**/*.txt", "d/e/a.txt", true},
      {"**/*.txt", "d/e/a.txt.gz", false},
      {"**", "a/b", true},
      {"a/**", "a/b/c", true},
      {"a/**", "a", false},
      {"a/**", "ab", false},
      {"a**", "ab/c", true},
      {"a/**/z", "a/z", true},
      {"a/**/z", "a/b/c/z", true},
      {"a/**/z", "a/bz", false},
      {"a/**/z", "az", false},
      {"**/node_modules", "x/node_modules/y/z", true},
      {"**/node_modules", "x/node_modules2", false},
      {"**.txt", "d/.txt", true},
      {"**.txt", "d/x.txt", false},
      {"a***b", "a/x/yb", true},
      {"x*y**b", "xyyb", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"a?c", "a☺c", true},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[^a-c]x", "dx", true},
      {"a.c", "abc", false},
      {"a+(b)|c$", "a+(b)|c$", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "axb", false},
      {"\xef\xbb\xbf"
       "a",
       "a", true},
      // the last that matches decides
      {"a\n!a", "a", false},
      {"!a\na", "a", true},
      {"*\n!a", "a", false},
      {"*\n!a", "a/b", false},
      {"*\n! a ", "a", false},
      {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
      {"*.md\n!README*.md\nREADME-secret.md", "README-x.md", false},
      {"dir\n!dir/keep", "dir/keep", false},
      {"dir\n!dir/keep", "dir/other", true},
      {"dir\n!dir/keep\ndir/keep/not", "dir/keep/not/x", true},
      {"!/a/b\n*", "a/b", true},
      {"**\n!**/*.go", "a/b/c.go", false},
  };
  for (const Case& test : cases) {
    INFO(test.rules << " for " << test.path);
    CHECK(IgnoreRules::parse(test.rules).excludes(test.path) == test.excluded);
  }
}

TEST_CASE("a walk skips a directory only if nothing below can be taken back") {
  const Case cases[] = {
      {"a", "a", true},
      {"a", "b", false},
      {"a\n!b", "a", true},
      {"a\n!ab", "a", true},
      {"a\n!a/b", "a", false},
      {"a\n!a/b", "a/c", true},
      {"a\n!a/b/c", "a/b", false},
      {"a\n!a/*/c", "a/x", false},
      {"a\n!a/*/c", "a/x/y", true},
      {"a\n!**/keep", "a/x/y", false},
      {"a\n!*/keep", "a", false},
      {"a\n!?/keep", "a", false},
      {"a\n!b*/keep", "a", true},
      {"*\n!src", "node_modules", true},
      {"*\n!src", "src", false},
      {"a\n!a/b\na/b", "a/b", true},
  };
  for (const Case& test : cases) {
    INFO(test.rules << " for " << test.path);
    CHECK(IgnoreRules::parse(test.rules).excludes_all_below(test.path) == test.excluded);
  }
}

TEST_CASE("a bad pattern of an ignore file is refused with its line") {
  const std::pair<std::string, std::string> cases[] = {
      {"a\n!", "line 2 of the ignore file: \"!\" needs a pattern"},
      {"[", "line 1 of the ignore file: bad pattern \"[\": \"[\" without \"]\""},
      {"\n\n[a", "line 3 of the ignore file: bad pattern \"[a\": \"[\" without \"]\""},
      {"[]a]", "line 1 of the ignore file: bad pattern \"[]a]\": a set has an empty range"},
      {"[a-]", "line 1 of the ignore file: bad pattern \"[a-]\": a set has an empty range"},
      {"a\\", "line 1 of the ignore file: bad pattern \"a\\\\\": it ends in a backslash"},
  };
  for (const auto& [text, message] : cases) {
    CHECK_THROWS_WITH(IgnoreRules::parse(text), message);
    CHECK_THROWS_AS(IgnoreRules::parse(text), Error);
  }
}

TEST_CASE("patterns given as such have no comments") {
  const IgnoreRules rules = IgnoreRules::of({"#a", "!#a/b"});
  CHECK(rules.excludes("#a/c"));
  CHECK_FALSE(rules.excludes("#a/b"));
  CHECK(IgnoreRules::of({}).empty());
}

TEST_CASE("a glob matches as Go's filepath.Match does") {
  const Case cases[] = {
      {"abc", "abc", true},
      {"*", "abc", true},
      {"*c", "abc", true},
      {"a*", "a", true},
      {"a*", "abc", true},
      {"a*", "ab/c", false},
      {"a*/b", "abc/b", true},
      {"a*/b", "a/c/b", false},
      {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
      {"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
      {"a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false},
      {"a*b?c*x", "abxbbxdbxebxczzx", true},
      {"a*b?c*x", "abxbbxdbxebxczzy", false},
      {"ab[c]", "abc", true},
      {"ab[b-d]", "abc", true},
      {"ab[e-g]", "abc", false},
      {"ab[^c]", "abc", false},
      {"ab[^e-g]", "abc", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "ab", false},
      {"a?b", "a☺b", true},
      {"a[^a]b", "a☺b", true},
      {"a???b", "a☺b", false},
      {"[a-ζ]*", "α", true},
      {"*[a-ζ]", "A", false},
      {"a?b", "a/b", false},
      {"a*b", "a/b", false},
      {"[\\]a]", "]", true},
      {"[\\-]", "-", true},
      {"[x\\-]", "x", true},
      {"[x\\-]", "z", false},
      {"*x", "xxx", true},
      {"**", "a/b", false},
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
  };
  for (const Case& test : cases) {
    INFO(test.rules << " for " << test.path);
    CHECK(PathPattern::glob(test.rules).matches(test.path) == test.excluded);
  }
  for (const char* bad :
       {"[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\"}) {
    INFO(bad);
    CHECK_THROWS_AS(PathPattern::glob(bad), Error);
  }
  CHECK(PathPattern::has_wildcards("a/*.c"));
  CHECK_FALSE(PathPattern::has_wildcards("a/b.c"));
}

TEST_CASE("matching many stars does not take exponential time") {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  const std::string path(2000, 'a');
  CHECK_FALSE(PathPattern::glob(pattern + "b").matches(path + "c"));
  CHECK_FALSE(PathPattern::ignore("**/" + pattern + "**/b").matches(path + "c"));
}

TEST_CASE("the ignore file is looked for beside the Containerfile first") {
  std::set<std::string> files = {"d/App.containerignore", "d/App.dockerignore", ".containerignore",
                                 ".dockerignore"};
  const auto exists = [&](const std::string& path) { return files.contains(path); };
  for (const char* wanted :
       {"d/App.containerignore", "d/App.dockerignore", ".containerignore", ".dockerignore"}) {
    CHECK(find_ignore_file("d/App", exists) == std::string(wanted));
    files.erase(wanted);
  }
  CHECK_FALSE(find_ignore_file("d/App", exists));
}

TEST_CASE("clean_path does what Go's path.Clean does") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "."},         {".", "."},      {"/", "/"},        {"a//b/", "a/b"},
      {"a/./b", "a/b"},  {"a/../b", "b"}, {"../a", "../a"},  {"/../a", "/a"},
      {"a/../..", ".."}, {"./", "."},     {"/a/b/..", "/a"}, {"../..", "../.."}};
  for (const auto& [path, clean] : cases) CHECK(clean_path(path) == clean);
}

TEST_CASE("an ignore file tells which of its lines leaves a path out") {
  const IgnoreRules rules = IgnoreRules::parse("# first\n*.c\n!keep.c\n\n  /out/  \n");
  const auto line_of = [&](std::string_view path) {
    const auto line = rules.find_excluding(path);
    return line ? fmt::format("{} {}", line->number, line->text) : "none";
  };
  CHECK(line_of("a.c") == "2 *.c");
  CHECK(line_of("keep.c") == "none");
  CHECK(line_of("out/deep/file") == "5 /out/");
  CHECK(line_of("other") == "none");
  CHECK(line_of("") == "none");
}

}  // namespace
}  // namespace lade::containerfile
