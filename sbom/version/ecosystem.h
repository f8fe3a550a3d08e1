#pragma once

#include <optional>
#include <string_view>

#include "sbom/version/version.h"

namespace lade::sbom {

/// How the versions of an ecosystem are ordered, which is named as in OSV
/// (ossf.github.io/osv-schema, "Defined ecosystems"): "Debian:12", "npm", "Red
/// Hat:enterprise_linux:9::appstream". What is behind the first colon makes no difference, but
/// behind "Root:", which stands before other ecosystems. Nothing for ecosystems that have no order
/// of their own (Android, FreeBSD, OSS-Fuzz…): of those only enumerated versions count.
std::optional<VersionScheme> find_version_scheme(std::string_view ecosystem);

}  // namespace lade::sbom
