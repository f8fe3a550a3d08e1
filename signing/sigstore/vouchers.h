#pragma once

#include <functional>
#include <vector>

#include "signing/sigstore/artifact.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// What goes with every signature that somebody makes: the certificate of the key, and what others
/// say of the signature once it is there.
struct Vouchers {
  std::vector<Certificate> certificates{};  ///< the signer's first; none of a bare key
  /// Adds log entries and timestamps to a signature of an artifact; may be empty.
  std::function<void(SignedMaterial& material, const Artifact& artifact)> witness{};
  /// A transparency log will check the signature, by a hash of what was signed.
  bool by_hash = false;

  /// How to sign what is no envelope: as the key usually does, unless that is over no hash.
  SignatureScheme scheme_for(const PublicKey& key) const {
    if (by_hash && key.kind() == KeyKind::ed25519) {
      return {.hash = MessageHash::sha512, .form = SignatureScheme::Form::prehashed};
    }
    return key.default_scheme();
  }
};

}  // namespace lade::signing
