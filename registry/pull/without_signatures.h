#pragma once

#include <memory>

#include "libimage/image/interfaces.h"

namespace lade::registry {

/// The same image without the signatures that lie beside it as files: for who copies it to where
/// they have no room, so that nobody is asked for them in vain.
std::unique_ptr<ImageSource> without_signatures(std::unique_ptr<ImageSource> source);

}  // namespace lade::registry
