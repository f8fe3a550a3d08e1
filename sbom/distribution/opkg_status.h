#pragma once

#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The packages of opkg's status file, or the one of a control file, which has no status.
Find parse_opkg_status(std::string_view text);

}  // namespace lade::sbom
