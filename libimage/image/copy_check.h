#pragma once

#include <optional>

#include "libimage/image/copy.h"

namespace lade {

/// What the destination's name stands for, if that is all this copy would bring: the image, of an
/// index the instances that are wanted, and what refers to them. Costs a question to either side
/// for each manifest, and reads no blob. Nothing if something is to be done, or it cannot be told.
std::optional<Descriptor> find_copied(ImageSource& source, ImageDestination& destination,
                                      const CopyOptions& options);

}  // namespace lade
