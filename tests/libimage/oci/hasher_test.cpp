#include "libimage/oci/hasher.h"

#include <catch2/catch.hpp>
#include <utility>

namespace lade {
namespace {

// The vectors of FIPS 180-2, appendices B and C
constexpr std::string_view abc_sha256 =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view abc_sha512 =
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

TEST_CASE("the hasher computes the published test vectors") {
  CHECK(digest_of("abc").str() == abc_sha256);
  CHECK(digest_of("abc", HashAlgorithm::sha512).str() == abc_sha512);
  CHECK(digest_of("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of(std::string(1'000'000, 'a')).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("bytes may come in any pieces") {
  const std::string text(1000, 'x');
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 999U}) {
    Hasher hasher;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      hasher.update(std::string_view(text).substr(at, piece));
      hasher.update(std::string_view());
    }
    CHECK(hasher.finish() == digest_of(text));
  }
}

TEST_CASE("a finished hasher starts anew") {
  Hasher hasher(HashAlgorithm::sha512);
  hasher.update("noise");
  hasher.finish();
  hasher.update("abc");
  CHECK(hasher.finish().str() == abc_sha512);
}

TEST_CASE("a moved hasher carries on") {
  Hasher first;
  first.update("a");
  Hasher second = std::move(first);
  second.update("bc");
  CHECK(second.finish().str() == abc_sha256);
}

}  // namespace
}  // namespace lade
