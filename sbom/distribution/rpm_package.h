#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sbom/distribution/package_collector.h"

namespace lade::sbom {

/// Adds the package that a header of rpm's database tells of. Keys, which rpm keeps as packages
/// called gpg-pubkey, are none. False if there is no room for more packages; a damaged header is a
/// fault.
bool add_rpm_package(std::span<const std::byte> header, PackageCollector& collector);

/// Sets what a package was built from by the name of its source package,
/// "bash-5.1.8-6.el9.src.rpm", unless that is the package itself in this version and release.
void set_rpm_source(Package& package, std::string_view file, std::string_view version_release);

}  // namespace lade::sbom
