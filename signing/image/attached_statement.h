#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/image/interfaces.h"
#include "signing/attest/statement.h"

namespace lade::signing {

/// A statement that is attached to a manifest, as it stands there: nothing of it is checked but
/// that it is about that manifest.
struct AttachedStatement {
  Statement statement;
  std::string place{};     ///< for messages: the artifact's digest, or a tag and layer
  bool is_signed = false;  ///< by whomever
};

/// All of a manifest: unsigned ones, those in Sigstore bundles and under cosign's tags; and, if
/// `index` lists attestation manifests of BuildKit's about it, theirs. What cannot be read or is
/// about something else is left out, and said in `notes`.
std::vector<AttachedStatement> read_statements(ImageSource& source, const Digest& subject,
                                               const std::optional<RawManifest>& index,
                                               std::vector<std::string>& notes);

}  // namespace lade::signing
