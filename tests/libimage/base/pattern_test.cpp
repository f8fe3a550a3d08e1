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

TEST_CASE("what is no pattern is refused by the name of the flag") {
  for (const char* text : {"(", "[a", "a{2,1}", "(?=x)", "\\", "*"}) {
    CAPTURE(text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { Pattern::parse(text, "--filter"); }),
               Catch::Contains("--filter: "));
  }
}

}  // namespace
}  // namespace lade
