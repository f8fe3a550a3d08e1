#pragma once

#include <memory>
#include <vector>

#include "libimage/store/layer_content.h"
#include "libimage/store/store.h"

namespace lade {

/// The files of a layer blob. `make_spool` opens an empty file that nobody else knows; without it
/// nothing is spooled. `tar_bytes` is what the blob unpacks to, or a guess.
std::unique_ptr<LayerFiles> make_layer_files(LayerFile blob, std::vector<Frame> frames,
                                             std::uint64_t tar_bytes, const ExpansionLimit& limit,
                                             std::function<Fd()> make_spool);

}  // namespace lade
