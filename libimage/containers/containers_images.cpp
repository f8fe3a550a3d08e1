#include "libimage/containers/containers_images.h"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

bool has_name(const ContainersImage& image, const Reference& reference) {
  const std::string wanted = reference.str();
  return std::find(image.names.begin(), image.names.end(), wanted) != image.names.end();
}

/// Under any tag or digest.
bool has_repository(const ContainersImage& image, const Reference& reference) {
  return std::any_of(image.names.begin(), image.names.end(), [&](const std::string& name) {
    const auto known = Reference::try_parse(name);
    return known && known->name() == reference.name();
  });
}

bool has_digest(const ContainersImage& image, const Digest& digest) {
  return image.digest == digest || image.has(manifest_data_name(digest));
}

/// The last component and the tag: what people remember of a name.
bool ends_alike(const std::string& known, const Reference& wanted) {
  const auto other = Reference::try_parse(known);
  if (!other) return false;
  const auto last = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  return last(other->path()) == last(wanted.path());
}

/// Throws `denied` for a directory that this user may not look into; absence is fine.
void require_readable(const std::string& directory) {
  try {
    open_fd(directory, O_RDONLY | O_DIRECTORY);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::denied) throw;
  }
}

}  // namespace

std::string manifest_data_name(const Digest& digest) { return "manifest-" + digest.str(); }

ContainersImages::ContainersImages(const ContainersPlace& place, const CancelToken* cancel) {
  open_at(place.root, place.driver, cancel);
  if (stores_.empty()) {
    require_readable(place.root);
    fail(ErrorKind::not_found, "there is no store of podman or buildah at {}", place.root);
  }
  for (const std::string& root : place.additional_roots) {
    // one that is announced may not be there yet
    try {
      open_at(root, place.driver, cancel);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
}

/// Without a driver whatever is there: which one podman would choose depends on the machine.
void ContainersImages::open_at(const std::string& root, const std::string& driver,
                               const CancelToken* cancel) {
  const auto drivers =
      driver.empty() ? ContainersStore::drivers_at(root) : std::vector<std::string>{driver};
  for (const std::string& name : drivers) {
    stores_.push_back(ContainersStore::open(root, name, cancel));
  }
}

std::optional<ContainersImages::Found> ContainersImages::find_name(
    const Reference& reference) const {
  for (const ContainersStore& store : stores_) {
    for (const ContainersImage& image : store.images()) {
      if (has_name(image, reference)) return Found{&store, &image};
    }
  }
  if (!reference.digest()) return std::nullopt;
  for (const ContainersStore& store : stores_) {
    for (const ContainersImage& image : store.images()) {
      if (has_digest(image, *reference.digest()) && has_repository(image, reference)) {
        return Found{&store, &image};
      }
    }
  }
  return std::nullopt;
}

std::optional<ContainersImages::Found> ContainersImages::find_id(std::string_view id) const {
  std::optional<Found> found;
  for (const ContainersStore& store : stores_) {
    for (const ContainersImage& image : store.images()) {
      if (!image.id.starts_with(id)) continue;
      if (image.id == id) return Found{&store, &image};
      if (found && found->image->id != image.id) {
        fail(ErrorKind::invalid, "containers-storage: several images have ids that begin with {}",
             id);
      }
      if (!found) found = Found{&store, &image};
    }
  }
  return found;
}

ContainersImages::Found ContainersImages::resolve(const ContainersName& name) const {
  std::optional<Found> found;
  if (!name.id.empty()) {
    found = find_id(name.id);
    const bool fits = found && (!name.reference || has_repository(*found->image, *name.reference));
    if (!fits) fail_missing(name);
    return *found;
  }
  if (name.may_be_id) found = find_id(name.image);
  if (!found && name.reference) found = find_name(*name.reference);
  if (!found) fail_missing(name);
  return *found;
}

void ContainersImages::fail_missing(const ContainersName& name) const {
  std::set<std::string> roots;
  std::set<std::string> near;
  for (const ContainersStore& store : stores_) {
    roots.insert(store.root());
    for (const ContainersImage& image : store.images()) {
      for (const std::string& known : image.names) {
        if (name.reference && ends_alike(known, *name.reference)) near.insert(printable(known));
      }
    }
  }
  constexpr std::size_t shown = 5;
  std::vector<std::string> names(near.begin(), near.end());
  if (names.size() > shown) names.resize(shown);
  const std::string wanted =
      name.id.empty() && name.reference ? name.reference->str() : printable(name.image);
  fail(ErrorKind::not_found, "there is no image {} in the store at {}{}", wanted,
       join(std::vector<std::string>(roots.begin(), roots.end()), ", "),
       names.empty() ? "" : fmt::format("; there is {}", join(names, ", ")));
}

std::optional<ContainersImages::Found> ContainersImages::find_manifest(const Digest& digest) const {
  for (const ContainersStore& store : stores_) {
    for (const ContainersImage& image : store.images()) {
      if (image.has(manifest_data_name(digest))) return Found{&store, &image};
    }
  }
  return std::nullopt;
}

std::optional<ContainersImages::FoundLayer> ContainersImages::find_layer(
    const std::string& id) const {
  for (const ContainersStore& store : stores_) {
    if (const ContainersLayer* layer = store.find_layer(id)) return FoundLayer{&store, layer};
  }
  return std::nullopt;
}

std::vector<ContainersImages::FoundLayer> ContainersImages::layers_of(
    const ContainersImage& image) const {
  std::vector<FoundLayer> layers;
  std::set<std::string> seen;
  for (std::string id = image.layer; !id.empty(); id = layers.back().layer->parent) {
    const auto found = find_layer(id);
    if (!found) fail(ErrorKind::corrupt, "image {}: layer {} is missing", image.id, printable(id));
    if (found->layer->incomplete) {
      fail(ErrorKind::corrupt, "image {}: layer {} is only half there", image.id, id);
    }
    if (!seen.insert(id).second) {
      fail(ErrorKind::corrupt, "image {}: layer {} stands on itself", image.id, id);
    }
    layers.push_back(*found);
  }
  std::reverse(layers.begin(), layers.end());
  return layers;
}

}  // namespace lade
