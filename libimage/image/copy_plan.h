#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libimage/image/copy.h"
#include "libimage/oci/index.h"

namespace lade {

/// A blob to copy, and what becomes of it.
struct BlobPlan {
  enum class Kind { config, layer, other };
  Kind kind = Kind::other;
  Descriptor blob;
  std::string where;  ///< for errors: "layer 2 of linux/amd64 (sha256:…)"
  /// Layers that are recompressed: to what, called what, holding what.
  std::optional<Compression> compression{};
  std::string media_type{};
  std::optional<Digest> diff_id{};
  bool foreign = false;                ///< may stay at its URLs
  std::optional<std::string> bytes{};  ///< verified, where they are at hand
};

/// What tells blobs apart: one may be wanted both as it is and recompressed.
using BlobKey = std::pair<Digest, std::optional<Compression>>;
BlobKey key_of(const BlobPlan& blob);

/// A manifest or index to write.
struct ManifestPlan {
  RawManifest raw;
  std::string where;                   ///< "linux/amd64 (sha256:…)"
  std::optional<Manifest> manifest{};  ///< this or
  std::optional<Index> index{};        ///< that
  ImageFormat format = ImageFormat::oci;
  /// Of a manifest: what each layer is recompressed to, if it is.
  std::vector<std::optional<Compression>> layers{};
  /// Of an index: entries that do not come along.
  std::set<Digest> left_out{};
};

/// A manifest that is about one of the image, or part of such an index.
struct AttachedPlan {
  RawManifest raw;
  std::string tag;  ///< cosign's, if it has one
  bool is_part = false;
};

/// Everything a copy will do, decided before the first blob is read.
struct CopyPlan {
  std::vector<ManifestPlan> manifests;  ///< what is referred to comes first, the top one last
  std::map<BlobKey, BlobPlan> blobs;
  std::vector<AttachedPlan> attached{};     ///< in the order of writing
  std::vector<CopiedReferrer> referrers{};  ///< what becomes of each
  std::size_t manifest_bytes = 0;           ///< that are held
  std::size_t packed_layers = 0;            ///< that are compressed because they were not
  std::vector<BlobKey> order;               ///< of the blobs, as the manifests list them
  std::string part{};                       ///< of an index that is not taken whole
  /// The index that does not come along, since one image of it is taken alone.
  std::optional<Digest> index_left{};
  std::vector<std::string> notes;
};

/// Reads the manifests (and configs where layers change) and decides. Fails, before a byte is
/// copied, with whatever makes the copy impossible.
CopyPlan plan_copy(ImageSource& source, const ImageDestination& destination,
                   const DestinationAbilities& abilities, const CopyOptions& options);

/// Plans a blob once. `corrupt` if it is said to have different sizes.
void add_blob(CopyPlan& plan, BlobPlan blob);
/// Counts what is held of manifests and configs; `invalid` beyond the limit.
void charge(CopyPlan& plan, std::size_t size_bytes, const CopyOptions& options,
            const std::string& source);

/// The layer descriptors of a manifest with the media types they will have.
std::vector<Descriptor> retyped_layers(const ManifestPlan& plan);

}  // namespace lade
