#include "registry/http/http_headers.h"

#include <catch2/catch.hpp>

namespace lade::registry {
namespace {

TEST_CASE("Retry-After is a number of seconds or a date") {
  const Timestamp now{784111777, 0};  // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(retry_after_seconds("120", now) == 120);
  CHECK(retry_after_seconds(" 0 ", now) == 0);
  CHECK(retry_after_seconds("Sun, 06 Nov 1994 08:50:37 GMT", now) == 60);
  CHECK(retry_after_seconds("Sun, 06 Nov 1994 08:00:00 GMT", now) == 0);
  for (const char* bad : {"", "-1", "soon", "1.5", "Sun, 06 Nov 1994", "99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(retry_after_seconds(bad, now));
  }
}

TEST_CASE("Content-Range says what was sent") {
  const auto range = parse_content_range("bytes 5-9/20");
  REQUIRE(range);
  CHECK(range->first == 5);
  CHECK(range->last == 9);
  CHECK(range->total_bytes == 20);
  CHECK_FALSE(parse_content_range("bytes 0-0/*")->total_bytes);
  for (const char* bad : {"", "bytes */20", "bytes 9-5/20", "bytes 5-20/20", "bytes -5/20",
                          "lines 5-9/20", "bytes 5-9", "bytes 5/9-20", "bytes 5-9/x"}) {
    INFO(bad);
    CHECK_FALSE(parse_content_range(bad));
  }
}

TEST_CASE("the next page is the link that says so") {
  CHECK(next_link("</v2/_catalog?last=a&n=2>; rel=\"next\"") == "/v2/_catalog?last=a&n=2");
  CHECK(next_link("<http://h/x>; rel=next") == "http://h/x");
  CHECK(next_link("</a>; rel=\"prev\", </b>; title=x; rel=\"next\"") == "/b");
  CHECK(next_link("</a>; rel=\"next\", </b>; rel=\"last\"") == "/a");
  CHECK(next_link("</a;b,c>; rel=\"last next\"") == "/a;b,c");
  for (const char* bad : {"", "</a>", "</a>; rel=prev", "</a", "/a; rel=next", "</a>; rel"}) {
    INFO(bad);
    CHECK_FALSE(next_link(bad));
  }
}

}  // namespace
}  // namespace lade::registry
