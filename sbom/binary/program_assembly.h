#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sbom/binary/elf_linking.h"
#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Adds the packages of one visible find where it was found, each under its parent, and returns
/// their handles.
std::vector<std::size_t> add_found_packages(const AssemblyView& view, InventoryBuilder& inventory,
                                            std::string_view cataloger, const VisibleFind& visible);

/// A package that is the program at `path` depends on whoever owns the libraries it is linked with.
void need_libraries(const AssemblyView& view, InventoryBuilder& inventory, std::size_t handle,
                    const ElfLinking& linking, std::string_view path);

}  // namespace lade::sbom
