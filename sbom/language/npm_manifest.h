#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "sbom/model/package.h"

namespace lade::sbom {

/// The package that a package.json tells of (docs.npmjs.com, package.json); nothing if it lacks a
/// name or a version, as those do that only say how a directory's modules are to be read. `depends`
/// are the names in dependencies, optionalDependencies and peerDependencies. `invalid` if it is no
/// JSON.
std::optional<Package> parse_npm_manifest(std::string_view text, std::string_view what);
std::optional<Package> npm_package(const Json& manifest);

/// "sha512-<base64> sha1-<base64>" (W3C Subresource Integrity) as hashes; what is none is left out.
std::vector<PackageHash> parse_integrity(std::string_view text);

/// Sets namespace and name from "@scope/name" or "name".
void set_npm_name(Package& package, std::string_view full_name);

}  // namespace lade::sbom
