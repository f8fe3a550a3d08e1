#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// "5.2-1" of "1:5.2-1".
std::string_view without_epoch(std::string_view version);

/// Name, and version without epoch, of every binary and source package that the databases of the
/// image's distribution know.
std::set<std::pair<std::string, std::string>> installed_packages(const AssemblyView& view);

}  // namespace lade::sbom
