#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade {

/// `docker-archive:path[:{docker-reference|@source-index}]`: what `docker save` writes, old and
/// new, read without unpacking; the path "-" is stdin. The archive has no manifest in v2s2 form:
/// one is made of the config and the layers as they are stored, the same one each time.
std::unique_ptr<ImageSource> open_docker_archive(const std::string& details,
                                                 const TransportContext& context);
/// Takes one image with uncompressed layers; the archive must not exist yet. Written at commit, to
/// stdout for "-".
std::unique_ptr<ImageDestination> write_docker_archive(const std::string& details,
                                                       const TransportContext& context);
std::vector<std::string> list_docker_archive(const std::string& details,
                                             const TransportContext& context);

}  // namespace lade
