#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libimage/layer/toc.h"
#include "libimage/oci/digest.h"
#include "libimage/store/layer_notes.h"
#include "libimage/stream/source.h"
#include "sbom/catalog/catalog_layer.h"

namespace lade::cmd {

/// A layer that may have to be read.
struct LayerAccess {
  Digest diff_id;
  std::string what;  ///< names it in errors
  /// Its uncompressed tar; verified bytes, if they are read to the end.
  std::function<std::unique_ptr<Source>()> open;
  /// Its toc, if somebody has it; else null.
  std::shared_ptr<const Toc> toc{};
};

/// The layer's toc if somebody has it or the notes do; else null.
std::shared_ptr<const Toc> find_noted_toc(const LayerAccess& layer, const LayerNotes& notes);
void note_toc(const LayerAccess& layer, const LayerNotes& notes, const Toc& toc);
/// `corrupt` unless that is what the layer was said to be.
void require_diff_id(const LayerAccess& layer, const Digest& got);

struct CataloguedLayer {
  std::shared_ptr<const Toc> toc;
  sbom::LayerFinds finds;
};

/// What the notes know of a layer, else what is found in it now, which is noted. `corrupt` if it is
/// not the layer that its diff id says.
CataloguedLayer catalog_layer(const LayerAccess& layer, const sbom::Dispatch& dispatch,
                              const LayerNotes& notes, const std::string& scratch);

}  // namespace lade::cmd
