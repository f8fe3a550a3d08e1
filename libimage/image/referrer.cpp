#include "libimage/image/referrer.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/text.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::size_t tag_limit = 128;

/// The digest that "<algorithm>-<hex>" was made of; nothing for one that was cut.
std::optional<Digest> digest_of_tag(std::string_view tag) {
  const auto dash = tag.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  return Digest::try_parse(fmt::format("{}:{}", tag.substr(0, dash), tag.substr(dash + 1)));
}

bool is_cut_tag(std::string_view tag) {
  constexpr std::string_view prefix = "sha512-";
  return tag.size() == tag_limit && tag.starts_with(prefix) && is_hex(tag.substr(prefix.size()));
}

}  // namespace

std::string fallback_tag(const Digest& subject) {
  return fmt::format("{}-{}", to_string(subject.algorithm()), subject.hex()).substr(0, tag_limit);
}

bool is_attached_tag(std::string_view tag) {
  return find_cosign_subject(tag) || digest_of_tag(tag) || is_cut_tag(tag);
}

std::optional<Digest> find_cosign_subject(std::string_view tag) {
  const bool known = std::any_of(std::begin(cosign_suffixes), std::end(cosign_suffixes),
                                 [&](std::string_view suffix) { return tag.ends_with(suffix); });
  return known ? digest_of_tag(tag.substr(0, tag.rfind('.'))) : std::nullopt;
}

Descriptor referrer_descriptor(const RawManifest& manifest) {
  Descriptor descriptor = manifest.descriptor();
  const std::string what = "manifest " + manifest.digest.str();
  if (media_type::is_index(manifest.media_type)) {
    Index index = parse_index(manifest.bytes, manifest.media_type, what);
    descriptor.artifact_type = std::move(index.artifact_type);
    descriptor.annotations = std::move(index.annotations);
    return descriptor;
  }
  Manifest parsed = parse_manifest(manifest.bytes, manifest.media_type, what);
  descriptor.artifact_type = artifact_type_of(parsed);
  descriptor.annotations = std::move(parsed.annotations);
  return descriptor;
}

std::optional<Descriptor> find_subject(const RawManifest& manifest) {
  const std::string what = "manifest " + manifest.digest.str();
  if (media_type::is_index(manifest.media_type)) {
    return parse_index(manifest.bytes, manifest.media_type, what).subject;
  }
  return parse_manifest(manifest.bytes, manifest.media_type, what).subject;
}

bool is_signature(const Referrer& referrer) {
  if (!referrer.tag.empty()) return referrer.tag.ends_with(".sig");
  constexpr std::string_view types[] = {"application/vnd.dev.cosign.artifact.sig.v1+json",
                                        "application/vnd.dev.cosign.simplesigning.v1+json",
                                        "application/vnd.cncf.notary.signature"};
  const std::string& type = referrer.descriptor.artifact_type;
  // version 0.3 has it behind a dot, those before as a parameter
  return type.starts_with("application/vnd.dev.sigstore.bundle") ||
         std::find(std::begin(types), std::end(types), type) != std::end(types);
}

}  // namespace lade
