#pragma once

#include <vector>

#include "libimage/image/attach.h"
#include "libimage/oci/platform.h"
#include "signing/attest/statement.h"

namespace lade::signing {

/// An image with statements about it in the form of BuildKit ("Image attestation storage"): an
/// index of both, in which the second manifest names the first by annotations. For registries and
/// readers that know no referrers.
struct AttestationIndex {
  RawManifest index;
  AttachedManifest attestation;  ///< config and statements are its blobs
};

AttestationIndex author_attestation_index(const Descriptor& image, const Platform& platform,
                                          const std::vector<Statement>& statements);

}  // namespace lade::signing
