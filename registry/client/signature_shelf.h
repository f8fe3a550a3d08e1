#pragma once

#include <string>
#include <vector>

#include "libimage/oci/digest.h"
#include "libimage/oci/reference.h"

namespace lade::registry {

/// Where signatures of a registry's images are that are files and not on the registry
/// (containers-registries.d(5), "Signature storage"). Called from several threads.
class SignatureShelf {
 public:
  virtual ~SignatureShelf() = default;
  /// All signatures of a manifest, in order. `unavailable` if the place does not answer.
  virtual std::vector<std::string> read(const Reference& image, const Digest& manifest) = 0;
  /// Whether signatures of an image of that name can be written.
  virtual bool has_room(const Reference& image) = 0;
  /// Those that are where others would be written, which need not be where they are read.
  virtual std::vector<std::string> staged(const Reference& image, const Digest& manifest) = 0;
  /// Adds those that are not there yet. `unsupported` without room.
  virtual void write(const Reference& image, const Digest& manifest,
                     const std::vector<std::string>& signatures) = 0;
};

}  // namespace lade::registry
