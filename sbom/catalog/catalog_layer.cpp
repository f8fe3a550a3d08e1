#include "sbom/catalog/catalog_layer.h"

#include <utility>

#include "libimage/layer/toc_builder.h"
#include "sbom/catalog/layer_catalog.h"

namespace lade::sbom {

LayerFinds catalog_layer(Source& tar, const Dispatch& dispatch, const CatalogOptions& options) {
  LayerCatalog catalog(dispatch, options);
  visit_layer(tar, options.what, catalog);
  return catalog.take();
}

IndexedFinds index_and_catalog_layer(Source& tar, const Dispatch& dispatch,
                                     const CatalogOptions& options) {
  LayerCatalog catalog(dispatch, options);
  auto toc = index_layer(tar, options.what, &catalog);
  if (catalog.needs_links()) return {std::move(toc), std::nullopt};
  return {std::move(toc), catalog.take()};
}

}  // namespace lade::sbom
