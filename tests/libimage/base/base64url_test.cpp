#include "libimage/base/base64url.h"

#include <catch2/catch.hpp>

using namespace lade;

TEST_CASE("base64url is the other alphabet without padding, spelled one way") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>(
      {{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff\xfe", "-__-"}}));
  CHECK(to_base64url(bytes) == text);
  CHECK(from_base64url(text) == bytes);
  for (const char* bad : {"Zg==", "Zh", "+//+", "Z", "Zm9v\n", "Zm8="}) {
    CHECK_FALSE(from_base64url(bad));
  }
}
