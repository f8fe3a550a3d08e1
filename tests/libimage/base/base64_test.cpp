#include "libimage/base/base64.h"

#include <catch2/catch.hpp>

namespace lade {
namespace {

TEST_CASE("base64 gives the examples of RFC 4648 and reads them back") {
  const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : cases) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  const std::string zeros(5, '\0');
  CHECK(from_base64(to_base64(zeros)) == zeros);
}

TEST_CASE("base64 is read only in its canonical spelling") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=", "==", "====", "Zg==Zg==",
                           "Zm9v\n", "Zm 9", "-_8=", "Zg=a", "\xff\xff\xff\xff"}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}

}  // namespace
}  // namespace lade
