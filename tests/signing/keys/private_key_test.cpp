#include "signing/keys/private_key.h"

#include <catch2/catch.hpp>
#include <vector>

#include "libimage/base/text.h"
#include "signing/keys/pem.h"
#include "tests/signing/keys/key_data.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

using Form = SignatureScheme::Form;

constexpr KeyKind all_kinds[] = {KeyKind::ecdsa_p256, KeyKind::ecdsa_p384, KeyKind::ecdsa_p521,
                                 KeyKind::ed25519, KeyKind::rsa};

PrivateKey private_key(const std::string& name, const PassphraseSource& passphrase = {}) {
  return PrivateKey::parse_pem(key_data(name), name, passphrase);
}

PublicKey peer_of(const std::string& name) {
  return PublicKey::parse_pem(key_data(name + ".pub"), name);
}

std::string first_line(const Secret& pem) { return split(pem.reveal(), '\n')[0]; }

}  // namespace

TEST_CASE("keys of all kinds are made, sign, and are not made twice") {
  for (const KeyKind kind : all_kinds) {
    CAPTURE(to_string(kind));
    PrivateKey key = PrivateKey::generate(kind, 2048);
    CHECK(key.public_key().kind() == kind);
    CHECK(key.public_key().verifies("message", key.sign("message")));
    CHECK_FALSE(key.public_key().verifies("massage", key.sign("message")));
    CHECK(key.public_key() != PrivateKey::generate(kind, 2048).public_key());
  }
}

TEST_CASE("an RSA key has the bits that were asked for, within bounds") {
  CHECK(PrivateKey::generate(KeyKind::rsa, 3072).public_key().description() == "RSA 3072");
  CHECK(error_of(ErrorKind::invalid, [] { PrivateKey::generate(KeyKind::rsa, 1024); }) ==
        "an RSA key of 1024 bits was asked for; Lade makes 2048 to 16384");
  error_of(ErrorKind::invalid, [] { PrivateKey::generate(KeyKind::rsa, 16385); });
}

TEST_CASE("every scheme that a key can do is signed by, every other refused") {
  for (const KeyKind kind : all_kinds) {
    PrivateKey key = PrivateKey::generate(kind, 2048);
    for (const MessageHash hash : {MessageHash::sha256, MessageHash::sha384, MessageHash::sha512}) {
      for (const Form form : {Form::plain, Form::pss, Form::prehashed}) {
        CAPTURE(to_string(kind), to_string(hash), static_cast<int>(form));
        const SignatureScheme scheme{hash, form};
        const bool possible = form == Form::plain || (form == Form::pss && kind == KeyKind::rsa) ||
                              (form == Form::prehashed && kind == KeyKind::ed25519);
        if (possible) {
          CHECK(key.public_key().verifies("message", key.sign("message", scheme), scheme));
        } else {
          const std::string message =
              error_of(ErrorKind::invalid, [&] { key.sign("message", scheme); });
          CHECK(message.ends_with(fmt::format("this one is {}", to_string(kind))));
        }
      }
    }
  }
}

TEST_CASE("Ed25519 signs as openssl does, byte for byte") {
  CHECK(private_key("ed25519.pkcs8").sign(key_data("message")) == key_data("ed25519.sig"));
}

TEST_CASE("openssl's keys are read in every form") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"ec-P-256.pkcs8", "ec-P-256"},  {"ec-P-384.pkcs8", "ec-P-384"},
      {"ec-P-521.pkcs8", "ec-P-521"},  {"ed25519.pkcs8", "ed25519"},
      {"rsa-2048.pkcs8", "rsa-2048"},  {"rsa-2048.pkcs1", "rsa-2048"},
      {"ec-P-256.sec1", "ec-P-256"},   {"ec-P-256.pbkdf2", "ec-P-256"},
      {"ec-P-256.scrypt", "ec-P-256"}, {"ec-P-256.dek", "ec-P-256"},
      {"ec-P-256.sealed", "ec-P-256"}, {"rsa-2048.dek", "rsa-2048"}};
  for (const auto& [file, name] : table) {
    CAPTURE(file);
    CHECK(private_key(file, right_passphrase).public_key() == peer_of(name));
  }
  CHECK(private_key("ec-with-parameters.sec1").public_key().kind() == KeyKind::ecdsa_p384);
}

TEST_CASE("a passphrase is asked for encrypted keys alone, and once") {
  int asked = 0;
  const auto counted = [&] {
    ++asked;
    return right_passphrase();
  };
  private_key("ec-P-256.pkcs8", counted);
  private_key("ec-P-256.sec1", counted);
  CHECK(asked == 0);
  int wanted = 0;
  for (const char* file : {"ec-P-256.pbkdf2", "ec-P-256.scrypt", "ec-P-256.dek"}) {
    private_key(file, counted);
    CHECK(asked == ++wanted);
    const std::string message = error_of(ErrorKind::invalid, [&] { private_key(file); });
    CHECK(message == fmt::format("{} is encrypted, and there is no passphrase", file));
  }
}

TEST_CASE("a wrong passphrase is denied, and is in no message") {
  for (const char* file : {"ec-P-256.pbkdf2", "ec-P-256.scrypt", "ec-P-256.dek", "rsa-2048.dek"}) {
    for (const Secret& passphrase : {wrong_passphrase(), Secret(), Secret(std::string(500, 'x'))}) {
      const std::string message =
          error_of(ErrorKind::denied, [&] { private_key(file, [&] { return passphrase; }); });
      CHECK(message.starts_with(fmt::format("the passphrase does not open {}", file)));
      CHECK(message.find("s3cret") == std::string::npos);
    }
  }
}

TEST_CASE("encryption that is too old or costs too much is refused before it is tried") {
  const auto never = []() -> Secret {
    FAIL_CHECK("the passphrase was asked for");
    return {};
  };
  CHECK(error_of(ErrorKind::unsupported, [&] { private_key("ec-P-256.pbes1", never); }) ==
        "ec-P-256.pbes1 is encrypted by pbeWithSHA1And3-KeyTripleDES-CBC; wanted PBES2 "
        "(openssl pkcs8 -topk8 -v2 aes-256-cbc makes it)");
  CHECK(error_of(ErrorKind::unsupported, [&] { private_key("ec-P-256.slow", never); }) ==
        "ec-P-256.slow asks for 20000000 iterations of PBKDF2; Lade does not spend more than "
        "10000000 on a key");
  const UnlockLimits small{.scrypt_memory_bytes = 1U << 20U};
  CHECK(error_of(ErrorKind::unsupported, [&] {
          PrivateKey::parse_pem(key_data("ec-P-256.scrypt"), "x", never, small);
        }).starts_with("x asks for scrypt with N=16384, r=8, p=1; Lade does not spend more"));
}

TEST_CASE("keys that Lade does not take are refused as private keys, too") {
  for (const char* file :
       {"ec-secp256k1.pkcs8", "ed448.pkcs8", "rsa-1024.pkcs8", "ec-explicit.sec1"}) {
    CAPTURE(file);
    error_of(ErrorKind::unsupported, [&] { private_key(file); });
  }
  CHECK(error_of(ErrorKind::unsupported, [] {
          PrivateKey::parse_pem(
              "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n"
              "-----END OPENSSH PRIVATE KEY-----\n",
              "x", {});
        }).starts_with("x is a key of OpenSSH; ssh-keygen -p -m PKCS8"));
}

TEST_CASE("what is no private key is invalid, and says why") {
  const auto refused = [](const std::string& text) {
    return error_of(ErrorKind::invalid,
                    [&] { PrivateKey::parse_pem(text, "x", right_passphrase); });
  };
  CHECK(refused("") == "x holds no key: there is no PEM block in it");
  CHECK(refused(std::string(70'000, 'x')) == "x is too long for a key: 70000 bytes, at most 65536");
  CHECK(refused(key_data("ec-P-256.pub")) == "x holds a block PUBLIC KEY; wanted a private key");
  for (const char* label :
       {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY",
        "ENCRYPTED COSIGN PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY"}) {
    CAPTURE(label);
    CHECK(refused(fmt::format("-----BEGIN {0}-----\nMAA=\n-----END {0}-----\n", label))
              .starts_with("x"));
  }
}

TEST_CASE("a key that is cut off anywhere is refused") {
  const std::string pem = key_data("ec-P-256.pkcs8");
  for (std::size_t size = 0; size + 1 < pem.size(); size += 3) {
    CAPTURE(size);
    error_of(ErrorKind::invalid, [&] { PrivateKey::parse_pem(pem.substr(0, size), "x", {}); });
  }
}

TEST_CASE("a key whose halves do not fit is refused") {
  const auto sec1_der = [] {
    const PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
    const Secret pem = key.pem(PrivateKeyForm::sec1, {});
    return std::string(read_pem_block(pem.reveal(), "x").bytes.reveal());
  };
  // the point is the end of the structure
  const std::string one = sec1_der();
  const std::string mixed = one.substr(0, one.size() - 64) + sec1_der().substr(one.size() - 64);
  CHECK(error_of(ErrorKind::invalid, [&] {
          PrivateKey::parse_pem(write_pem_block("EC PRIVATE KEY", mixed), "x", {});
        }) == "x: its private half does not fit its public half");
}

TEST_CASE("an RSA key with a part that would take minutes is refused") {
  const auto der = [](char tag, const std::string& content) {
    return fmt::format("{}\x82{}{}{}", tag, static_cast<char>(content.size() >> 8U),
                       static_cast<char>(content.size() & 0xffU), content);
  };
  const auto number = [&](std::size_t size) { return der('\x02', std::string(size, '\x7f')); };
  const std::string key = der('\x02', std::string(1, '\0')) + number(256) + number(1) +
                          number(4096) + number(128) + number(128) + number(128) + number(128) +
                          number(128);
  CHECK(error_of(ErrorKind::invalid, [&] {
          PrivateKey::parse_pem(write_pem_block("RSA PRIVATE KEY", der('\x30', key)), "x", {});
        }) == "x: its part d is larger than its modulus");
}

TEST_CASE("a key is written in every form that it has, and read back") {
  const Secret passphrase("a passphrase");
  struct Row {
    PrivateKeyForm form;
    bool encrypted;
    std::string first;
  };
  const std::vector<Row> rows = {
      {PrivateKeyForm::cosign, true, "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"},
      {PrivateKeyForm::cosign, false, "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"},
      {PrivateKeyForm::pkcs8, true, "-----BEGIN ENCRYPTED PRIVATE KEY-----"},
      {PrivateKeyForm::pkcs8, false, "-----BEGIN PRIVATE KEY-----"},
      {PrivateKeyForm::pkcs1, false, "-----BEGIN RSA PRIVATE KEY-----"},
      {PrivateKeyForm::sec1, false, "-----BEGIN EC PRIVATE KEY-----"}};
  for (const KeyKind kind : all_kinds) {
    const PrivateKey key = PrivateKey::generate(kind, 2048);
    const bool ec = kind != KeyKind::rsa && kind != KeyKind::ed25519;
    for (const Row& row : rows) {
      CAPTURE(to_string(kind), row.first);
      const Secret used = row.encrypted ? passphrase : Secret();
      if ((row.form == PrivateKeyForm::pkcs1 && kind != KeyKind::rsa) ||
          (row.form == PrivateKeyForm::sec1 && !ec)) {
        const std::string message = error_of(ErrorKind::invalid, [&] { key.pem(row.form, used); });
        CHECK(message.find(key.public_key().description()) != std::string::npos);
        continue;
      }
      const Secret pem = key.pem(row.form, used);
      CHECK(first_line(pem) == row.first);
      const auto opened = [&] { return Secret(used); };
      CHECK(PrivateKey::parse_pem(pem.reveal(), "again", opened).public_key() == key.public_key());
      if (row.encrypted) {
        error_of(ErrorKind::denied,
                 [&] { PrivateKey::parse_pem(pem.reveal(), "again", wrong_passphrase); });
      }
    }
  }
}

TEST_CASE("forms without encryption refuse a passphrase") {
  const PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
  CHECK(error_of(ErrorKind::invalid, [&] { key.pem(PrivateKeyForm::sec1, Secret("x")); }) ==
        "sec1 has no encryption that holds; pkcs8 and cosign have");
}

TEST_CASE("cosign's older spelling is the same key") {
  const Secret passphrase("x");
  const PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);
  std::string pem(key.pem(PrivateKeyForm::cosign, passphrase).reveal());
  for (std::size_t at = 0; (at = pem.find("SIGSTORE", at)) != std::string::npos;) {
    pem.replace(at, 8, "COSIGN");
  }
  CHECK(PrivateKey::parse_pem(pem, "old", [&] { return Secret(passphrase); }).public_key() ==
        key.public_key());
}

TEST_CASE("a hash is signed as the message that it is of would be") {
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::ecdsa_p521, KeyKind::rsa}) {
    PrivateKey key = PrivateKey::generate(kind, 2048);
    const SignatureScheme scheme = key.public_key().default_scheme();
    const std::string hash = hash_bytes(scheme.hash, "message");
    CHECK(key.public_key().verifies("message", key.sign_hash(hash, scheme)));
    CHECK(error_of(ErrorKind::invalid, [&] {
            key.sign_hash("short", scheme);
          }).starts_with("a hash to sign has 5 bytes; wanted "));
  }
  PrivateKey key = PrivateKey::generate(KeyKind::ed25519);
  CHECK(error_of(ErrorKind::invalid, [&] { key.sign_hash(std::string(32, 'h'), {}); }) ==
        "an Ed25519 key signs the bytes themselves, and no hash of them");
}
