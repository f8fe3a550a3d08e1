#pragma once

#include <string>
#include <string_view>

#include "sbom/vuln/database.h"

namespace lade::sbom {

/// Merges a CSAF VEX document of Red Hat's (security.access.redhat.com/data/csaf/v2/vex), which is
/// about one vulnerability: which rpm packages of the distribution are fixed since which version,
/// affected, not affected, or looked into. Products that are no packages of Red Hat Enterprise
/// Linux are passed over. Throws `invalid`, naming `what` and the member, and `unsupported` for
/// another publisher's documents.
void import_csaf_vex(std::string_view text, std::string_view what, DatabaseBuilder& builder);

/// "Red Hat:enterprise_linux:9::appstream" of "cpe:/a:redhat:enterprise_linux:9::appstream"; empty
/// for what is no release of the distribution.
std::string red_hat_ecosystem(std::string_view cpe);

}  // namespace lade::sbom
