#include "cmd/stored_image.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade::cmd {
namespace {

std::uint64_t size_of(const Manifest& manifest) {
  std::uint64_t size = manifest.config.size_bytes;
  for (const Descriptor& layer : manifest.layers) size += layer.size_bytes;
  return size;
}

/// The manifest to tell of: the instance for this machine, else the first one that is there.
std::optional<RawManifest> choose(ImageSource& source, Store& store, const RawManifest& top) {
  if (!media_type::is_index(top.media_type)) return top;
  const Index index = parse_index(top.bytes, top.media_type, source.name());
  if (const Descriptor* best = find_instance(index, host_platform())) {
    if (store.has_blob(best->digest)) return source.manifest(*best);
  }
  for (const Descriptor& entry : index.manifests) {
    if (media_type::is_manifest(entry.media_type) && !is_attestation(entry) &&
        store.has_blob(entry.digest)) {
      return source.manifest(entry);
    }
  }
  return std::nullopt;
}

}  // namespace

StoredImage describe(Session& session, const Descriptor& target, std::optional<Reference> name) {
  StoredImage image{target, std::move(name), target.digest, {}, target.size_bytes};
  const auto store = session.store();
  const NamedImage named{
      Reference::parse("localhost/unnamed").with_digest(target.digest), target, {}};
  const auto source = open_store_image(store, named);
  const auto chosen = choose(*source, *store, source->manifest());
  if (!chosen) return image;
  const Manifest manifest = parse_manifest(chosen->bytes, chosen->media_type, source->name());
  image.size_bytes = size_of(manifest);
  if (!media_type::is_config(manifest.config.media_type)) return image;
  image.id = manifest.config.digest;
  const std::string config = read_blob(*source, manifest.config, config_limit_bytes);
  image.created = parse_config(config, source->name()).created;
  return image;
}

std::vector<StoredImage> list_stored_images(Session& session) {
  std::vector<StoredImage> images;
  // one damaged image must not hide the others
  const auto add = [&](const Descriptor& target, std::optional<Reference> name) {
    const std::string shown = name ? name->familiar() : target.digest.str();
    try {
      images.push_back(describe(session, target, std::move(name)));
    } catch (const Error& error) {
      session.warn(fmt::format("{}: {}", shown, error.message()));
    }
  };
  for (const NamedImage& named : session.store()->list_names()) add(named.target, named.name);
  for (const Descriptor& target : session.store()->list_unnamed()) add(target, std::nullopt);
  return images;
}

std::vector<Reference> names_of(Store& store, const Digest& target) {
  std::vector<Reference> names;
  for (const NamedImage& named : store.list_names()) {
    if (named.target.digest == target) names.push_back(named.name);
  }
  return names;
}

bool is_name_of(std::string_view word, const Reference& name) {
  try {
    if (Reference::parse_local(word).or_latest() == name) return true;
  } catch (const Error&) {
    // no name at all
  }
  const auto hub = Reference::try_parse(word);
  return hub && hub->or_latest() == name;
}

}  // namespace lade::cmd
