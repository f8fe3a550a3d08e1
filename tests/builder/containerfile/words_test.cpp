#include "builder/containerfile/words.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

const Variables variables = {{"v", "a/b.c.d"}, {"e", ""},         {"s", "two  words"},
                             {"x", "aaa"},     {"star", "a*b?c"}, {"u", "größe"},
                             {"esc", "a\\b"},  {"brace", "a}b"}};

std::string expand_text(std::string_view word, const WordOptions& options = {}) {
  try {
    return process_word(word, lookup_in(variables), options);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return "error: " + error.message();
  }
}

TEST_CASE("each modifier of a variable does what the shell's does") {
  const std::pair<std::string, std::string> cases[] = {
      {"$v", "a/b.c.d"},
      {"${v}", "a/b.c.d"},
      {"$none", ""},
      {"${none}x", "x"},
      {"$", "$"},
      {"a$", "a$"},
      {"${none:-w}", "w"},
      {"${e:-w}", "w"},
      {"${e-w}", ""},
      {"${none-w}", "w"},
      {"${v-w}", "a/b.c.d"},
      {"${v:+w}", "w"},
      {"${e:+w}", ""},
      {"${e+w}", "w"},
      {"${none+w}", ""},
      {"${v:?m}", "a/b.c.d"},
      {"${e?m}", ""},
      {"${none:-${e:-${v}}}", "a/b.c.d"},
      {"${none:-'quoted $v'}", "quoted $v"},
      {"${v#*/}", "b.c.d"},
      {"${v#*.}", "c.d"},
      {"${v##*.}", "d"},
      {"${v#x}", "a/b.c.d"},
      {"${v#?}", "/b.c.d"},
      {"${v%.*}", "a/b.c"},
      {"${v%%.*}", "a/b"},
      {"${v%d}", "a/b.c."},
      {"${v%%*}", ""},
      {"${v/./-}", "a/b-c.d"},
      {"${v//./-}", "a/b-c-d"},
      {"${v//./}", "a/bcd"},
      {"${v//\\//-}", "a-b.c.d"},
      {"${v/b*c/x}", "a/x.d"},
      {"${x//aa/b}", "ba"},
      {"${x//?/b}", "bbb"},
      {"${x//*/b}", "b"},
      {"${x///-}", "-a-a-a-"},
      {"${none//a/b}", ""},
      {"${star#a\\*}", "b?c"},
      {"${star%\\?c}", "a*b"},
      {"${esc#a\\\\}", "b"},
      {"${brace%\\}b}", "a"},
      {"${u#gr?}", "ße"},
      {"${u%?e}", "grö"},
      {"${v:#a}", "/b.c.d"},
  };
  for (const auto& [word, wanted] : cases) {
    INFO(word);
    CHECK(expand_text(word) == wanted);
  }
}

TEST_CASE("a word that cannot be expanded is refused with the reason") {
  const std::pair<std::string, std::string> cases[] = {
      {"'a", "a single quote is never closed"},
      {"\"a", "a double quote is never closed"},
      {"\"a\\\"", "a double quote is never closed"},
      {"${v", "\"${\" without its \"}\""},
      {"${", "\"${\" without its \"}\""},
      {"${v:-w", "\"${\" without its \"}\""},
      {"${v/a}", "\"${\" without its \"/\""},
      {"${v/a/b", "\"${\" without its \"}\""},
      {"${}", "bad substitution: \"${\" without a name"},
      {"${:-w}", "bad substitution: \"${\" without a name"},
      {"${{v}}", "bad substitution: \"${\" without a name"},
      {"${v:=w}", "unknown modifier \":=\" of variable \"v\""},
      {"${v^}", "unknown modifier \"^\" of variable \"v\""},
      {"${none?}", "variable \"none\" must not be unset"},
      {"${e:?}", "variable \"e\" must not be empty"},
      {"${none:?give it}", "none: give it"},
      {"${v#\\a}", "pattern \"\\\\a\" has \"\\\" before something other than *, ?, \\, } and /"},
  };
  for (const auto& [word, message] : cases) {
    INFO(word);
    CHECK(expand_text(word) == "error: " + message);
  }
}

TEST_CASE("quotes and escapes can be kept, and unset variables left") {
  CHECK(expand_text("'a' \"$e\"", {.keep_quotes = true}) == "'a' \"\"");
  CHECK(expand_text("a\\ b", {.keep_escapes = true}) == "a\\ b");
  CHECK(expand_text("'a' \"$v\" \\$v", {.plain_quotes = true}) == "'a' \"a/b.c.d\" $v");
  CHECK(expand_text("$none ${none} ${none:-x} ${none//a/b} $e", {.keep_unset = true}) ==
        "$none ${none} ${none:-x} ${none//a/b} ");
  CHECK(expand_text("c:\\d `$v", {.escape = '`'}) == "c:\\d $v");
}

TEST_CASE("words are split after substitution, but not inside quotes") {
  const auto split_text = [](std::string_view word) {
    return process_words(word, lookup_in(variables));
  };
  CHECK(split_text(" a  b ") == std::vector<std::string>{"a", "b"});
  CHECK(split_text("$s") == std::vector<std::string>{"two", "words"});
  CHECK(split_text("\"$s\"") == std::vector<std::string>{"two  words"});
  CHECK(split_text("a\\ b") == std::vector<std::string>{"a b"});
  CHECK(split_text("").empty());
  CHECK(split_text("a\u00a0b") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an expansion reports which variables it used and which were unset") {
  const Expansion expansion =
      expand_word("$v ${none:-$other} '$quoted' ${e}", lookup_in(variables));
  CHECK(expansion.used == std::set<std::string, std::less<>>{"e", "v"});
  CHECK(expansion.unset == std::set<std::string, std::less<>>{"none", "other"});
}

TEST_CASE("nesting and length of an expansion are bounded") {
  std::string deep;
  for (std::size_t i = 0; i < substitution_depth_limit + 1; ++i) deep += "${a:-";
  CHECK(expand_text(deep + std::string(substitution_depth_limit + 1, '}')) ==
        "error: substitutions are nested deeper than 64");
  CHECK(expand_text(deep.substr(5) + "x" + std::string(substitution_depth_limit, '}')) == "x");
  const Variables large = {{"l", std::string(1U << 20U, 'x')}};
  std::string word;
  for (int i = 0; i < 17; ++i) word += "$l";
  CHECK_THROWS_WITH(process_word("\"" + word + "\"", lookup_in(large)),
                    "the expansion is longer than 16777216 bytes");
  CHECK_THROWS_AS(process_word("${l#" + std::string(2000, '*') + "}", lookup_in(large)), Error);
}

TEST_CASE("names of variables can be folded, as on Windows") {
  const Variables path = {{"Path", "p"}};
  CHECK(process_word("$PATH", lookup_in(path, true)) == "p");
  CHECK(process_word("$PATH", lookup_in(path)).empty());
}

}  // namespace
}  // namespace lade::containerfile
