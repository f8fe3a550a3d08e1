#pragma once

#include <map>
#include <string>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/image/attach.h"
#include "signing/attest/statement.h"
#include "signing/image/cosign_tag.h"
#include "signing/keys/signer.h"
#include "signing/sigstore/signed_material.h"
#include "signing/sigstore/vouchers.h"

namespace lade::signing {

/// What signing an image says and how.
struct SignOptions {
  std::string docker_reference{};                    ///< the name it is signed for
  std::map<std::string, std::string> annotations{};  ///< said and signed beside it
  Timestamp now{};                                   ///< of the artifact's annotation
  bool bundle = true;                                ///< a Sigstore bundle, by subject
  bool cosign = true;                                ///< cosign's older tag
  bool notation = false;                             ///< a Notary Project signature, by subject
  Vouchers vouchers{};                               ///< of the first two forms
  // of that alone
  Timestamp signing_time{};                 ///< by the clock: the certificates are valid then
  std::vector<Certificate> certificates{};  ///< the signer's first, the root last
  std::optional<Timestamp> expiry{};        ///< when it is not to be used any more
  std::string signing_agent{};              ///< "lade/1.0.0"
};

/// A statement in a DSSE envelope in a Sigstore bundle 0.3, as cosign 3 attaches it. `material`
/// brings what vouches for the signature beside the envelope (certificate, log entries).
AttachedManifest author_bundle(SignedMaterial material, const Statement& statement,
                               const Descriptor& subject, Timestamp now);

/// Signs a statement about an image.
AttachedManifest sign_statement(const Statement& statement, const Descriptor& subject,
                                Signer& signer, Timestamp now, const Vouchers& vouchers = {});

/// A Notary Project signature in JWS of a manifest, as Notation attaches it: the type of the config
/// says what it is. `invalid` if the certificates are not the signer's.
AttachedManifest sign_for_notation(const Descriptor& subject, Signer& signer,
                                   const SignOptions& options);

/// The statement that stands for a signature alone.
Statement signature_statement(const Descriptor& subject, const SignOptions& options);

/// Signs a manifest that source and destination have, in all forms before any of them is attached.
/// A cosign tag is read and
/// written anew with one layer more; should somebody else have done so at the same time, it is
/// done again, so that nobody's signature is lost. Returns where they are: a digest, a tag.
/// `conflict` if others keep writing.
std::vector<std::string> sign_image(const SourceOpener& open, ImageDestination& destination,
                                    const Descriptor& subject, Signer& signer,
                                    const SignOptions& options);

}  // namespace lade::signing
