#include "libimage/image/instance.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

/// More platforms than this help nobody in a message.
constexpr std::size_t listed_limit = 32;

RawManifest verified(RawManifest raw, const std::string& what) {
  if (raw.bytes.size() > manifest_limit_bytes) {
    fail(ErrorKind::invalid, "{} is too large: wanted at most {} bytes, got {}", what,
         manifest_limit_bytes, raw.bytes.size());
  }
  if (const Digest got = digest_of(raw.bytes, raw.digest.algorithm()); got != raw.digest) {
    fail(ErrorKind::corrupt, "{} is not what its digest says: wanted {}, got {}", what,
         raw.digest.str(), got.str());
  }
  const bool known = media_type::is_manifest(raw.media_type) ||
                     media_type::is_index(raw.media_type) || media_type::is_schema1(raw.media_type);
  if (!known) raw.media_type = guess_manifest_type(raw.bytes, what);
  return raw;
}

std::string platform_of(const Descriptor& entry) {
  if (entry.platform) return printable(entry.platform->str());
  return media_type::is_index(entry.media_type) ? "a nested index" : "one without a platform";
}

std::optional<Instance> find_in(ImageSource& source, const RawManifest& raw, const Platform& wanted,
                                unsigned depth) {
  const std::string what = "index " + raw.digest.str();
  const Index index = parse_index(raw.bytes, raw.media_type, what);
  const auto descend = [&](const Descriptor& entry) -> std::optional<Instance> {
    RawManifest child = read_manifest(source, entry);
    if (!media_type::is_index(child.media_type)) return Instance{std::move(child), entry};
    if (depth == index_depth_limit) {
      fail(ErrorKind::unsupported, "{}: indexes are nested deeper than {} levels", what,
           index_depth_limit);
    }
    return find_in(source, child, wanted, depth + 1);
  };
  if (const Descriptor* entry = find_instance(index, wanted)) return descend(*entry);
  for (const Descriptor& entry : index.manifests) {
    if (entry.platform || !media_type::is_index(entry.media_type)) continue;
    if (auto found = descend(entry)) return found;
  }
  return std::nullopt;
}

}  // namespace

RawManifest read_manifest(ImageSource& source) {
  return verified(source.manifest(), "the manifest of " + source.name());
}

RawManifest read_manifest(ImageSource& source, const Descriptor& descriptor) {
  const std::string what = "manifest " + descriptor.digest.str();
  RawManifest raw = descriptor.data
                        ? RawManifest{*descriptor.data, descriptor.media_type, descriptor.digest}
                        : source.manifest(descriptor);
  if (raw.bytes.size() != descriptor.size_bytes) {
    fail(ErrorKind::corrupt, "{} has the wrong size: wanted {} bytes, got {}", what,
         descriptor.size_bytes, raw.bytes.size());
  }
  raw.digest = descriptor.digest;
  raw.media_type = descriptor.media_type;
  return verified(std::move(raw), what);
}

Instance choose_instance(ImageSource& source, const RawManifest& index, const Platform& wanted) {
  if (auto found = find_in(source, index, wanted, 1)) return *std::move(found);
  const Index parsed = parse_index(index.bytes, index.media_type, "index " + index.digest.str());
  fail(ErrorKind::not_found, "{} has no image for {}; it has: {}", source.name(), wanted.str(),
       list_platforms(parsed));
}

std::string list_platforms(const Index& index) {
  std::vector<std::string> platforms;
  for (const Descriptor& entry : index.manifests) {
    if (is_attestation(entry)) continue;
    const std::string platform = platform_of(entry);
    if (std::find(platforms.begin(), platforms.end(), platform) != platforms.end()) continue;
    if (platforms.size() == listed_limit) {
      platforms.emplace_back("…");
      break;
    }
    platforms.push_back(platform);
  }
  return platforms.empty() ? "none" : join(platforms, ", ");
}

bool is_attestation(const Descriptor& entry) {
  const auto type = entry.annotations.find(std::string(attestation_type_key));
  return type != entry.annotations.end() && type->second == "attestation-manifest";
}

}  // namespace lade
