#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "sbom/catalog/cataloger.h"
#include "sbom/distribution/dependency_graph.h"

namespace lade::sbom {

/// A package that was added to an inventory; `package` is the one in its find.
struct AddedPackage {
  const Package* package = nullptr;
  std::size_t handle = 0;
  std::string_view paths{};  ///< those that it owns, once `own_paths` told
};

/// Adds the packages of a find that lists all of a kind, each attributed to its layers by what the
/// file at the same path listed in the layers below. `complete`, if there is one, may fill in
/// before what other files say of them.
std::vector<AddedPackage> add_database(const AssemblyView& view, const VisibleFind& visible,
                                       InventoryBuilder& inventory,
                                       const std::function<void(Package&)>& complete = {});

/// Tells the inventory which paths the find's note says each package owns (owned_paths_of).
void own_paths(const Find& find, std::vector<AddedPackage>& added, InventoryBuilder& inventory);

/// Relates packages to those that they need, by what they provide and the files that they own.
void relate_needs(const std::vector<AddedPackage>& added, NeedSyntax syntax,
                  InventoryBuilder& inventory);

}  // namespace lade::sbom
