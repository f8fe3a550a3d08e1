#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade {

/// `oci:path[:{reference|@source-index}]`: a directory of image-spec 1.1, image-layout.md.
std::unique_ptr<ImageSource> open_oci_layout(const std::string& details,
                                             const TransportContext& context);
/// Blobs appear under their digests as they are committed; index.json is re-read, changed and
/// replaced under a lock, so that any number of writers lose nothing.
std::unique_ptr<ImageDestination> write_oci_layout(const std::string& details,
                                                   const TransportContext& context);
std::vector<std::string> list_oci_layout(const std::string& details,
                                         const TransportContext& context);
/// Takes the entry out of index.json, and the blobs that only it needed. Waits for writers.
void remove_oci_layout(const std::string& details, const TransportContext& context);

}  // namespace lade
