#include "libimage/image/index_edit.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

std::string describe(const Index& index) {
  std::vector<std::string> all;
  for (const Descriptor& entry : index.manifests) {
    all.push_back(entry.platform ? fmt::format("{} ({})", entry.digest.str(), entry.platform->str())
                                 : entry.digest.str());
  }
  return all.empty() ? "nothing" : join(all, ", ");
}

bool is_meant(const Platform& word, const Platform& platform) {
  return word.str() == platform.str() &&
         (word.os_version.empty() || word.os_version == platform.os_version) &&
         (word.os_features.empty() || word.os_features == platform.os_features);
}

}  // namespace

bool InstanceWords::says_anything() const { return *this != InstanceWords{}; }

void put_instance(Index& index, const Descriptor& entry) {
  const auto same = std::find_if(index.manifests.begin(), index.manifests.end(),
                                 [&](const Descriptor& one) { return one.digest == entry.digest; });
  if (same == index.manifests.end()) {
    index.manifests.push_back(entry);
  } else {
    *same = entry;
  }
}

void describe_instance(Descriptor& entry, const InstanceWords& words) {
  Platform platform = entry.platform.value_or(Platform{});
  if (!words.os.empty()) platform.os = words.os;
  if (!words.architecture.empty()) {
    platform.architecture = words.architecture;
    platform.variant.clear();
  }
  if (!words.variant.empty()) platform.variant = words.variant;
  if (!words.os_version.empty()) platform.os_version = words.os_version;
  if (!words.os_features.empty()) platform.os_features = words.os_features;
  if (!words.features.empty()) platform.features = words.features;
  if (platform != Platform{}) {
    if (platform.os.empty() || platform.architecture.empty()) {
      fail(ErrorKind::invalid,
           "{}: a platform is an operating system and an architecture, got \"{}\" and \"{}\"",
           entry.digest.str(), platform.os, platform.architecture);
    }
    entry.platform = normalize(std::move(platform));
  }
  for (const auto& [key, value] : words.annotations) entry.annotations[key] = value;
}

Descriptor& find_entry(Index& index, std::string_view word) {
  const auto digest = Digest::try_parse(word);
  std::vector<Descriptor*> found;
  for (Descriptor& entry : index.manifests) {
    const bool meant = digest ? entry.digest == *digest
                              : entry.platform && is_meant(Platform::parse(word), *entry.platform);
    if (meant) found.push_back(&entry);
  }
  if (found.empty()) {
    fail(ErrorKind::not_found, "the index does not list {}; it lists {}", printable(word),
         describe(index));
  }
  if (found.size() > 1) {
    fail(ErrorKind::conflict,
         "the index lists {} images for {}: name one by its digest; it lists {}", found.size(),
         printable(word), describe(index));
  }
  return *found.front();
}

Descriptor make_entry(ImageSource& source, const RawManifest& manifest) {
  Descriptor entry = manifest.descriptor();
  if (media_type::is_index(manifest.media_type)) {
    entry.artifact_type =
        parse_index(manifest.bytes, manifest.media_type, source.name()).artifact_type;
    return entry;
  }
  const Manifest parsed = parse_manifest(manifest.bytes, manifest.media_type, source.name());
  if (!media_type::is_config(parsed.config.media_type)) {
    entry.artifact_type = artifact_type_of(parsed);
    return entry;
  }
  entry.platform = read_image(source, manifest).config.platform;
  return entry;
}

}  // namespace lade
