#pragma once

#include "builder/export/layer_stack.h"
#include "libimage/stream/sink.h"

namespace lade::builder {

/// Writes the root file system that layers show together as one tar archive: first directories,
/// then files as the layers hold them, then links and devices. The same layers are the same bytes.
/// Each layer is read once and memory does not grow with the size of files.
void export_tar(const LayerStack& layers, Sink& sink);

}  // namespace lade::builder
