#pragma once

#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "sbom/format/options.h"
#include "sbom/model/inventory.h"

namespace lade::sbom {

/// syft's own JSON (schema 16), as much of it as grype matches by: packages with their type names,
/// identifiers and the metadata that names source packages; locations by diff id, relationships,
/// source, distribution.
std::string write_syft(const Inventory& inventory, const WriteOptions& options);

/// Throws `invalid`, naming `what`. Fields that are not known are passed over.
Inventory read_syft(const Json& json, std::string_view what);

/// "go-module", as syft calls the type; and back, "generic" for others.
std::string_view syft_type(PackageType type);
PackageType type_of_syft(std::string_view word);

/// A dependency snapshot as GitHub's REST interface takes it (github-json).
std::string write_github(const Inventory& inventory, const WriteOptions& options);

/// NAME VERSION TYPE LICENSE in columns.
std::string write_table(const Inventory& inventory);
/// A package URL a line.
std::string write_purls(const Inventory& inventory);
/// Some lines for each package.
std::string write_text(const Inventory& inventory);

}  // namespace lade::sbom
