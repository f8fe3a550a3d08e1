#include "libimage/base/time.h"

#include <catch2/catch.hpp>

namespace lade {
namespace {

TEST_CASE("RFC 3339 goes both ways") {
  CHECK(to_rfc3339({0, 0}) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339({1700000000, 120000000}) == "2023-11-14T22:13:20.12Z");
  CHECK(to_rfc3339({-1, 0}) == "1969-12-31T23:59:59Z");
  CHECK(parse_rfc3339("2023-11-14T22:13:20.12Z") == Timestamp{1700000000, 120000000});
  CHECK(parse_rfc3339("2023-11-15T00:13:20+02:00") == Timestamp{1700000000, 0});
}

TEST_CASE("what is not RFC 3339 is refused") {
  for (const char* text :
       {"", "2023", "2023-02-30T00:00:00Z", "2023-11-14T22:13:20", "2023-11-14T25:13:20Z",
        "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Zx"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("an age is told as docker tells it") {
  CHECK(age_in_words({0, 0}, {0, 5}) == "just now");
  CHECK(age_in_words({0, 0}, {60, 0}) == "1 minute ago");
  CHECK(age_in_words({0, 0}, {3 * 86400, 0}) == "3 days ago");
}

}  // namespace
}  // namespace lade
