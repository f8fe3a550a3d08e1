#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "signing/keys/signer.h"

namespace lade::signing {

/// One signature of an envelope.
struct EnvelopeSignature {
  std::string bytes;     ///< decoded
  std::string key_id{};  ///< a hint, unsigned; often empty
};

/// DSSE 1.0.2 (envelope.md): bytes of a type, and signatures over both.
struct Envelope {
  static constexpr std::string_view in_toto_type = "application/vnd.in-toto+json";

  std::string payload_type;
  std::string payload;  ///< decoded
  std::vector<EnvelopeSignature> signatures{};

  /// What is signed (protocol.md, "PAE").
  std::string signed_bytes() const;
  bool verifies(const PublicKey& key) const { return verifies(key, key.default_scheme()); }
  /// Any of the signatures is by this key.
  bool verifies(const PublicKey& key, const SignatureScheme& scheme) const;
};

/// `invalid` names what of `what` is missing or of the wrong type. Base64 of both alphabets is
/// read, as the specification asks for.
Envelope parse_envelope(const Json& json, std::string_view what);
Json to_json(const Envelope& envelope);

/// An envelope with one signature.
Envelope seal(std::string payload_type, std::string payload, Signer& signer);

}  // namespace lade::signing
