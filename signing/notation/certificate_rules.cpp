// The chain comes complete and in order, so nothing is searched for: each certificate is held
// against the rules of its place, and its signature against the key of the next one. The last one
// is self-signed; a chain of one is a self-signed certificate of a signer, whom a trust store names
// directly.
#include "signing/notation/certificate_rules.h"

#include <openssl/x509v3.h>

#include "libimage/base/error.h"
#include "signing/keys/openssl.h"
#include "signing/notation/notary_algorithm.h"

namespace lade::signing {
namespace {

[[noreturn]] void refuse(const Certificate& certificate, std::string_view rule) {
  fail(ErrorKind::denied, "the certificate {} {}", certificate.name(), rule);
}

std::uint32_t flags_of(const Certificate& certificate) {
  return X509_get_extension_flags(certificate.handle());
}

bool is_critical(const Certificate& certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate.handle(), nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate.handle(), at)) == 1;
}

/// The key usage, which has to be there.
std::uint32_t usage_of(const Certificate& certificate) {
  if ((flags_of(certificate) & EXFLAG_KUSAGE) == 0 || !is_critical(certificate, NID_key_usage)) {
    refuse(certificate, "has no critical key usage");
  }
  return X509_get_key_usage(certificate.handle());
}

void require_leaf(const Certificate& leaf) {
  if (leaf.is_authority()) refuse(leaf, "is an authority's; wanted a signer's");
  const std::uint32_t usage = usage_of(leaf);
  if ((usage & KU_DIGITAL_SIGNATURE) == 0) refuse(leaf, "is not for digital signatures");
  constexpr std::uint32_t foreign = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT |
                                    KU_KEY_CERT_SIGN | KU_CRL_SIGN | KU_ENCIPHER_ONLY |
                                    KU_DECIPHER_ONLY;
  if ((usage & foreign) != 0) refuse(leaf, "is for more than digital signatures");
  if ((flags_of(leaf) & EXFLAG_XKUSAGE) == 0) return;
  constexpr std::uint32_t other_uses =
      XKU_ANYEKU | XKU_SSL_SERVER | XKU_SSL_CLIENT | XKU_SMIME | XKU_TIMESTAMP;
  const std::uint32_t uses = X509_get_extended_key_usage(leaf.handle());
  if ((uses & other_uses) != 0 || (uses & XKU_CODE_SIGN) == 0) {
    refuse(leaf, "is not for signing code alone");
  }
}

/// `below` is how many other authorities are between it and the signer.
void require_authority(const Certificate& authority, long below) {
  if (!authority.is_authority()) refuse(authority, "is no authority's, and issued another one");
  if (!is_critical(authority, NID_basic_constraints)) {
    refuse(authority, "has no critical basic constraints");
  }
  if ((usage_of(authority) & KU_KEY_CERT_SIGN) == 0) {
    refuse(authority, "is not for issuing certificates");
  }
  const long path = X509_get_pathlen(authority.handle());
  if (path >= 0 && path < below)
    refuse(authority, "is followed by more authorities than it allows");
}

void require_algorithms(const Certificate& certificate) {
  static_cast<void>(certificate.public_key());  // refuses kinds and sizes that are not taken
  int hash = NID_undef;
  if (X509_get_signature_info(certificate.handle(), &hash, nullptr, nullptr, nullptr) != 1 ||
      (hash != NID_sha256 && hash != NID_sha384 && hash != NID_sha512)) {
    take_openssl_reasons();
    refuse(certificate, "is not signed over SHA-256, 384 or 512");
  }
}

void require_issued_by(const Certificate& certificate, const Certificate& issuer) {
  if (X509_NAME_cmp(X509_get_issuer_name(certificate.handle()),
                    X509_get_subject_name(issuer.handle())) != 0) {
    refuse(certificate, "is not followed by its issuer, but by " + issuer.name());
  }
  if (X509_verify(certificate.handle(), issuer.public_key().handle()) != 1) {
    take_openssl_reasons();
    refuse(certificate, "is not signed by " + issuer.name());
  }
}

}  // namespace

void require_signing_chain(std::span<const Certificate> chain) {
  if (chain.empty()) fail(ErrorKind::denied, "there is no certificate");
  for (const Certificate& certificate : chain) require_algorithms(certificate);
  static_cast<void>(notary_algorithm_of(chain.front().public_key()));
  require_leaf(chain.front());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    require_authority(chain[i], static_cast<long>(i) - 1);
    require_issued_by(chain[i - 1], chain[i]);
  }
  const Certificate& root = chain.back();
  if (!root.is_self_issued()) refuse(root, "is no root, and the last of its chain");
  require_issued_by(root, root);
}

void require_valid_at(std::span<const Certificate> chain, Timestamp time) {
  for (const Certificate& certificate : chain) {
    if (certificate.validity().contains(time)) continue;
    fail(ErrorKind::denied, "the certificate {} is valid {}, and not at {}", certificate.name(),
         certificate.validity().str(), to_rfc3339(time));
  }
}

bool names_revocation_service(const Certificate& certificate) {
  return X509_get_ext_by_NID(certificate.handle(), NID_crl_distribution_points, -1) >= 0 ||
         certificate.find_extension("1.3.6.1.5.5.7.1.1")
                 .value_or("")
                 .find("\x2b\x06\x01\x05\x05\x07\x30\x01") != std::string::npos;
}

}  // namespace lade::signing
