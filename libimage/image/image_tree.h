#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libimage/image/interfaces.h"
#include "libimage/image/referrer.h"

namespace lade {

/// A manifest with what it stands for and what refers to it.
struct ImageTree {
  enum class Kind { index, image, artifact, missing };

  Descriptor descriptor;      ///< with platform or artifact type, and annotations
  Kind kind = Kind::missing;  ///< missing: it is listed, and the source does not have it
  std::string tag{};          ///< of cosign's, by which it refers
  /// The manifest with its configuration and layers; what is listed twice counts twice.
  std::uint64_t size_bytes = 0;
  std::string created{};               ///< as its annotations say it; often empty
  std::vector<ImageTree> instances{};  ///< of an index
  std::vector<ImageTree> referrers{};

  /// "image", "index", the artifact type…
  std::string type() const;
};

struct TreeOptions {
  /// Referrers of that type alone, with what refers to them; empty: all.
  std::string artifact_type{};
};

/// The whole tree below the name of a source: an index, its instances, and what refers to each,
/// recursively. Attestations that BuildKit lists beside the images of an index stand below what
/// they are about. Each manifest is read once, configurations and layers never. `unsupported` for
/// what is deeper or larger than anybody makes.
ImageTree read_tree(ImageSource& source, const TreeOptions& options);

/// What refers to a manifest, one step, each with the type that was asked for.
std::vector<Referrer> list_referrers(ImageSource& source, const Digest& subject,
                                     const std::string& artifact_type);

}  // namespace lade
