#pragma once

#include <memory>
#include <string>

#include "libimage/transport/transport.h"

namespace lade {

/// `tarball:path[:path…]`: an image with a layer per tar file, bottom first, compressed as they
/// are (xz and bzip2, which no layer may be, are unpacked). The path "-" is stdin. The config has
/// the context's platform and its epoch; without one the times of the files (stdin: the context's
/// `now`). So the same files are the same image.
std::unique_ptr<ImageSource> open_tarball(const std::string& details,
                                          const TransportContext& context);

}  // namespace lade
