#include "signing/attest/dsse.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "signing/keys/private_key.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

Json json_of(std::string_view text) { return parse_json(text, "envelope"); }

std::string refusal(std::string_view text) {
  return error_of(ErrorKind::invalid, [&] { parse_envelope(json_of(text), "x"); });
}

}  // namespace

TEST_CASE("what is signed is the specification's encoding of type and payload") {
  const Envelope envelope{.payload_type = "http://example.com/HelloWorld",
                          .payload = "hello world"};
  CHECK(envelope.signed_bytes() == "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(Envelope{.payload_type = "", .payload = ""}.signed_bytes() == "DSSEv1 0  0 ");
}

TEST_CASE("a sealed envelope verifies, and is the same through JSON") {
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::ecdsa_p384, KeyKind::ecdsa_p521,
                             KeyKind::ed25519, KeyKind::rsa}) {
    CAPTURE(to_string(kind));
    PrivateKey key = PrivateKey::generate(kind, 2048);
    const Envelope envelope = seal(std::string(Envelope::in_toto_type), "{\"a\":1}", key);
    CHECK(envelope.verifies(key.public_key()));
    const Envelope again = parse_envelope(to_json(envelope), "x");
    CHECK(again.payload == "{\"a\":1}");
    CHECK(again.payload_type == "application/vnd.in-toto+json");
    CHECK(again.verifies(key.public_key()));
    CHECK_FALSE(again.verifies(PrivateKey::generate(kind, 2048).public_key()));
  }
}

TEST_CASE("payload, type and signature are all covered") {
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
  const Envelope good = seal("text/plain", "payload", key);
  Envelope changed = good;
  changed.payload = "payloae";
  CHECK_FALSE(changed.verifies(key.public_key()));
  changed = good;
  changed.payload_type = "text/plaim";
  CHECK_FALSE(changed.verifies(key.public_key()));
  changed = good;
  // the same bytes, cut elsewhere
  changed.payload_type = "text/plain p";
  changed.payload = "ayload";
  CHECK_FALSE(changed.verifies(key.public_key()));
  changed = good;
  changed.signatures[0].bytes.back() = static_cast<char>(changed.signatures[0].bytes.back() ^ 1);
  CHECK_FALSE(changed.verifies(key.public_key()));
  changed.signatures.clear();
  CHECK_FALSE(changed.verifies(key.public_key()));
}

TEST_CASE("one good signature among others is enough") {
  PrivateKey one = PrivateKey::generate(KeyKind::ecdsa_p256);
  PrivateKey other = PrivateKey::generate(KeyKind::ed25519);
  Envelope envelope = seal("t", "p", one);
  envelope.signatures.push_back(seal("t", "p", other).signatures[0]);
  CHECK(envelope.verifies(one.public_key()));
  CHECK(envelope.verifies(other.public_key()));
}

TEST_CASE("both alphabets of base64 are read, padded or not") {
  // fb ff fe has every digit that differs
  for (const char* text : {"+//+", "-__-", "+/8=", "-_8=", "-_8"}) {
    CAPTURE(text);
    const std::string bytes = std::string_view(text).size() == 4 && text[3] != '='
                                  ? std::string("\xfb\xff\xfe")
                                  : std::string("\xfb\xff");
    Json json = json_of(R"({"payloadType":"t","payload":"","signatures":[{"sig":"AAAA"}]})");
    json["payload"] = text;
    CHECK(parse_envelope(json, "x").payload == bytes);
  }
}

TEST_CASE("a key id is read and written if there is one") {
  const Envelope envelope = parse_envelope(
      json_of(
          R"({"payloadType":"t","payload":"","signatures":[{"sig":"AAAA","keyid":"k"},{"sig":"AAAA"}]})"),
      "x");
  CHECK(envelope.signatures[0].key_id == "k");
  CHECK(envelope.signatures[1].key_id.empty());
  const Json json = to_json(envelope);
  CHECK(json["signatures"][0]["keyid"] == "k");
  CHECK_FALSE(json["signatures"][1].contains("keyid"));
}

TEST_CASE("malformed envelopes are invalid, and say why") {
  CHECK(refusal(R"({"payloadType":"t","payload":"","signatures":[]})") == "x has no signatures");
  CHECK(refusal(R"({"payloadType":"t","payload":""})") == "x has no signatures");
  CHECK(refusal(R"({"payloadType":"t","payload":"*","signatures":[{"sig":""}]})") ==
        "x: payload is not base64");
  CHECK(refusal(R"({"payloadType":"t","payload":"","signatures":[{"sig":"*"}]})") ==
        "x: sig is not base64");
  for (const char* text :
       {R"({"payload":"","signatures":[{"sig":""}]})", R"({"payloadType":"t","signatures":[{}]})",
        R"({"payloadType":"t","payload":"","signatures":[{}]})",
        R"({"payloadType":1,"payload":"","signatures":[{"sig":""}]})",
        R"({"payloadType":"t","payload":"","signatures":{}})",
        R"({"payloadType":"t","payload":"","signatures":["x"]})"}) {
    CAPTURE(text);
    CHECK(refusal(text).starts_with("x"));
  }
  Json many = json_of(R"({"payloadType":"t","payload":"","signatures":[]})");
  for (int i = 0; i < 65; ++i) many["signatures"].push_back(Json{{"sig", "AAAA"}});
  CHECK(error_of(ErrorKind::invalid, [&] { parse_envelope(many, "x"); }) ==
        "x has 65 signatures; more than 64 are not looked at");
}
