#include "registry/pull/stored_candidate.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade::registry {
namespace {

std::optional<NamedImage> find_one(Store& store, const Reference& name) {
  if (!name.digest()) return store.find_name(name.or_latest());
  const Reference by_digest = name.exact();
  for (const NamedImage& image : store.list_names()) {
    if (image.name.name() == name.name() && image.target.digest == *name.digest()) {
      // as it is called wherever it comes from
      return NamedImage{by_digest, image.target, image.updated};
    }
  }
  return std::nullopt;
}

bool has_parts(Store& store, const RawManifest& raw) {
  const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, raw.digest.str());
  return store.has_blob(manifest.config.digest) &&
         std::all_of(manifest.layers.begin(), manifest.layers.end(), [&](const Descriptor& layer) {
           return !layer.urls.empty() || store.has_blob(layer.digest);
         });
}

bool has_all(Store& store, ImageSource& source, const Index& index) {
  return std::all_of(index.manifests.begin(), index.manifests.end(), [&](const Descriptor& entry) {
    if (!store.has_blob(entry.digest)) return false;
    const RawManifest raw = read_manifest(source, entry);
    if (media_type::is_manifest(raw.media_type)) return has_parts(store, raw);
    return has_all(store, source, parse_index(raw.bytes, raw.media_type, raw.digest.str()));
  });
}

}  // namespace

std::optional<NamedImage> find_stored(Store& store, const std::vector<Reference>& names) {
  for (const Reference& name : names) {
    if (auto image = find_one(store, name)) return image;
  }
  return std::nullopt;
}

std::optional<NamedImage> find_stored_by_id(Store& store, std::string_view word,
                                            std::size_t shortest) {
  std::string_view hex = word;
  for (const std::string_view algorithm : {"sha256:", "sha512:"}) {
    if (hex.starts_with(algorithm)) hex.remove_prefix(algorithm.size());
  }
  if (!is_hex(hex) || hex.size() < shortest) return std::nullopt;
  try {
    NamedImage image = store.resolve(word);
    const auto id = store.find_image_id(image.target.digest);
    // it may have been taken for a name
    const bool begins =
        image.target.digest.hex().starts_with(hex) || (id && id->hex().starts_with(hex));
    if (begins) return image;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
  }
  return std::nullopt;
}

Platform platform_at_hand(Store& store, ImageSource& source, const Platform& preferred) {
  if (is_whole(store, source, {.wanted = preferred})) return preferred;
  const RawManifest top = read_manifest(source);
  if (!media_type::is_index(top.media_type)) return preferred;
  std::vector<Platform> there;
  for (const Descriptor& entry : parse_index(top.bytes, top.media_type, source.name()).manifests) {
    const bool counts = entry.platform && !is_attestation(entry) && store.has_blob(entry.digest);
    if (counts) there.push_back(*entry.platform);
  }
  return there.size() == 1 ? there.front() : preferred;
}

bool is_whole(Store& store, ImageSource& source, const PlatformChoice& wanted) try {
  using Kind = PlatformChoice::Kind;
  const RawManifest top = read_manifest(source);
  if (media_type::is_manifest(top.media_type)) return has_parts(store, top);
  switch (wanted.kind) {
    case Kind::one:
      return has_parts(store, choose_instance(source, top, wanted.wanted).manifest);
    case Kind::listed:
      return std::all_of(wanted.listed.begin(), wanted.listed.end(), [&](const Platform& one) {
        return has_parts(store, choose_instance(source, top, one).manifest);
      });
    case Kind::all:
      return has_all(store, source, parse_index(top.bytes, top.media_type, top.digest.str()));
    case Kind::index_only:
      break;
  }
  return true;
} catch (const Error& error) {
  if (error.kind() != ErrorKind::not_found) throw;
  return false;
}

}  // namespace lade::registry
