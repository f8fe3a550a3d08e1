#include "libimage/base/text.h"

#include <catch2/catch.hpp>

namespace lade {
namespace {

TEST_CASE("human_size prints three significant digits in powers of 1000") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(999) == "999 B");
  CHECK(human_size(1000) == "1 kB");
  CHECK(human_size(4260000) == "4.26 MB");
  CHECK(human_size(187654321) == "188 MB");
  CHECK(human_size(999999) == "1 MB");
}

TEST_CASE("did_you_mean finds a near word and no far one") {
  constexpr std::string_view words[] = {"FROM", "RUN", "ENTRYPOINT"};
  CHECK(did_you_mean("FORM", words) == "FROM");
  CHECK(did_you_mean("entrypiont", words) == "ENTRYPOINT");
  CHECK(did_you_mean("RNU", words) == "RUN");
  CHECK_FALSE(did_you_mean("XYZZY", words));
}

TEST_CASE("printable shows control bytes and broken UTF-8 as hex") {
  CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(printable("한국") == "한국");
  CHECK(printable("\xff\xc0\x80") == "\\xff\\xc0\\x80");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");
}

TEST_CASE("hex goes both ways") {
  const auto bytes = from_hex("00ffA1");
  REQUIRE(bytes);
  CHECK(to_hex(*bytes) == "00ffa1");
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("0g"));
}

TEST_CASE("split keeps empty parts") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
}

}  // namespace
}  // namespace lade
