#pragma once

#include <string>
#include <string_view>

#include "sbom/model/package.h"

namespace lade::sbom {

/// What TR-03183-2 (8.1) wants to know of a component's file.
struct Deployed {
  std::string file_name{};  ///< empty if the package is no file and its type names none
  bool is_executable = false;
  bool is_archive = false;
  bool is_structured = false;
};

/// What the package says of itself, and where it says nothing what its type is known for: a Debian
/// package is an archive that keeps its files apart, a program is a file that runs.
Deployed deployed_of(const Package& package);

/// A hash algorithm ("sha256") as the formats write it: "SHA256", "SHA-256"; empty if they do not
/// know it, or the digits are not as many as it has.
std::string spdx_algorithm(const PackageHash& hash);
std::string cyclonedx_algorithm(const PackageHash& hash);
/// And back to "sha256".
std::string plain_algorithm(std::string_view written);

}  // namespace lade::sbom
