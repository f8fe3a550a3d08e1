#pragma once

#include <optional>
#include <string>

#include "libimage/oci/manifest.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// What a tag or digest stands for, by HEAD; nothing if the registry has no such thing. A registry
/// that does not tell the digest is asked for the manifest itself.
std::optional<Descriptor> find_manifest(const Repository& repository, const std::string& tag);

/// The manifest of a tag, as it came; `not_found`. A digest that the registry claims and that is
/// not the bytes' is `corrupt` (distribution-spec 1.1, "Pulling manifests").
RawManifest get_manifest(const Repository& repository, const std::string& tag);
/// The manifest that a descriptor names, verified. A size of 0 is not known.
RawManifest get_manifest(const Repository& repository, const Descriptor& descriptor);

/// Stores a manifest under a tag or its digest. Answers whether the registry took note of a
/// subject by itself (OCI-Subject).
bool put_manifest(const Repository& repository, const RawManifest& manifest,
                  const std::string& tag_or_digest);

/// Removes a tag, or a manifest by its digest with all its tags. False if it was not there;
/// `unsupported` if the registry does not allow it.
bool delete_manifest(const Repository& repository, const std::string& tag_or_digest);

}  // namespace lade::registry
