#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/descriptor.h"

namespace lade {

/// Bounds on what is read from outside (docs/design.md, "Security rules").
inline constexpr std::size_t manifest_limit_bytes = 4U << 20U;
inline constexpr std::size_t config_limit_bytes = 8U << 20U;

/// A manifest or index exactly as it came, with what it claims to be. The bytes are what the digest
/// is of; they are never re-serialised.
struct RawManifest {
  std::string bytes;
  std::string media_type;
  Digest digest;

  Descriptor descriptor() const { return {media_type, digest, bytes.size()}; }
};

/// An image manifest, OCI or Docker v2s2 (image-spec 1.1, manifest.md). Artifacts are manifests
/// too: they have an `artifact_type` and often a `subject`.
struct Manifest {
  std::string media_type;
  Descriptor config;
  std::vector<Descriptor> layers{};
  Annotations annotations{};
  std::string artifact_type{};
  std::optional<Descriptor> subject{};

  bool operator==(const Manifest&) const = default;
};

/// What an artifact is: its `artifact_type`, else the type of its config (image-spec 1.1,
/// manifest.md, "Guidelines for Artifact Usage").
const std::string& artifact_type_of(const Manifest& manifest);

/// Strict parser: size limit, schemaVersion 2, no member of an index beside those of a manifest
/// (image-spec 1.1 "ambiguous documents"), media type in the text agreeing with `media_type` where
/// both are given. An empty `media_type` is found out from the text. Docker schema 1 is refused as
/// `unsupported`, with the way out in the message. `what` names the document in errors.
Manifest parse_manifest(std::string_view bytes, std::string_view media_type, std::string_view what);
/// What Lade authors: compact JSON, members in the specification's order.
std::string serialize(const Manifest& manifest);

/// What kind of document some bytes are when nothing says so: the `mediaType` member, else the
/// members that only one kind has. Throws `invalid` when it is no manifest at all.
std::string guess_manifest_type(std::string_view bytes, std::string_view what);

/// Serialised bytes with type and digest.
RawManifest raw_manifest(std::string bytes, std::string media_type);

/// `corrupt` unless the bytes have the digest that the manifest claims.
void require_own_digest(const RawManifest& manifest);

}  // namespace lade
