// JWS and COSE write an ECDSA signature as its two numbers, r and s, big-endian and each as long as
// the field, one behind the other. X.509, and so OpenSSL and the keys of signing/keys, write a DER
// sequence of two integers. Nothing but that has to be turned around; PSS signatures are the same
// everywhere.
#include "signing/notation/notary_algorithm.h"

#include <openssl/ecdsa.h>

#include <array>

#include "libimage/base/error.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freeing<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Freeing<BN_free>>;

struct Row {
  NotaryAlgorithm algorithm;
  std::string_view name;
  SignatureScheme scheme;
  std::size_t field_bytes;  ///< of the curve; 0 for RSA
};

constexpr auto pss = SignatureScheme::Form::pss;
constexpr auto plain = SignatureScheme::Form::plain;
constexpr std::array<Row, 6> rows = {
    {{NotaryAlgorithm::ps256, "PS256", {MessageHash::sha256, pss}, 0},
     {NotaryAlgorithm::ps384, "PS384", {MessageHash::sha384, pss}, 0},
     {NotaryAlgorithm::ps512, "PS512", {MessageHash::sha512, pss}, 0},
     {NotaryAlgorithm::es256, "ES256", {MessageHash::sha256, plain}, 32},
     {NotaryAlgorithm::es384, "ES384", {MessageHash::sha384, plain}, 48},
     {NotaryAlgorithm::es512, "ES512", {MessageHash::sha512, plain}, 66}}};

const Row& row_of(NotaryAlgorithm algorithm) { return rows[static_cast<std::size_t>(algorithm)]; }

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// Empty if it cannot be one.
std::string der_of(std::string_view raw, std::size_t field_bytes) {
  if (raw.size() != 2 * field_bytes) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  Number r = number_of(raw.substr(0, field_bytes));
  Number s = number_of(raw.substr(field_bytes));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  // both belong to the signature now
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string raw_of(std::string_view der, std::size_t field_bytes) {
  const unsigned char* at = octets(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(2 * field_bytes, '\0');
  const int size = static_cast<int>(field_bytes);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), octets(raw), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), octets(raw) + field_bytes, size) != size) {
    fail(ErrorKind::internal, "an ECDSA signature has no numbers: {}", take_openssl_reasons());
  }
  return raw;
}

NotaryAlgorithm algorithm_of_rsa(const PublicKey& key) {
  switch (EVP_PKEY_get_bits(key.handle())) {
    case 2048:
      return NotaryAlgorithm::ps256;
    case 3072:
      return NotaryAlgorithm::ps384;
    case 4096:
      return NotaryAlgorithm::ps512;
    default:
      fail(ErrorKind::unsupported,
           "Notary Project signatures are made with RSA keys of 2048, 3072 or 4096 bits; this one "
           "is {}",
           key.description());
  }
}

}  // namespace

std::string_view to_string(NotaryAlgorithm algorithm) { return row_of(algorithm).name; }

std::optional<NotaryAlgorithm> find_notary_algorithm(std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

NotaryAlgorithm notary_algorithm_of(const PublicKey& key) {
  switch (key.kind()) {
    case KeyKind::ecdsa_p256:
      return NotaryAlgorithm::es256;
    case KeyKind::ecdsa_p384:
      return NotaryAlgorithm::es384;
    case KeyKind::ecdsa_p521:
      return NotaryAlgorithm::es512;
    case KeyKind::rsa:
      return algorithm_of_rsa(key);
    case KeyKind::ed25519:
      break;
  }
  fail(ErrorKind::unsupported, "Notary Project signatures are made with ECDSA and RSA, not {}",
       key.description());
}

bool verifies(const PublicKey& key, NotaryAlgorithm algorithm, std::string_view message,
              std::string_view signature) {
  const Row& row = row_of(algorithm);
  if (row.field_bytes == 0) return key.verifies(message, signature, row.scheme);
  return key.verifies(message, der_of(signature, row.field_bytes), row.scheme);
}

std::string sign_for_notary(Signer& signer, std::string_view message) {
  const Row& row = row_of(notary_algorithm_of(signer.public_key()));
  std::string signature = signer.sign(message, row.scheme);
  return row.field_bytes == 0 ? signature : raw_of(signature, row.field_bytes);
}

}  // namespace lade::signing
