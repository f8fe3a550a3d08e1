#pragma once

#include <memory>

#include "cmd/catalogued_layer.h"
#include "sbom/secrets/secret_scanner.h"

namespace lade::cmd {

struct ScannedLayer {
  std::shared_ptr<const Toc> toc;
  sbom::LayerSecrets secrets;
};

/// What the notes know of the secrets of a layer by these rules, else what is found now, which is
/// noted. `corrupt` if it is not the layer that its diff id says.
ScannedLayer scan_layer(const LayerAccess& layer, const sbom::SecretScanner& scanner,
                        const LayerNotes& notes);

}  // namespace lade::cmd
