#include "libimage/oci/digest.h"

#include <catch2/catch.hpp>
#include <unordered_set>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;

constexpr std::string_view empty_sha256 =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view empty_sha512 =
    "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

std::string repeat(char c, std::size_t count) { return std::string(count, c); }

ErrorKind kind_of_refusal(const std::string& text) {
  try {
    Digest::parse(text);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

TEST_CASE("a digest is read and written unchanged") {
  for (const std::string_view text : {empty_sha256, empty_sha512}) {
    const Digest digest = Digest::parse(text);
    CHECK(digest.str() == text);
    CHECK("" + std::string(to_string(digest.algorithm())) + ":" + digest.hex() == text);
    CHECK(Digest::try_parse(text) == digest);
    CHECK(Digest::of_hash(digest.algorithm(), digest.hash()) == digest);
  }
  CHECK(Digest::parse(empty_sha256).short_hex() == "e3b0c44298fc");
  CHECK(Digest::parse(empty_sha256).hash().size() == 32);
  CHECK(Digest::parse(empty_sha512).hash().size() == 64);
}

TEST_CASE("a malformed digest is invalid") {
  const std::vector<std::string> bad = {
      "",
      ":",
      "sha256",
      "sha256:",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "sha256:" + repeat('a', 63),
      "sha256:" + repeat('a', 65),
      "sha256:" + repeat('a', 128),
      "sha512:" + repeat('a', 64),
      "sha256:" + repeat('A', 64),
      "sha256:" + repeat('a', 63) + "g",
      "sha256:" + repeat('a', 63) + "\n",
      "sha256: " + repeat('a', 63),
      "SHA256:" + repeat('a', 64),
      "sha256:" + repeat('a', 64) + ":x",
      "../../etc:" + repeat('a', 64),
      "+sha256:" + repeat('a', 64),
      "a..b:" + repeat('a', 64),
      "md5:",
      "md5:a/b",
  };
  for (const std::string& text : bad) {
    INFO(text);
    CHECK_FALSE(Digest::try_parse(text));
    CHECK(kind_of_refusal(text) == ErrorKind::invalid);
  }
}

TEST_CASE("a well-formed digest of an unknown algorithm is unsupported") {
  for (const std::string text : {"md5:d41d8cd98f00b204e9800998ecf8427e", "sha384:abc=",
                                 "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
                                 "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564"}) {
    INFO(text);
    CHECK_FALSE(Digest::try_parse(text));
    CHECK(kind_of_refusal(text) == ErrorKind::unsupported);
  }
  CHECK_THROWS_WITH(Digest::parse("md5:d41d8cd98f00b204e9800998ecf8427e"),
                    Contains("the algorithm md5: only sha256 and sha512"));
}

TEST_CASE("a refusal says what is wrong, in one short printable line") {
  CHECK_THROWS_WITH(Digest::parse("sha256:abc"),
                    Contains("3 characters after the colon") && Contains("sha256 takes 64"));
  CHECK_THROWS_WITH(Digest::parse("sha256:" + repeat('A', 64)), Contains("0-9 and a-f"));
  CHECK_THROWS_WITH(Digest::parse("\x1b[31m"), Contains("\\x1b[31m"));
  try {
    Digest::parse(repeat('a', 100000));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message().size() < 400);
  }
}

TEST_CASE("a hash of the wrong size is no digest") {
  const std::array<std::byte, 31> hash{};
  CHECK_THROWS_AS(Digest::of_hash(HashAlgorithm::sha256, hash), Error);
}

TEST_CASE("digests compare and hash by value") {
  const Digest a = digest_of("a");
  const Digest b = digest_of("b");
  CHECK(a == Digest::parse(a.str()));
  CHECK(a != b);
  CHECK((a < b) != (b < a));
  CHECK(digest_of("a", HashAlgorithm::sha512) != a);
  const std::unordered_set<Digest> set{a, b, a};
  CHECK(set.size() == 2);
  CHECK(set.contains(b));
}

}  // namespace
}  // namespace lade
