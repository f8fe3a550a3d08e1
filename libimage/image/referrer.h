#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/oci/descriptor.h"
#include "libimage/oci/manifest.h"

namespace lade {

/// A manifest that is about another one: a signature, an attestation, an SBOM.
struct Referrer {
  Descriptor descriptor;  ///< with artifact type and annotations
  /// What finds it in the repository of its subject, by cosign's rule ("sha256-<hex>.sig"); empty
  /// for one that names its subject itself (image-spec 1.1, manifest.md, `subject`).
  std::string tag{};

  bool operator==(const Referrer&) const = default;
};

/// "sha256-<hex>": the tag of the list of referrers where a registry keeps none by itself
/// (distribution-spec 1.1, "Referrers Tag Schema"), and what cosign's tags begin with.
std::string fallback_tag(const Digest& subject);

/// What cosign puts behind the fallback tag.
inline constexpr std::string_view cosign_suffixes[] = {".sig", ".att", ".sbom"};

/// What is attached to a digest has such a tag: a fallback tag, or one of cosign's.
bool is_attached_tag(std::string_view tag);
/// The digest that a tag of cosign's is about; nothing if it is no such tag.
std::optional<Digest> find_cosign_subject(std::string_view tag);

/// How a manifest appears in a list of referrers.
Descriptor referrer_descriptor(const RawManifest& manifest);
/// The manifest it says to be about.
std::optional<Descriptor> find_subject(const RawManifest& manifest);

/// Is it a signature (cosign's, a Sigstore bundle, Notation's), as far as its kind tells?
bool is_signature(const Referrer& referrer);

}  // namespace lade
