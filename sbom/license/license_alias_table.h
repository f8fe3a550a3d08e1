#pragma once

#include <span>
#include <string_view>

namespace lade::sbom {

/// A name that packages write, and the expression that it stands for.
struct LicenseAlias {
  std::string_view name;
  std::string_view expression;
};

/// Names that are neither ids nor names of the SPDX licence list.
std::span<const LicenseAlias> license_aliases();

}  // namespace lade::sbom
