#pragma once

#include <string_view>

#include "sbom/vuln/database.h"

namespace lade::sbom {

/// Whose packages a secdb is about: "alpine", "wolfi", "chainguard".
std::string_view secdb_provider(std::string_view text, std::string_view what);

/// Merges a secdb (secdb.alpinelinux.org, packages.wolfi.dev/os/security.json): for each package
/// the vulnerabilities that each version fixes, those of version "0" being no vulnerabilities of
/// it. Of several versions that fix one the last counts. Throws `invalid`, naming `what` and the
/// member.
void import_secdb(std::string_view text, std::string_view what, DatabaseBuilder& builder);

}  // namespace lade::sbom
