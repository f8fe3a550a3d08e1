#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "libimage/image/image.h"

namespace lade::cmd {

/// What lists and messages say of an image in the store.
struct StoredImage {
  Descriptor target;
  std::optional<Reference> name;  ///< nothing: "<none>"
  Digest id;                      ///< config digest; of what has none, the manifest's
  std::optional<Timestamp> created;
  std::uint64_t size_bytes = 0;  ///< config and layers as they are stored, compressed
};

/// Of an index it is the instance for this machine, or any if there is none.
StoredImage describe(Session& session, const Descriptor& target, std::optional<Reference> name);
/// All images, by name, the unnamed last.
std::vector<StoredImage> list_stored_images(Session& session);
/// All names of a manifest.
std::vector<Reference> names_of(Store& store, const Digest& target);
/// Does the word name the image, and is not just an id of it?
bool is_name_of(std::string_view word, const Reference& name);

}  // namespace lade::cmd
