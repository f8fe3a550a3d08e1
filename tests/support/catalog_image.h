#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libimage/layer/merged_tree.h"
#include "libimage/stream/source.h"
#include "sbom/catalog/assemble.h"
#include "sbom/catalog/catalog_layer.h"
#include "tests/support/tar_builder.h"

namespace lade::sbom {

/// What the catalogers find in an image of these layers, lowest first. The finds go through their
/// kept form on the way, as they do in a cache.
inline Inventory inventory_of(const Catalogers& catalogers, const std::vector<TarBuilder>& tars) {
  const Dispatch dispatch(catalogers);
  std::vector<std::shared_ptr<const Toc>> tocs;
  std::vector<LayerFinds> finds;
  for (const TarBuilder& builder : tars) {
    const std::string bytes = builder.bytes();
    MemorySource tar(bytes);
    IndexedFinds indexed =
        index_and_catalog_layer(tar, dispatch, {.what = "test.tar", .scratch = "/tmp"});
    if (!indexed.finds) {
      MemorySource again(bytes);
      indexed.finds = catalog_layer(
          again, dispatch, {.what = "test.tar", .scratch = "/tmp", .toc = indexed.toc.get()});
    }
    tocs.push_back(std::move(indexed.toc));
    finds.push_back(decode_finds(encode_finds(*indexed.finds)));
  }
  return assemble(catalogers, MergedTree(std::move(tocs)), finds, {});
}

/// The package of this name; fails the test if there is not exactly one.
inline const Package& only_package(const Inventory& inventory, const std::string& name) {
  const Package* found = nullptr;
  for (const Package& package : inventory.packages) {
    if (package.name != name) continue;
    if (found != nullptr) throw std::runtime_error("more than one package is called " + name);
    found = &package;
  }
  if (found == nullptr) throw std::runtime_error("no package is called " + name);
  return *found;
}

}  // namespace lade::sbom
