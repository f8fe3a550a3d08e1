#pragma once

#include <functional>
#include <memory>
#include <string>

#include "libimage/base/fd.h"
#include "libimage/stream/source.h"

namespace lade {

/// Opens a regular file to read: `path` below `directory`. Relative and absolute paths, ".." and
/// symlinks lead nowhere but into the directory; the last component is no link. `corrupt` for what
/// is no regular file, `denied`, `not_found`.
Fd open_layer_file(const std::string& directory, const std::string& path);

/// The same by other means.
using OpenLayerFile = std::function<Fd(const std::string& directory, const std::string& path)>;

/// The tar of an unpacked layer, put together of tar-split data and its files. `tar_split` is the
/// data as it is kept, compressed or not; `directory` holds the files; `open` opens one. `name` is
/// for errors. The bytes are the layer's only if nobody changed a file: whoever reads them verifies
/// them. `corrupt` for a file whose size is another, and for data that makes no sense.
std::unique_ptr<Source> open_layer_tar(std::unique_ptr<Source> tar_split, std::string directory,
                                       std::string name, OpenLayerFile open = open_layer_file);

}  // namespace lade
