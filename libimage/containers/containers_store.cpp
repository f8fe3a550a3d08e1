// The layout of a store (containers/storage):
//   ROOT/DRIVER-images/images.json, images.lock, ID/…     names and small data of images
//   ROOT/DRIVER-layers/layers.json, layers.lock, ID.tar-split.gz
//   ROOT/overlay/ID/diff, ROOT/vfs/dir/ID                 the files of a layer
#include "libimage/containers/containers_store.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/containers/store_lock.h"
#include "libimage/containers/tar_split.h"
#include "libimage/stream/codec.h"

namespace lade {
namespace {

/// How drivers lay out layers: before and after the layer's id.
struct Driver {
  std::string_view name;
  std::string_view before;
  std::string_view after;
};

constexpr std::array drivers{Driver{"overlay", "overlay/", "/diff"}, Driver{"vfs", "vfs/dir/", ""}};

const Driver* find_driver(std::string_view name) {
  const auto* found = std::find_if(drivers.begin(), drivers.end(),
                                   [&](const Driver& driver) { return driver.name == name; });
  return found == drivers.end() ? nullptr : found;
}

std::string images_file(const std::string& root, std::string_view driver) {
  return fmt::format("{}/{}-images/images.json", root, driver);
}

std::string checked_driver(const std::string& root, const std::string& wanted) {
  std::string name = wanted == "overlay2" ? "overlay" : wanted;
  if (find_driver(name) == nullptr) {
    fail(ErrorKind::unsupported,
         "the store at {} has the driver {}: only overlay and vfs keep layers as directories", root,
         printable(name));
  }
  return name;
}

std::optional<std::string> find_records(const std::string& directory, const std::string& name) {
  try {
    const Fd file = open_layer_file(directory, name);
    return read_all(file.get(), directory + "/" + name, containers_records_limit_bytes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace

ContainersStore ContainersStore::open(const std::string& root, const std::string& driver,
                                      const CancelToken* cancel) {
  ContainersStore store;
  store.root_ = root;
  store.driver_ = checked_driver(root, driver);
  const std::string images = store.directory("images");
  const std::string layers = store.directory("layers");
  // in the order in which podman and buildah take them
  const auto of_store = ContainersReadLock::acquire(root + "/storage.lock", cancel);
  const auto of_layers = ContainersReadLock::acquire(layers + "/layers.lock", cancel);
  const auto of_images = ContainersReadLock::acquire(images + "/images.lock", cancel);
  const auto image_records = find_records(images, "images.json");
  if (!image_records) {
    fail(ErrorKind::not_found, "there is no store of podman or buildah with the driver {} at {}",
         store.driver_, root);
  }
  store.images_ = parse_containers_images(*image_records, images + "/images.json");
  const auto layer_records = find_records(layers, "layers.json");
  if (layer_records) {
    store.layers_ = parse_containers_layers(*layer_records, layers + "/layers.json");
  }
  return store;
}

std::vector<std::string> ContainersStore::drivers_at(const std::string& root) {
  std::vector<std::string> found;
  for (const Driver& driver : drivers) {
    if (file_exists(images_file(root, driver.name))) found.emplace_back(driver.name);
  }
  return found;
}

const ContainersLayer* ContainersStore::find_layer(const std::string& id) const {
  const auto found = layers_.find(id);
  return found == layers_.end() ? nullptr : &found->second;
}

std::string ContainersStore::directory(std::string_view what) const {
  return fmt::format("{}/{}-{}", root_, driver_, what);
}

std::string ContainersStore::big_data(const ContainersImage& image, std::string_view name,
                                      std::uint64_t limit_bytes) const {
  const std::string path = fmt::format("{}/{}", directory("images"), image.id);
  try {
    const Fd file = open_layer_file(path, big_data_file_name(name));
    return read_all(file.get(), fmt::format("{} of image {}", printable(name), image.id),
                    limit_bytes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    fail(ErrorKind::not_found, "image {} in {} has no {}", image.id, root_, printable(name));
  }
}

std::unique_ptr<Source> ContainersStore::open_tar_split(const ContainersLayer& layer) const {
  const std::string name = layer.id + ".tar-split.gz";
  try {
    return std::make_unique<FdSource>(open_layer_file(directory("layers"), name), name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    fail(ErrorKind::unsupported,
         "layer {} has no tar-split data: the bytes it came as cannot be had again", layer.id);
  }
}

std::unique_ptr<Source> ContainersStore::open_layer(const ContainersLayer& layer,
                                                    const OpenLayerFile& open) const {
  const Driver* driver = find_driver(driver_);
  std::string files = fmt::format("{}/{}{}{}", root_, driver->before, layer.id, driver->after);
  return open_layer_tar(open_tar_split(layer), std::move(files), "layer " + layer.id, open);
}

std::uint64_t ContainersStore::layer_size_bytes(const ContainersLayer& layer) const {
  if (layer.size_bytes) return *layer.size_bytes;
  const auto tar_split = open_sniffed(open_tar_split(layer));
  return tar_split_size(*tar_split, "the tar-split data of layer " + layer.id);
}

}  // namespace lade
