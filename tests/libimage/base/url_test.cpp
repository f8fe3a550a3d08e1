#include "libimage/base/url.h"

#include <catch2/catch.hpp>

using lade::without_userinfo;

TEST_CASE("a URL is shown without its credentials") {
  CHECK(without_userinfo("https://me:secret@h/p?q@r#s") == "https://h/p?q@r#s");
  CHECK(without_userinfo("https://me:a@b@h:8/") == "https://h:8/");
  CHECK(without_userinfo("https://me@h") == "https://h");
}

TEST_CASE("a URL without credentials, or no URL, stays as it is") {
  for (const char* text : {"https://h/a@b", "http://h", "a@b", "", "://", "dir/a@b://c"}) {
    CHECK(without_userinfo(text) == text);
  }
}

TEST_CASE("what is encoded in a URL is decoded, and what only looks so stays") {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a%20b%2Fc", "a b/c"}, {"%41", "A"}, {"%c3%a9", "\xc3\xa9"}, {"", ""},
      {"100%", "100%"},       {"%4", "%4"}, {"%zz%41", "%zzA"},     {"%%41", "%A"}};
  for (const auto& [text, wanted] : table) CHECK(lade::percent_decode(text) == wanted);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(lade::percent_decode(lade::percent_encode(all)) == all);
}
