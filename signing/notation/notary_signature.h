#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/oci/descriptor.h"
#include "signing/notation/notary_algorithm.h"
#include "signing/x509/certificate.h"

namespace lade::signing {

/// Who vouches for the time of signing (signing-scheme.md).
enum class NotaryScheme : unsigned char {
  x509,              ///< "notary.x509": a time-stamp authority, or nobody
  signing_authority  ///< "notary.x509.signingAuthority": whoever signed, for others
};
std::string_view to_string(NotaryScheme scheme);

/// A Notary Project signature (signature-specification.md, "Signature Envelope"), whichever
/// envelope it came in. That it was read says nothing of whether it is good: see notary_verify.h.
struct NotarySignature {
  static constexpr std::string_view artifact_type = "application/vnd.cncf.notary.signature";
  static constexpr std::string_view payload_type = "application/vnd.cncf.notary.payload.v1+json";
  static constexpr std::string_view jws_type = "application/jose+json";
  static constexpr std::string_view cose_type = "application/cose";
  static constexpr std::string_view thumbprints_key = "io.cncf.notary.x509chain.thumbprint#S256";
  static constexpr std::size_t size_limit_bytes = std::size_t{1} << 20;
  static constexpr std::size_t certificates_limit = 16;

  NotaryAlgorithm algorithm = NotaryAlgorithm::es256;
  NotaryScheme scheme = NotaryScheme::x509;
  /// When it was made: as the signer says, which proves nothing, or as a signing authority does.
  std::optional<Timestamp> signing_time{};
  std::optional<Timestamp> expiry{};
  std::string payload{};                    ///< JSON: see notary_payload.h
  std::vector<Certificate> certificates{};  ///< the signer's first, the root last
  std::string timestamp_token{};            ///< RFC 3161, over `signature`; empty: none
  std::string signing_agent{};              ///< unsigned
  std::string signed_bytes{};               ///< what the signature is over
  std::string signature{};
};

/// An envelope by the media type of the layer it was in. `invalid` says what is wrong,
/// `unsupported` names another type, algorithm, scheme or critical attribute.
NotarySignature parse_notary_signature(std::string_view media_type, std::string_view bytes,
                                       std::string_view what);

}  // namespace lade::signing
