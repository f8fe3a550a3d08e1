#pragma once

#include <functional>
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

/// An image that comes as such an archive, on a stream; it must hold one image. `name` is the
/// source's.
std::unique_ptr<ImageSource> receive_docker_archive(const std::string& name,
                                                    std::unique_ptr<Source> archive,
                                                    const TransportContext& context);
/// Sends an archive: calls what it is given with a sink for the whole of it, once.
using SendArchive = std::function<void(const std::function<void(Sink&)>& write)>;
/// An image that goes as such an archive, at commit, under these tags.
std::unique_ptr<ImageDestination> send_docker_archive(const std::string& name,
                                                      const std::vector<Reference>& tags,
                                                      SendArchive send,
                                                      const TransportContext& context);

}  // namespace lade
