#include "signing/keys/sealed_key.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "libimage/base/json.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

const Secret key("the bytes of a key");
const Secret passphrase("open sesame");

Secret right() { return passphrase; }
Secret never() {
  FAIL_CHECK("the passphrase was asked for");
  return {};
}

/// What is sealed, with the member at a JSON pointer replaced.
std::string with(const char* pointer, const Json& value) {
  static const std::string sealed = seal_key(key, passphrase);
  Json json = parse_json(sealed, "sealed");
  json[Json::json_pointer(pointer)] = value;
  return to_compact(json);
}

std::string refusal(ErrorKind kind, const std::string& text) {
  return error_of(kind, [&] { open_sealed_key(text, never, "x"); });
}

}  // namespace

TEST_CASE("a sealed key has cosign's shape and parameters") {
  const Json json = parse_json(seal_key(key, passphrase), "sealed");
  CHECK(json["kdf"]["name"] == "scrypt");
  CHECK(to_compact(json["kdf"]["params"]) == R"({"N":65536,"r":8,"p":1})");
  CHECK(from_base64(json["kdf"]["salt"].get<std::string>()).value().size() == 32);
  CHECK(json["cipher"]["name"] == "nacl/secretbox");
  CHECK(from_base64(json["cipher"]["nonce"].get<std::string>()).value().size() == 24);
  CHECK(from_base64(json["ciphertext"].get<std::string>()).value().size() ==
        key.reveal().size() + 16);
}

TEST_CASE("a sealed key opens with its passphrase alone") {
  const std::string sealed = seal_key(key, passphrase);
  CHECK(open_sealed_key(sealed, right, "x") == key);
  const auto wrong = [] { return Secret("open sesam"); };
  CHECK(error_of(ErrorKind::denied, [&] { open_sealed_key(sealed, wrong, "x"); }) ==
        "the passphrase does not open x");
  CHECK(error_of(ErrorKind::invalid, [&] { open_sealed_key(sealed, {}, "x"); }) ==
        "x is encrypted, and there is no passphrase");
}

TEST_CASE("the empty passphrase is one like others") {
  const std::string sealed = seal_key(key, {});
  CHECK(open_sealed_key(
            sealed, [] { return Secret(); }, "x") == key);
  error_of(ErrorKind::denied, [&] { open_sealed_key(sealed, right, "x"); });
}

TEST_CASE("salt and nonce are never the same twice") {
  const Json one = parse_json(seal_key(key, passphrase), "one");
  const Json other = parse_json(seal_key(key, passphrase), "other");
  CHECK(one["kdf"]["salt"] != other["kdf"]["salt"]);
  CHECK(one["cipher"]["nonce"] != other["cipher"]["nonce"]);
  CHECK(one["ciphertext"] != other["ciphertext"]);
}

TEST_CASE("parameters of older and stricter writers are taken") {
  for (const int n : {16384, 32768, 131072}) {
    CAPTURE(n);
    // the parameters are another key's, so nothing opens, but it is tried
    CHECK(error_of(ErrorKind::denied, [&] {
            open_sealed_key(with("/kdf/params/N", n), right, "x");
          }) == "the passphrase does not open x");
  }
}

TEST_CASE("parameters that cost too much are refused before the passphrase is asked for") {
  CHECK(refusal(ErrorKind::unsupported, with("/kdf/params/N", 1U << 20U)) ==
        "x asks for scrypt with N=1048576, r=8, p=1; Lade does not spend more than 256 MiB and "
        "N*r*p=4194304 on a key");
  for (const Json& n : {Json(0), Json(1), Json(3), Json(65535), Json(1ULL << 40U),
                        Json(9'223'372'036'854'775'807)}) {
    CAPTURE(n.dump());
    refusal(ErrorKind::unsupported, with("/kdf/params/N", n));
  }
  for (const char* factor : {"/kdf/params/r", "/kdf/params/p"}) {
    CAPTURE(factor);
    for (const std::int64_t value : {0LL, 1000LL, 1LL << 32U, 9'223'372'036'854'775'807LL}) {
      refusal(ErrorKind::unsupported, with(factor, value));
    }
    CHECK(refusal(ErrorKind::invalid, with(factor, -1)).ends_with("is negative"));
    refusal(ErrorKind::invalid, with(factor, "8"));
  }
}

TEST_CASE("an N that is too large for its r is refused as such") {
  // RFC 7914, 2
  refusal(ErrorKind::unsupported, with("/kdf/params/r", 1));
}

TEST_CASE("other algorithms are named") {
  CHECK(refusal(ErrorKind::unsupported, with("/kdf/name", "argon2id")) ==
        "x is encrypted by argon2id; wanted scrypt");
  CHECK(refusal(ErrorKind::unsupported, with("/cipher/name", "aes-256-gcm")) ==
        "x is encrypted by aes-256-gcm; wanted nacl/secretbox");
}

TEST_CASE("malformed sealed keys are invalid, and say where") {
  CHECK(refusal(ErrorKind::invalid, "").starts_with("x"));
  CHECK(refusal(ErrorKind::invalid, "{}") == "x has no kdf");
  CHECK(refusal(ErrorKind::invalid, with("/kdf/salt", "*")) == "x: salt is not base64");
  CHECK(refusal(ErrorKind::invalid, with("/kdf/salt", "")) == "x: the salt has 0 bytes");
  CHECK(refusal(ErrorKind::invalid, with("/kdf/salt", to_base64(std::string(2000, 'x')))) ==
        "x: the salt has 2000 bytes");
  CHECK(refusal(ErrorKind::invalid, with("/cipher/nonce", "AAAA")) ==
        "x: the nonce has 3 bytes, wanted 24");
  CHECK(refusal(ErrorKind::invalid, with("/ciphertext", to_base64(std::string(16, 'x')))) ==
        "x: there is nothing in the ciphertext");
}

TEST_CASE("a sealed key with any byte of its box changed does not open") {
  const Json sealed = parse_json(seal_key(key, passphrase), "sealed");
  const std::string box = from_base64(sealed["ciphertext"].get<std::string>()).value();
  for (const std::size_t at : {std::size_t{0}, std::size_t{15}, std::size_t{16}, box.size() - 1}) {
    CAPTURE(at);
    std::string flipped = box;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    Json changed = sealed;
    changed["ciphertext"] = to_base64(flipped);
    error_of(ErrorKind::denied, [&] { open_sealed_key(to_compact(changed), right, "x"); });
  }
}
