#include "libimage/stream/digester.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

std::string verify(const std::string& text, const Descriptor& expected) {
  VerifiedSource source(std::make_unique<StringSource>(text), expected, "blob x");
  return read_all(source, 1U << 20U, "test");
}

}  // namespace

TEST_CASE("digest sinks and sources pass bytes on and know their digest and number") {
  StringSink below;
  DigestSink sink(&below);
  sink.write("hel");
  sink.write("lo");
  CHECK(below.text() == "hello");
  CHECK(sink.size_bytes() == 5);
  CHECK(sink.digest() == digest_of("hello"));
  DigestSink nowhere(nullptr, HashAlgorithm::sha512);
  nowhere.write("hello");
  CHECK(nowhere.digest() == digest_of("hello", HashAlgorithm::sha512));
  MemorySource inner("hello");
  DigestSource source(inner);
  CHECK(read_all(source, 100, "test") == "hello");
  CHECK(source.size_bytes() == 5);
  CHECK(source.digest() == digest_of("hello"));
}

TEST_CASE("a verified source lets through what its descriptor describes, and nothing else") {
  const std::string text(1000, 'x');
  const auto algorithm = GENERATE(HashAlgorithm::sha256, HashAlgorithm::sha512);
  const Descriptor expected{
      .media_type = "", .digest = digest_of(text, algorithm), .size_bytes = text.size()};
  CHECK(verify(text, expected) == text);
  CHECK(error_of(ErrorKind::corrupt, [&] { verify(text.substr(1), expected); }) ==
        "blob x ends early: wanted 1000 bytes, got 999");
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { verify(text + "y", expected); }),
             Catch::Matchers::Contains("wanted 1000, got at least 1001"));
  std::string changed = text;
  changed[999] = 'y';
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { verify(changed, expected); }),
             Catch::Matchers::Contains("wanted " + expected.digest.str() + ", got " +
                                       digest_of(changed, algorithm).str()));
}

TEST_CASE("the end of a verified source stays the end") {
  VerifiedSource source(std::make_unique<StringSource>(""),
                        {.media_type = "", .digest = digest_of(""), .size_bytes = 0}, "empty");
  std::array<std::byte, 4> buffer;
  CHECK(source.read(buffer) == 0);
  CHECK(source.read(buffer) == 0);
}

}  // namespace lade
