#pragma once

#include "libimage/image/interfaces.h"
#include "libimage/image/platform_choice.h"

namespace lade {

/// Asks about each image of a source that the choice takes, once: of an index its instances, since
/// those are what is used, and the index itself only where it goes without them. Reads manifests
/// alone; throws what `admission` throws.
void admit_images(ImageSource& source, const PlatformChoice& choice, Admission& admission);

}  // namespace lade
