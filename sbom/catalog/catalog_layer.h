#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libimage/layer/toc.h"
#include "libimage/stream/source.h"
#include "sbom/catalog/dispatch.h"
#include "sbom/catalog/find.h"

namespace lade::sbom {

/// How a layer is read.
struct CatalogOptions {
  std::string what;     ///< names the layer in errors
  std::string scratch;  ///< a directory for large files, which have no name there
  /// The layer's toc, if it is known: tells which files have several names.
  const Toc* toc = nullptr;
};

/// Reads the wanted files of one layer in one pass over its uncompressed tar. What a cataloger
/// cannot read is a find with a problem; only a tar that cannot be read throws.
LayerFinds catalog_layer(Source& tar, const Dispatch& dispatch, const CatalogOptions& options);

struct IndexedFinds {
  std::shared_ptr<const Toc> toc;
  /// Nothing if a wanted file has its contents under another name, which only the toc tells: then
  /// `catalog_layer` does it.
  std::optional<LayerFinds> finds;
};

/// The same of a layer that nothing is known of, and its toc, made on the way.
IndexedFinds index_and_catalog_layer(Source& tar, const Dispatch& dispatch,
                                     const CatalogOptions& options);

}  // namespace lade::sbom
