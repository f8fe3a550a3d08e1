#include "signing/lade_policy/image_facts.h"

#include <set>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/oci/index.h"
#include "libimage/oci/manifest.h"
#include "libimage/oci/media_type.h"

namespace lade::signing {
namespace {

/// As libimage bounds the depth, so is this; what is listed a thousand times is read once.
void add_images(ImageSource& source, const RawManifest& raw, unsigned depth, std::set<Digest>& seen,
                std::vector<RawManifest>& images) {
  if (!media_type::is_index(raw.media_type)) return images.push_back(raw);
  if (depth == index_depth_limit) return;
  for (const Descriptor& entry : parse_index(raw.bytes, raw.media_type, "the index").manifests) {
    if (is_attestation(entry) || !seen.insert(entry.digest).second) continue;
    try {
      add_images(source, read_manifest(source, entry), depth + 1, seen, images);
    } catch (const Error& error) {
      // what is not there cannot be used from there either
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
}

}  // namespace

std::string BaseImage::str() const {
  if (!digest) return name;
  return name.empty() ? digest->str() : fmt::format("{} ({})", name, digest->str());
}

bool ImageFacts::is_index() const { return media_type::is_index(manifest_.media_type); }

const std::vector<RawManifest>& ImageFacts::images() {
  if (!images_) {
    std::vector<RawManifest> images;
    std::set<Digest> seen;
    add_images(*source_, manifest_, 0, seen, images);
    images_ = std::move(images);
  }
  return *images_;
}

const std::vector<AttachedSignature>& ImageFacts::attached(const Digest& manifest) {
  const auto found = attached_.find(manifest);
  if (found != attached_.end()) return found->second;
  return attached_.emplace(manifest, read_signatures(*source_, manifest)).first->second;
}

std::optional<BaseImage> annotated_base(const RawManifest& manifest) {
  const auto annotations = parse_manifest(manifest.bytes, manifest.media_type, "it").annotations;
  BaseImage base;
  const auto name = annotations.find("org.opencontainers.image.base.name");
  if (name != annotations.end()) base.name = name->second;
  const auto digest = annotations.find("org.opencontainers.image.base.digest");
  if (digest != annotations.end()) base.digest = Digest::parse(digest->second);
  if (base.name.empty() && !base.digest) return std::nullopt;
  return base;
}

}  // namespace lade::signing
