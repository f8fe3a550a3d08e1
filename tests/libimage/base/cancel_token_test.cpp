#include "libimage/base/cancel_token.h"

#include <poll.h>

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/expect_error.h"

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

TEST_CASE("a pause ends when its token is cancelled, before and meanwhile") {
  CancelToken token;
  const bool before = GENERATE(true, false);
  std::thread other;
  if (before) {
    token.cancel();
  } else {
    other = std::thread([&token] { token.cancel(); });
  }
  CHECK(error_of(ErrorKind::cancelled, [&] { pause(std::chrono::hours(1), &token); }) == "stopped");
  if (other.joinable()) other.join();
}

TEST_CASE("a pause needs no token") { CHECK_NOTHROW(pause(std::chrono::milliseconds(1), nullptr)); }

}  // namespace
}  // namespace lade
