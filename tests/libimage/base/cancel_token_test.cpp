#include "libimage/base/cancel_token.h"

#include <poll.h>

#include <catch2/catch.hpp>

namespace lade {
namespace {

bool is_readable(const CancelToken& token) {
  pollfd event{token.descriptor(), POLLIN, 0};
  return ::poll(&event, 1, 0) == 1;
}

TEST_CASE("a token that was cancelled says so, and so does its descriptor") {
  CancelToken token;
  CHECK_FALSE(token.cancelled());
  CHECK_FALSE(is_readable(token));
  token.cancel();
  token.cancel();
  CHECK(token.cancelled());
  CHECK(is_readable(token));
}

TEST_CASE(
    "a token is cancelled by those it follows, directly or not, and not the other way round") {
  CancelToken first;
  CancelToken second;
  second.follow(first);
  CancelToken third;
  third.follow(second);
  third.cancel();
  CHECK_FALSE(second.cancelled());
  first.cancel();
  CHECK(second.cancelled());
  CHECK(is_readable(second));
}

TEST_CASE("a cancelled token cancels who follows it from then on") {
  CancelToken first;
  first.cancel();
  CancelToken second;
  second.follow(first);
  CHECK(second.cancelled());
  CHECK(is_readable(second));
}

TEST_CASE("a token may go before the one that follows it") {
  CancelToken second;
  {
    CancelToken first;
    second.follow(first);
  }
  CHECK_FALSE(second.cancelled());
  second.cancel();
  CHECK(second.cancelled());
}

}  // namespace
}  // namespace lade
