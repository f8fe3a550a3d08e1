#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signing/keys/public_key.h"
#include "signing/x509/time_range.h"

struct x509_st;

namespace lade::signing {

/// What a certificate may be used for (RFC 5280, 4.2.1.12).
enum class CertificateUse : unsigned char { code_signing, time_stamping };

/// An X.509 certificate. Immutable; may be used by several threads. That it was parsed says nothing
/// of who issued it: see chain.h.
class Certificate {
 public:
  static constexpr std::size_t size_limit_bytes = std::size_t{64} << 10;

  /// `invalid` says what of `what` is wrong.
  static Certificate parse_der(std::string_view der, std::string_view what);
  /// The only block of a PEM text.
  static Certificate parse_pem(std::string_view pem, std::string_view what);
  /// All blocks of a PEM text, one at least.
  static std::vector<Certificate> parse_pem_chain(std::string_view pem, std::string_view what);
  /// Takes part in the ownership of OpenSSL's certificate.
  static Certificate of(x509_st* certificate, std::string_view what);

  const std::string& der() const { return der_; }
  std::string pem() const;
  /// "O=sigstore.dev,CN=sigstore" (RFC 2253); empty in Fulcio's certificates of signers.
  std::string subject() const;
  std::string issuer() const;
  /// The subject, or the serial number where there is none: for messages.
  std::string name() const;
  bool is_self_issued() const;
  /// It may issue others (RFC 5280, 4.2.1.9).
  bool is_authority() const;
  /// Whether its extended key usage, if it has one, names this use.
  bool permits(CertificateUse use) const;
  /// Whether its extended key usage names this use.
  bool is_for(CertificateUse use) const;
  TimeRange validity() const;
  /// `unsupported` if Lade knows no such key.
  PublicKey public_key() const;
  /// The value of the extension with this OID in dotted form; nothing if it has none.
  std::optional<std::string> find_extension(const std::string& oid) const;

  /// OpenSSL's certificate, as long as this object lives.
  x509_st* handle() const { return certificate_.get(); }

  bool operator==(const Certificate& other) const { return der_ == other.der_; }

 private:
  Certificate() = default;

  std::shared_ptr<x509_st> certificate_;
  std::string der_;
};

}  // namespace lade::signing
