#pragma once

#include <string>

#include "cmd/session.h"
#include "libimage/oci/platform.h"
#include "sbom/model/inventory.h"

namespace lade::cmd {

/// The copyright and licence files that packages of an image name, each text once, under the names
/// of the packages it is of: what has to be passed on with the image. What no text was found for is
/// listed at the end. `invalid` for what is no image.
std::string license_texts(Session& session, const std::string& image, const Platform& platform,
                          const sbom::Inventory& inventory);

}  // namespace lade::cmd
