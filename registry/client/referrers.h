#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/image/referrer.h"
#include "libimage/oci/index.h"
#include "libimage/oci/manifest.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// The manifests of a repository whose subject is `subject`, with artifact type and annotations, by
/// the referrers API over all pages (distribution-spec 1.1, "Listing Referrers"); nothing if the
/// registry does not have it. `artifact_type`, if not empty, selects.
std::optional<std::vector<Descriptor>> ask_referrers_api(const Repository& repository,
                                                         const Digest& subject,
                                                         const std::string& artifact_type = {});
/// The same by the fallback tag, of a registry without the API.
std::vector<Descriptor> read_fallback_tag(const Repository& repository, const Digest& subject);

/// Adds `referrer` to the fallback tag of `subject`, for a registry that did not take note of it by
/// itself: the tag is read again after it was written, and written again until `referrer` is in it
/// ("Referrers Tag Schema").
void add_to_fallback_tag(const Repository& repository, const Digest& subject,
                         const Descriptor& referrer);
/// The same once more if somebody who read the tag before that and wrote it after took it away;
/// waits until nobody can have. No registry has a condition on writing.
void keep_in_fallback_tag(const Repository& repository, const Digest& subject,
                          const Descriptor& referrer);

}  // namespace lade::registry
