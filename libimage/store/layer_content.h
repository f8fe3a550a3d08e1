#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/layer/toc.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/source.h"

namespace lade {

/// A blob opened for reading; `what` names it in errors.
struct LayerFile {
  Fd file;
  std::uint64_t size_bytes = 0;
  std::string what;
};

/// The uncompressed tar of a layer.
std::unique_ptr<Source> open_tar(LayerFile blob, const ExpansionLimit& limit);
/// The contents of a file of the layer, verified against its hash. Inflates from the last of
/// `frames` before it, or from the beginning. `limit` is asked only where the whole layer must be
/// read. `invalid` if the entry is no file.
std::unique_ptr<Source> open_file_content(LayerFile blob, const TocEntry& file,
                                          const std::vector<Frame>& frames,
                                          const ExpansionLimit& limit);

}  // namespace lade
