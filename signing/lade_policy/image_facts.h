#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/image/interfaces.h"
#include "signing/image/attached_signature.h"
#include "signing/policy/scope.h"

namespace lade::signing {

/// What an image is made on, as somebody says.
struct BaseImage {
  std::string name{};  ///< "docker.io/library/debian:12"; may be empty
  std::optional<Digest> digest{};

  /// "docker.io/library/debian:12 (sha256:…)".
  std::string str() const;
};

/// An image that is asked about: what is attached to it is read when it is wanted, and once.
class ImageFacts {
 public:
  /// `manifest` is what the name stands for. `used`: of an index, the one image that is to be used.
  /// `source` outlives this.
  ImageFacts(ImageSource& source, RawManifest manifest, PolicySubject subject,
             std::optional<RawManifest> used = {})
      : source_(&source), manifest_(std::move(manifest)), subject_(std::move(subject)) {
    if (used) images_ = {std::move(*used)};
  }

  const RawManifest& manifest() const { return manifest_; }
  const PolicySubject& subject() const { return subject_; }
  bool is_index() const;
  /// The manifest itself; of an index the image that is used, else those in it that the source has.
  const std::vector<RawManifest>& images();
  /// All that is attached to a manifest of the image. Throws what the source throws.
  const std::vector<AttachedSignature>& attached(const Digest& manifest);

 private:
  ImageSource* source_;
  RawManifest manifest_;
  PolicySubject subject_;
  std::optional<std::vector<RawManifest>> images_{};
  std::map<Digest, std::vector<AttachedSignature>> attached_{};
};

/// The base that a manifest's annotations name (image-spec 1.1, annotations.md).
std::optional<BaseImage> annotated_base(const RawManifest& manifest);
/// The images among the dependencies of a SLSA provenance, 1 or 0.2.
std::vector<BaseImage> provenance_images(const Json& predicate);

}  // namespace lade::signing
