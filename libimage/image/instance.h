#pragma once

#include <string>
#include <string_view>

#include "libimage/image/interfaces.h"
#include "libimage/oci/index.h"

namespace lade {

/// How deep indexes may stand in indexes (image-spec 1.1, image-index.md allows any depth).
inline constexpr unsigned index_depth_limit = 4;

/// The top document of a source, verified against its digest and the size limit, with a media type
/// that says whether it is a manifest or an index (found out from the bytes if the source does not
/// know). `corrupt`, `invalid`, `unsupported`.
RawManifest read_manifest(ImageSource& source);
/// As above, by descriptor: size and digest are the descriptor's. Embedded data is used, verified,
/// if there is some.
RawManifest read_manifest(ImageSource& source, const Descriptor& descriptor);

/// An instance and where in its index it stands.
struct Instance {
  RawManifest manifest;
  Descriptor entry;
};

/// The instance of an index that runs best on a platform; indexes in it are searched too.
/// `not_found` lists the platforms there are.
Instance choose_instance(ImageSource& source, const RawManifest& index, const Platform& wanted);

/// "linux/amd64, linux/arm64/v8" of an index, for messages; "none" if it has none.
std::string list_platforms(const Index& index);

/// Annotations by which BuildKit ties an attestation manifest to the instance it is about.
inline constexpr std::string_view attestation_type_key = "vnd.docker.reference.type";
inline constexpr std::string_view attestation_subject_key = "vnd.docker.reference.digest";
bool is_attestation(const Descriptor& entry);

}  // namespace lade
