#include "libimage/oci/index.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/document.h"
#include "libimage/oci/manifest.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::string_view not_in_indexes[] = {"config", "layers", "fsLayers", "history"};

/// An instance that names no platform is better than none at all, if it may be an image: that is
/// how tools index a single image of their own.
int score_of(const Descriptor& instance, const Platform& wanted) {
  constexpr int without_platform = 1;
  if (instance.platform) {
    const int score = match_score(wanted, *instance.platform);
    return score == 0 ? 0 : score + without_platform;
  }
  const bool may_be_image =
      media_type::is_manifest(instance.media_type) && instance.artifact_type.empty();
  return may_be_image ? without_platform : 0;
}

}  // namespace

Index parse_index(std::string_view bytes, std::string_view media_type, std::string_view what) {
  const Json document = parse_document(bytes, manifest_limit_bytes, what);
  std::string type = agree_on_type(document, media_type, what);
  if (!media_type::is_index(type)) {
    fail(ErrorKind::invalid, "{} is not an image index: its media type is \"{}\"", what,
         printable(type));
  }
  require_unambiguous(document, not_in_indexes, what);
  Index index{std::move(type)};
  index.manifests = parse_descriptors(document, "manifests", what);
  index.annotations = parse_annotations(document, "annotations", what);
  index.artifact_type = find_string(document, "artifactType", what).value_or("");
  index.subject = find_descriptor(document, "subject", what);
  return index;
}

std::string serialize(const Index& index) {
  Json document = Json::object();
  document["schemaVersion"] = 2;
  document["mediaType"] = index.media_type;
  if (!index.artifact_type.empty()) document["artifactType"] = index.artifact_type;
  document["manifests"] = to_json(index.manifests);
  if (index.subject) document["subject"] = to_json(*index.subject);
  if (!index.annotations.empty()) document["annotations"] = to_json(index.annotations);
  return to_compact(document);
}

const Descriptor* find_instance(const Index& index, const Platform& wanted) {
  const Descriptor* best = nullptr;
  int best_score = 0;
  for (const Descriptor& instance : index.manifests) {
    const int score = score_of(instance, wanted);
    if (score > best_score) {
      best = &instance;
      best_score = score;
    }
  }
  return best;
}

}  // namespace lade
