#pragma once

#include <string>

#include "libimage/base/cancel_token.h"
#include "sbom/catalog/catalog_layer.h"

namespace lade::sbom {

/// A directory of this machine taken as the only layer of an image, with its toc (without digests:
/// nobody hashes a machine's disk). No link in it is followed out of it; what this user may not
/// read is a problem of that path; file systems that the kernel makes up (/proc, /sys) are left
/// out. `cancel` may be null.
IndexedFinds catalog_directory(const std::string& directory, const Dispatch& dispatch,
                               const CatalogOptions& options, const CancelToken* cancel);

}  // namespace lade::sbom
