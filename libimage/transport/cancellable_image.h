#pragma once

#include <memory>

#include "libimage/base/cancel_token.h"
#include "libimage/image/interfaces.h"

namespace lade {

/// The same image, whose blobs throw `cancelled` once the token is. It outlives the source, or is
/// null.
std::unique_ptr<ImageSource> cancellable(std::unique_ptr<ImageSource> source,
                                         const CancelToken* token);

}  // namespace lade
