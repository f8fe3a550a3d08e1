#pragma once

#include <functional>
#include <string>

#include "libimage/image/interfaces.h"

namespace lade {

/// Throws `not_found` unless everything a manifest names `is_there`: config and layers, but for
/// those whose bytes stand in the manifest or stay at a URL. Of an index nothing is required, since
/// it may lack images (sparse indexes). `where` is for the message.
void require_blobs(const RawManifest& manifest, const std::string& where,
                   const std::function<bool(const Descriptor&)>& is_there);

}  // namespace lade
