#include "signing/gpg/keyring.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/base64.h"
#include "tests/signing/gpg/gpg_home.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

constexpr const char* testing_key = "08CD26E446E2E95249B7A405E932F44B23E8DD43";

bool has_corpus() {
  if (file_exists(policy_corpus("image.signature"))) return true;
  WARN("there are no corpora");
  return false;
}

std::string corpus(const std::string& name) { return read_file(policy_corpus(name), 1 << 20); }

GpgKeyring keyring_of(std::vector<std::string> keys) { return GpgKeyring(keys, "/tmp"); }

TEST_CASE("a signed message tells its payload, its signer and when it was signed") {
  if (!has_corpus()) return;
  const GpgKeyring keys = keyring_of({corpus("public-key.gpg")});
  CHECK(keys.fingerprints() == std::vector<std::string>{testing_key});
  const VerifiedMessage good = keys.verify(corpus("image.signature"), "the signature");
  CHECK(good.fingerprint == testing_key);
  CHECK(good.primary_fingerprint == testing_key);
  CHECK(good.signed_at.seconds == 1750706529);
  CHECK(good.payload.starts_with(R"({"critical":{"identity":{"docker-reference":"testing/)"));
}

TEST_CASE("a subkey's signature is by its primary key, too") {
  if (!has_corpus()) return;
  const GpgKeyring keys = keyring_of({corpus("public-key-with-subkey.gpg")});
  const VerifiedMessage good = keys.verify(corpus("subkey.signature"), "the signature");
  CHECK(good.fingerprint == "57D1D95BBC53BA0EAFF0718CD75B3109B3BAAEAF");
  CHECK(good.primary_fingerprint == "B9F4CDB9FD8C475BFA340AC38D54A947EE396F36");
}

TEST_CASE("several key rings count as one, with each key once") {
  if (!has_corpus()) return;
  const GpgKeyring keys = keyring_of(
      {corpus("public-key.gpg"), corpus("public-key-1.gpg"), corpus("public-key-with-subkey.gpg")});
  CHECK(keys.fingerprints().size() == 2);
  CHECK_FALSE(keys.verify(corpus("image.signature"), "the signature").payload.empty());
  CHECK_FALSE(keys.verify(corpus("subkey.signature"), "the signature").payload.empty());
}

TEST_CASE("a signature that is not good is refused with its reason") {
  if (!has_corpus()) return;
  const auto [file, kind, reason] = GENERATE(table<std::string, ErrorKind, std::string>({
      {"corrupt.signature", ErrorKind::denied, "does not fit what is signed"},
      {"expired.signature", ErrorKind::denied, "it expired 2025-06-24T10:00:00Z"},
      {"unknown-key.signature", ErrorKind::denied,
       "by the key 5F9470E3BC6C3B55, which is none of the trusted ones"},
      {"subkey.signature", ErrorKind::denied, "none of the trusted ones"},
      {"invalid-cleartext.signature", ErrorKind::invalid, "is a cleartext signature"},
      {"public-key.gpg", ErrorKind::invalid, "is armored"},
      {"image.manifest.json", ErrorKind::invalid, "its first byte begins no packet"},
  }));
  const GpgKeyring keys = keyring_of({corpus("public-key.gpg")});
  const std::string message = corpus(file);
  CAPTURE(file);
  CHECK_THAT(error_of(kind, [&] { keys.verify(message, "the signature"); }),
             Catch::Contains(reason) && Catch::StartsWith("the signature "));
}

TEST_CASE("a flipped bit anywhere in a signed message is noticed") {
  if (!has_corpus()) return;
  const GpgKeyring keys = keyring_of({corpus("public-key.gpg")});
  const std::string good = corpus("image.signature");
  const std::string payload = keys.verify(good, "it").payload;
  for (std::size_t at = 0; at < good.size(); at += 17) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    CAPTURE(at);
    bool accepted = false;
    try {
      // parts of a packet that nobody signs (a key's short id, the trailer of what is compressed)
      // may change, what is signed may not
      accepted = keys.verify(bad, "it").payload != payload;
    } catch (const Error& error) {
      CHECK(error.kind() != ErrorKind::internal);
    }
    CHECK_FALSE(accepted);
  }
  for (const std::size_t size : {std::size_t{1}, std::size_t{20}, good.size() / 2}) {
    CAPTURE(size);
    CHECK_THROWS_AS(keys.verify(good.substr(0, size), "it"), Error);
  }
}

TEST_CASE("key rings that hold no key are refused") {
  CHECK_THAT(error_of(ErrorKind::invalid, [] { keyring_of({}); }),
             Catch::Contains("hold no public key"));
  CHECK_THAT(error_of(ErrorKind::invalid, [] { keyring_of({"nonsense"}); }),
             Catch::Contains("key ring"));
}

TEST_CASE("a key ring's home is gone with it") {
  if (!has_corpus()) return;
  const TempDir parent("/tmp", "lade-gpg-parent-");
  {
    const GpgKeyring keys(std::vector{corpus("public-key.gpg")}, parent.path());
    keys.verify(corpus("image.signature"), "the signature");
    CHECK_FALSE(std::filesystem::is_empty(parent.path()));
  }
  CHECK(std::filesystem::is_empty(parent.path()));
}

TEST_CASE("other messages than signed ones of one signer are refused") {
  GpgHome home;
  home.make_key("one@example.com");
  home.make_key("two@example.com");
  const GpgKeyring keys =
      keyring_of({home.exported("one@example.com"), home.exported("two@example.com")});
  const auto refuse = [&](ErrorKind kind, const std::vector<std::string>& options) {
    const std::string message = home.made("payload", options);
    return error_of(kind, [&] { keys.verify(message, "it"); });
  };
  CHECK_THAT(refuse(ErrorKind::invalid, {"--store"}), Catch::Contains("no signed message"));
  CHECK_THAT(refuse(ErrorKind::invalid, {"--store", "--compress-level", "0"}),
             Catch::Contains("a message that nobody signed"));
  const std::string key = home.exported("one@example.com");
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { keys.verify(key, "it"); }),
             Catch::Contains("is a key; wanted a signed message"));
  CHECK_THAT(refuse(ErrorKind::invalid, {"--armor", "--sign"}), Catch::Contains("is armored"));
  CHECK_THAT(
      refuse(ErrorKind::invalid, {"-u", "one@example.com", "-u", "two@example.com", "--sign"}),
      Catch::Contains("more than one signature"));
  CHECK_THROWS_AS(keys.verify(home.made("payload", {"--detach-sign"}), "it"), Error);
  CHECK(keys.verify(home.made("payload", {"--sign"}), "it").payload == "payload");
}

TEST_CASE("a message that unpacks to more than is read is refused") {
  GpgHome home;
  home.make_key("one@example.com");
  const GpgKeyring keys = keyring_of({home.exported("one@example.com")});
  const std::string bomb =
      home.made(std::string(GpgKeyring::message_limit_bytes + 1, 'a'), {"--sign"});
  CHECK(bomb.size() < 100000);
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { keys.verify(bomb, "it"); }),
             Catch::Contains("more than 4194304 bytes"));
}

TEST_CASE("a revoked or expired key signs nothing") {
  GpgHome home;
  home.make_key("gone@example.com");
  const std::string message = home.made("payload", {"--sign"});
  const std::string before = home.exported("gone@example.com");
  CHECK(keyring_of({before}).verify(message, "it").payload == "payload");
  const std::string fingerprint = keyring_of({before}).fingerprints().front();

  // gpg keeps a revocation ready, with a colon before its armor so that nobody imports it by chance
  const std::string kept = home.path() + "/openpgp-revocs.d/" + fingerprint + ".rev";
  std::string revocation = read_file(kept, 1 << 20);
  revocation.erase(revocation.find(":-----BEGIN"), 1);
  write_file_atomic(home.path() + "/revocation", revocation);
  REQUIRE(home.gpg({"--import", home.path() + "/revocation"}));
  const GpgKeyring revoked = keyring_of({home.exported("gone@example.com")});
  CHECK_THAT(error_of(ErrorKind::denied, [&] { revoked.verify(message, "it"); }),
             Catch::Contains("the key " + fingerprint + " was revoked"));

  GpgHome other;
  other.gpg({"--faked-system-time", "20200101T000000", "--pinentry-mode", "loopback",
             "--passphrase", "", "--quick-generate-key", "old@example.com", "ed25519", "sign",
             "1d"});
  const std::string old =
      other.made("payload", {"--faked-system-time", "20200101T010000", "--sign"});
  const GpgKeyring expired = keyring_of({other.exported("old@example.com")});
  CHECK_THAT(error_of(ErrorKind::denied, [&] { expired.verify(old, "it"); }),
             Catch::Contains("has expired"));
}

}  // namespace
}  // namespace lade::signing
