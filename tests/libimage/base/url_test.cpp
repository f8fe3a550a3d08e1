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
