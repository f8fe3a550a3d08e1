#pragma once

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Adds those that read what the package managers of languages have installed: npm, python, java,
/// ruby, php, dotnet, conda.
void add_language_catalogers(Catalogers& list);

/// Adds those that read lock files: what they find is `declared_only`. Lock files in packages that
/// are installed count for nothing.
void add_declared_catalogers(Catalogers& list);

}  // namespace lade::sbom
