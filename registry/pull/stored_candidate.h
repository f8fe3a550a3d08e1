#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "libimage/image/copy.h"
#include "libimage/store/store.h"

namespace lade::registry {

/// The image that the store has under one of these names, the first that has one. A name with a
/// digest is also that of a tag of the same repository that stands for it.
std::optional<NamedImage> find_stored(Store& store, const std::vector<Reference>& names);

/// The image whose id or digest the word is, or begins with at least `shortest` digits of.
std::optional<NamedImage> find_stored_by_id(Store& store, std::string_view word,
                                            std::size_t shortest);

/// Whether everything of an image that is wanted is in the store: an index there may lack some of
/// its images.
bool is_whole(Store& store, ImageSource& source, const PlatformChoice& wanted);

/// The platform to take of an image in the store for who has not said any: `preferred`, unless it
/// is an index that lacks that and has exactly one other.
Platform platform_at_hand(Store& store, ImageSource& source, const Platform& preferred);

}  // namespace lade::registry
