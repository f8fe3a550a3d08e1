#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/image/referrer.h"
#include "libimage/oci/descriptor.h"
#include "libimage/oci/manifest.h"
#include "libimage/store/blob_dir.h"
#include "libimage/store/database.h"

namespace lade {

/// What a manifest or index refers to.
struct ManifestParts {
  std::vector<Descriptor> manifests{};  ///< instances of an index
  std::vector<Descriptor> blobs{};      ///< config and layers whose bytes belong into a store
  std::optional<Descriptor> subject{};
  std::optional<Digest> image_id{};  ///< the config, if it is an image's
};

bool is_manifest_or_index(std::string_view media_type);
/// Throws `invalid` if the bytes are not what the media type says.
ManifestParts parts_of(const RawManifest& manifest);
/// A manifest in the store, verified; `not_found` or `corrupt`.
RawManifest read_manifest(const BlobDir& blobs, const Descriptor& descriptor);
/// The blobs, of `top` and all it stands for, that are not there. An index may lack instances
/// (only some platforms were copied), but what it has must be whole.
std::vector<Digest> find_missing(const BlobDir& blobs, const Descriptor& top);

// Rows: facts about manifests.
void remember_manifest(Database& database, const Descriptor& manifest, const ManifestParts& parts);
std::optional<Descriptor> find_manifest(Database& database, const Digest& digest);
std::optional<Digest> find_image_id(Database& database, const Digest& manifest);
/// Manifests that name `subject` as theirs, in the order of their digests.
std::vector<Descriptor> find_referrers(Database& database, const Digest& subject);
/// What tags of cosign's tie to `subject`, in the order of the tags.
std::vector<Referrer> find_attached(Database& database, const Digest& subject);
/// Replaces what the tag stood for.
void attach(Database& database, const std::string& tag, const Digest& subject,
            const Descriptor& manifest);
void forget_manifest(Database& database, const Digest& digest);

/// Columns media_type, digest, size from `first` on.
Descriptor descriptor_at(const Statement& row, int first);

}  // namespace lade
