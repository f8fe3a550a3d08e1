#pragma once

#include <string>
#include <string_view>

#include "sbom/vuln/database.h"

namespace lade::sbom {

/// Merges the data of Debian's security tracker (security-tracker.debian.org/tracker/data/json):
/// source package → vulnerability → release → status. Read as a stream: what is held in memory is
/// one vulnerability of one package, and what the builder holds. Releases that are not known are
/// told by their codename. Throws `invalid`, naming `what` and where.
void import_debian_tracker(std::string_view text, std::string_view what, DatabaseBuilder& builder);

/// "Debian:12" of "bookworm", "Debian:sid" of "sid"; of others the codename stands for the number.
std::string debian_ecosystem(std::string_view codename);

}  // namespace lade::sbom
