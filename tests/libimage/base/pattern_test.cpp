#include "libimage/base/pattern.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

TEST_CASE("a pattern matches anywhere unless it is tied to the ends") {
  const Pattern free = Pattern::parse("1\\.[0-9]+", "--filter");
  CHECK(free.matches("v1.20-slim"));
  CHECK_FALSE(free.matches("2.0"));
  const Pattern tied = Pattern::parse("^v\\d+$", "--filter");
  CHECK(tied.matches("v12"));
  CHECK_FALSE(tied.matches("v12-slim"));
  CHECK(Pattern::parse("", "--filter").matches("anything"));
}

TEST_CASE("a pattern finds a group within a part of a text, and sees what is around that part") {
  const Pattern pattern = Pattern::parse("\\bkey=(?P<value>[a-z]+)\\b", "--filter");
  const auto group = pattern.find_group("value");
  REQUIRE(group);
  CHECK_FALSE(pattern.find_group("other"));
  const std::string_view text = "xkey=no key=yes key=more";
  const auto found = pattern.find(text, 0, text.size(), *group);
  REQUIRE(found);
  CHECK(found->begin == 8);
  CHECK(found->end == 15);
  CHECK(found->group == "yes");
  CHECK(found->group.data() == text.data() + 12);
  CHECK_FALSE(pattern.find(text, 1, 7, *group));
  CHECK_FALSE(pattern.find(text, 9, 15, *group));
  CHECK(pattern.find(text, 9, text.size(), *group)->group == "more");
}

TEST_CASE("a group that has no part in a match is no find") {
  const Pattern pattern = Pattern::parse("a|(?P<b>b)", "--filter");
  CHECK_FALSE(pattern.find("a", 0, 1, *pattern.find_group("b")));
  CHECK(pattern.find("b", 0, 1, *pattern.find_group("b")));
}

TEST_CASE("what is no pattern is refused by the name of the flag") {
  for (const char* text : {"(", "[a", "a{2,1}", "(?=x)", "\\", "*"}) {
    CAPTURE(text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { Pattern::parse(text, "--filter"); }),
               Catch::Contains("--filter: "));
  }
}

}  // namespace
}  // namespace lade
