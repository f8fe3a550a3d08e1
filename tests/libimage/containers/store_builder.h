#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libimage/base/base64.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/containers/store_records.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/media_type.h"
#include "tests/support/image_builder.h"

namespace lade::test {

/// Makes a containers store of the driver vfs by hand: layers of one file each.
class StoreBuilder {
 public:
  explicit StoreBuilder(std::string root) : root_(std::move(root)) { write(); }

  struct Layer {
    std::string id;
    Digest diff_id;
    std::uint64_t size_bytes;
  };

  /// A layer with the file `path`, as it would be unpacked.
  Layer add_layer(const std::string& path, const std::string& text, const std::string& parent) {
    const std::string tar = tar_of({{path, text}});
    const Digest diff_id = digest_of(tar);
    const std::string id = digest_of(parent + path + text).hex();
    const std::string files = root_ + "/vfs/dir/" + id;
    make_directories(files);
    write_file_atomic(files + "/" + path, text);
    constexpr std::size_t header_bytes = 512;
    const Json lines[] = {
        {{"type", 2}, {"payload", to_base64(tar.substr(0, header_bytes))}, {"position", 0}},
        {{"type", 1}, {"name", path}, {"size", text.size()}, {"position", 1}},
        {{"type", 2},
         {"payload", to_base64(tar.substr(header_bytes + text.size()))},
         {"position", 2}}};
    std::string split;
    for (const Json& line : lines) split += to_compact(line) + "\n";
    write_file_atomic(root_ + "/vfs-layers/" + id + ".tar-split.gz",
                      pack(split, Compression::gzip));
    Json record = {{"id", id}, {"diff-digest", diff_id.str()}, {"diff-size", tar.size()}};
    if (!parent.empty()) record["parent"] = parent;
    layers_.push_back(record);
    write();
    return {id, diff_id, tar.size()};
  }

  /// The manifest of an image over these layers, as it came: they were compressed.
  RawManifest add_image(const std::vector<Layer>& layers, const std::vector<std::string>& names,
                        ImageFormat format = ImageFormat::oci) {
    ImageConfig config;
    config.created = build_time;
    config.platform = Platform::parse("linux/amd64");
    std::vector<Descriptor> blobs;
    for (const Layer& layer : layers) {
      config.diff_ids.push_back(layer.diff_id);
      config.history.push_back(step("COPY . /", false));
      blobs.push_back({media_type::layer_type(format == ImageFormat::docker, Compression::gzip),
                       digest_of("packed " + layer.diff_id.str()), 7});
    }
    const AuthoredImage image = author_image(config, blobs, {}, format);
    const std::string id = image.config.digest.hex();
    add_record(id, layers.empty() ? "" : layers.back().id, names, image.manifest);
    add_big_data(id, image.config.digest.str(), image.config_bytes);
    return image.manifest;
  }

  void add_record(const std::string& id, const std::string& layer,
                  const std::vector<std::string>& names, const RawManifest& manifest) {
    images_.push_back({{"id", id},
                       {"digest", manifest.digest.str()},
                       {"names", names},
                       {"layer", layer},
                       {"big-data-names", Json::array()}});
    make_directories(root_ + "/vfs-images/" + id);
    add_big_data(id, "manifest", manifest.bytes);
    add_big_data(id, "manifest-" + manifest.digest.str(), manifest.bytes);
  }

  void add_big_data(const std::string& id, const std::string& name, const std::string& bytes) {
    write_file_atomic(fmt::format("{}/vfs-images/{}/{}", root_, id, big_data_file_name(name)),
                      bytes);
    for (Json& image : images_) {
      if (image["id"] == id) image["big-data-names"].push_back(name);
    }
    write();
  }

  Json& layers() { return layers_; }
  Json& images() { return images_; }
  const std::string& root() const { return root_; }
  /// To be called when a record was changed.
  void write() const {
    make_directories(root_ + "/vfs-images");
    make_directories(root_ + "/vfs-layers");
    write_file_atomic(root_ + "/vfs-images/images.json", to_compact(images_));
    write_file_atomic(root_ + "/vfs-layers/layers.json", to_compact(layers_));
  }

 private:
  std::string root_;
  Json layers_ = Json::array();
  Json images_ = Json::array();
};

}  // namespace lade::test
