#include "signing/keys/public_key.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "signing/keys/private_key.h"
#include "tests/signing/keys/key_data.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

using Form = SignatureScheme::Form;

struct Peer {
  std::string key;
  std::string signature;
  KeyKind kind;
  std::string description;
  SignatureScheme scheme;
};

const std::vector<Peer>& peers() {
  static const std::vector<Peer> all = {
      {"ec-P-256", "ec-P-256.sig", KeyKind::ecdsa_p256, "ECDSA P-256", {}},
      {"ec-P-384", "ec-P-384.sig", KeyKind::ecdsa_p384, "ECDSA P-384", {MessageHash::sha384}},
      {"ec-P-521", "ec-P-521.sig", KeyKind::ecdsa_p521, "ECDSA P-521", {MessageHash::sha512}},
      {"ed25519", "ed25519.sig", KeyKind::ed25519, "Ed25519", {}},
      {"rsa-2048", "rsa-2048.sig", KeyKind::rsa, "RSA 2048", {}},
      {"rsa-2048", "rsa-2048.sha512.sig", KeyKind::rsa, "RSA 2048", {MessageHash::sha512}},
      {"rsa-2048", "rsa-2048.pss.sig", KeyKind::rsa, "RSA 2048", {MessageHash::sha256, Form::pss}}};
  return all;
}

PublicKey public_key(const std::string& name) {
  return PublicKey::parse_pem(key_data(name + ".pub"), name);
}

std::string unhex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  return std::string(as_text(bytes.value()));
}

}  // namespace

TEST_CASE("what openssl signed is good, and nothing else is") {
  const std::string message = key_data("message");
  for (const Peer& peer : peers()) {
    CAPTURE(peer.signature);
    const PublicKey key = public_key(peer.key);
    const std::string signature = key_data(peer.signature);
    CHECK(key.verifies(message, signature, peer.scheme));
    CHECK_FALSE(key.verifies(message + ".", signature, peer.scheme));
    CHECK_FALSE(key.verifies("", signature, peer.scheme));
    const PublicKey other = PrivateKey::generate(peer.kind, 2048).public_key();
    CHECK_FALSE(other.verifies(message, signature, peer.scheme));
  }
}

TEST_CASE("a signature with any byte changed, lost or added is not good") {
  const std::string message = key_data("message");
  for (const Peer& peer : peers()) {
    CAPTURE(peer.signature);
    const PublicKey key = public_key(peer.key);
    const std::string signature = key_data(peer.signature);
    for (std::size_t i = 0; i < signature.size(); ++i) {
      CAPTURE(i);
      std::string flipped = signature;
      flipped[i] = static_cast<char>(flipped[i] ^ 1);
      CHECK_FALSE(key.verifies(message, flipped, peer.scheme));
      CHECK_FALSE(key.verifies(message, signature.substr(0, i), peer.scheme));
    }
    CHECK_FALSE(key.verifies(message, signature + '\0', peer.scheme));
    CHECK_FALSE(key.verifies(message, std::string(1U << 16U, '\x30'), peer.scheme));
  }
}

TEST_CASE("an ECDSA signature of zeros is not good") {
  const PublicKey key = public_key("ec-P-256");
  CHECK_FALSE(key.verifies("anything", unhex("3006020100020100")));
  CHECK_FALSE(key.verifies("anything", std::string(64, '\0')));
}

TEST_CASE("a signature is good under the scheme it was made by alone") {
  const std::string message = key_data("message");
  for (const Peer& peer : peers()) {
    for (const MessageHash hash : {MessageHash::sha256, MessageHash::sha384, MessageHash::sha512}) {
      for (const Form form : {Form::plain, Form::pss, Form::prehashed}) {
        CAPTURE(peer.signature, to_string(hash), static_cast<int>(form));
        const bool same = peer.kind == KeyKind::ed25519
                              ? form == Form::plain
                              : hash == peer.scheme.hash && form == peer.scheme.form;
        CHECK(public_key(peer.key).verifies(message, key_data(peer.signature), {hash, form}) ==
              same);
      }
    }
  }
}

TEST_CASE("a hash stands for the message, except for Ed25519") {
  const std::string message = key_data("message");
  for (const Peer& peer : peers()) {
    CAPTURE(peer.signature);
    const PublicKey key = public_key(peer.key);
    const std::string hash = hash_bytes(peer.scheme.hash, message);
    const std::string signature = key_data(peer.signature);
    CHECK(key.verifies_hash(hash, signature, peer.scheme) == (peer.kind != KeyKind::ed25519));
    CHECK_FALSE(key.verifies_hash(hash.substr(1), signature, peer.scheme));
    CHECK_FALSE(key.verifies_hash("", signature, peer.scheme));
  }
}

TEST_CASE("Ed25519 and Ed25519ph are those of RFC 8032") {
  // 7.1, TEST 3, and 7.3, "abc"
  const std::string prefix = unhex("302a300506032b6570032100");
  const PublicKey plain = PublicKey::parse_der(
      prefix + unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"), "plain");
  CHECK(plain.verifies(unhex("af82"),
                       unhex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                             "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")));
  const PublicKey prehashed = PublicKey::parse_der(
      prefix + unhex("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"), "ph");
  const std::string signature = unhex(
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
      "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406");
  CHECK(prehashed.verifies("abc", signature, {.form = Form::prehashed}));
  CHECK_FALSE(prehashed.verifies("abc", signature));
  CHECK_FALSE(prehashed.verifies("abd", signature, {.form = Form::prehashed}));
}

TEST_CASE("a public key knows its kind, and is written as it was read") {
  for (const Peer& peer : peers()) {
    CAPTURE(peer.key);
    const PublicKey key = public_key(peer.key);
    CHECK(key.kind() == peer.kind);
    CHECK(key.description() == peer.description);
    CHECK(key.pem() == key_data(peer.key + ".pub"));
    CHECK(PublicKey::parse_der(key.der(), "again") == key);
    CHECK(key.id().str().starts_with("sha256:"));
  }
  CHECK(public_key("ec-P-256") != public_key("ec-P-384"));
  CHECK(public_key("ec-P-256").default_scheme() == SignatureScheme{});
  CHECK(public_key("ec-P-384").default_scheme() == SignatureScheme{MessageHash::sha384});
  CHECK(public_key("ec-P-521").default_scheme() == SignatureScheme{MessageHash::sha512});
}

TEST_CASE("a PKCS#1 public key is the same key") {
  CHECK(PublicKey::parse_pem(key_data("rsa-2048.public-pkcs1"), "pkcs1") == public_key("rsa-2048"));
}

TEST_CASE("keys that Lade does not take are named") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"ec-explicit", "x is a key whose curve is spelled out; wanted a named one"},
      {"ec-secp256k1", "x is a key on a curve that is not P-256, P-384 or P-521"},
      {"rsa-1024", "x is an RSA key of 1024 bits; Lade takes 2048 to 16384"},
      {"ed448", "x is a key of the kind ED448; Lade takes ECDSA, Ed25519 and RSA"}};
  for (const auto& [name, message] : table) {
    const std::string pem = key_data(name + ".pub");
    CHECK(error_of(ErrorKind::unsupported, [&] { PublicKey::parse_pem(pem, "x"); }) == message);
  }
}

TEST_CASE("what is no public key is invalid, and says why") {
  const auto refused = [](const std::string& text) {
    return error_of(ErrorKind::invalid, [&] { PublicKey::parse_pem(text, "x"); });
  };
  CHECK(refused("") == "x holds no PEM block; a public key begins with -----BEGIN PUBLIC KEY-----");
  CHECK(refused("ssh-ed25519 AAAA me").starts_with("x holds no PEM block"));
  CHECK(refused(key_data("ec-P-256.pkcs8")) == "x holds a block PRIVATE KEY; wanted PUBLIC KEY");
  CHECK(refused("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n")
            .starts_with("x is no public key: "));
  CHECK(refused("-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----\n")
            .starts_with("x is no RSA key: "));
  const std::string der = public_key("ec-P-256").der();
  CHECK(error_of(ErrorKind::invalid, [&] { PublicKey::parse_der(der + "ab", "x"); }) ==
        "x has 2 bytes after the public key");
  for (std::size_t size = 0; size < der.size(); ++size) {
    error_of(ErrorKind::invalid, [&] { PublicKey::parse_der(der.substr(0, size), "x"); });
  }
}

TEST_CASE("a point that is not on the curve is no key") {
  std::string der = public_key("ec-P-256").der();
  der.back() = static_cast<char>(der.back() ^ 1);
  error_of(ErrorKind::invalid, [&] { PublicKey::parse_der(der, "x"); });
}

TEST_CASE("several threads may check with one key") {
  const PublicKey key = public_key("rsa-2048");
  const std::string message = key_data("message");
  const std::string signature = key_data("rsa-2048.sig");
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;
  for (int& count : good) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) count += key.verifies(message, signature) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == std::vector<int>(4, 50));
}
