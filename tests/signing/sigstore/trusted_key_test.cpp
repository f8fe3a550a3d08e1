#include "signing/sigstore/trusted_key.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

PublicKey key_of(const std::string& name) {
  return PublicKey::parse_pem(read_file("tests/data/keys/" + name + ".pub", 1U << 20U), name);
}

TEST_CASE("a key is trusted in any of its windows, in whatever order they are given") {
  const PublicKey key = key_of("ec-P-256");
  const TrustedKey other(key_of("ec-P-384"));
  const TrustedKey early(key, {.end = Timestamp{.seconds = 10}});
  const TrustedKey late(key, {.start = Timestamp{.seconds = 20}});
  const auto is_trusted = [&](const std::vector<TrustedKey>& keys,
                              const std::vector<Timestamp>& moments) {
    try {
      require_trusted_key(key, keys, moments);
      return true;
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::denied);
      return false;
    }
  };
  const Timestamp at_5{.seconds = 5};
  const Timestamp at_15{.seconds = 15};
  const Timestamp at_25{.seconds = 25};
  CHECK(is_trusted({key}, {at_5, at_25}));
  for (const auto& keys : {std::vector{early, late, other}, std::vector{other, late, early}}) {
    CHECK(is_trusted(keys, {at_5}));
    CHECK(is_trusted(keys, {at_25}));
    CHECK_FALSE(is_trusted(keys, {at_15}));
    // one signature was made in one of them
    CHECK_FALSE(is_trusted(keys, {at_5, at_25}));
  }
  CHECK(is_trusted({early, key}, {at_25}));
  CHECK(is_trusted({key, early}, {at_25}));
  CHECK_FALSE(is_trusted({other}, {at_25}));
  const std::vector<TrustedKey> both{early, late};
  const std::vector<Timestamp> between{at_15};
  CHECK(error_of(ErrorKind::denied, [&] { require_trusted_key(key, both, between); }) ==
        "the key is trusted until 1970-01-01T00:00:10Z or 1970-01-01T00:00:20Z on, and the "
        "signature counts as of 1970-01-01T00:00:15Z");
}

}  // namespace
}  // namespace lade::signing
