#pragma once

#include <memory>

#include "libimage/image/interfaces.h"

namespace lade {

/// `source` as it is now: its top manifest is read once, so that what is judged is what is used,
/// though its name stands for something else by then.
std::unique_ptr<ImageSource> pinned(std::unique_ptr<ImageSource> source);

}  // namespace lade
