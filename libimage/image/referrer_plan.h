#pragma once

#include "libimage/image/copy_plan.h"

namespace lade {

/// Adds to a plan what refers to the manifests in it, and what refers to that: their manifests,
/// blobs and a record of each. What would have to change is left out, with a note.
void plan_referrers(CopyPlan& plan, ImageSource& source, const ImageDestination& destination,
                    const DestinationAbilities& abilities, const CopyOptions& options);

/// What an image source has attached to a digest, as far as the options let it travel.
std::vector<Referrer> wanted_referrers(ImageSource& source, const Digest& subject,
                                       const CopyOptions& options);

}  // namespace lade
