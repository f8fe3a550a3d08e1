#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/layer_writer.h"
#include "libimage/oci/config.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"
#include "libimage/store/gc.h"
#include "libimage/store/store.h"

namespace lade::store_test {

inline constexpr std::string_view config_type = media_type::oci_config;
inline constexpr std::string_view layer_type = media_type::oci_layer_gzip;

/// A store in a directory of its own; its clock stands where the test puts it.
struct StoreFixture {
  TempDir directory{"/tmp", "lade-store-test"};
  Timestamp now{1'700'000'000, 0};
  std::string root = directory.path() + "/store";
  std::shared_ptr<Store> store = open();

  std::shared_ptr<Store> open(bool read_only = false) {
    return Store::open(root, read_only, [this] { return now; });
  }
  std::string blob_path(const Digest& digest) const {
    return root + "/blobs/sha256/" + digest.hex();
  }
};

struct StoredLayer {
  Descriptor blob;
  WrittenLayer written;
};

/// A layer with files of these names, each holding `content`, in small frames.
inline StoredLayer put_layer(Store& store, const std::vector<std::string>& paths,
                             const std::string& content,
                             Compression compression = Compression::gzip) {
  const auto blob = store.begin_blob(HashAlgorithm::sha256);
  LayerWriter writer(*blob, {.compression = compression, .frame_bytes = 4096});
  for (const std::string& path : paths) {
    MemorySource data(content);
    Entry entry;
    entry.path = path;
    entry.mode = 0644;
    entry.size_bytes = content.size();
    writer.add(entry, data);
  }
  WrittenLayer written = writer.finish();
  Descriptor descriptor = blob->commit(nullptr);
  descriptor.media_type = media_type::layer_type(false, compression);
  store.put_layer(descriptor, written);
  return {std::move(descriptor), std::move(written)};
}

struct StoredImage {
  Descriptor manifest;
  Descriptor config;
  std::vector<StoredLayer> layers;
};

/// An image of one layer, different for every `seed`.
inline StoredImage put_image(Store& store, const std::string& seed) {
  const StoredLayer layer = put_layer(store, {"etc/" + seed}, "contents of " + seed);
  ImageConfig config;
  config.author = seed;
  config.platform = Platform::parse("linux/amd64");
  config.diff_ids.push_back(layer.written.toc->diff_id());
  const Descriptor stored_config = store.put_blob(serialize(config), config_type);
  const Manifest manifest{.media_type = std::string(media_type::oci_manifest),
                          .config = stored_config,
                          .layers = {layer.blob}};
  return {store.put_blob(serialize(manifest), media_type::oci_manifest), stored_config, {layer}};
}

/// An artifact that is about `subject`.
inline Descriptor put_artifact(Store& store, const Descriptor& subject, const std::string& seed) {
  Descriptor config = store.put_blob("{}", media_type::oci_empty);
  const Manifest manifest{.media_type = std::string(media_type::oci_manifest),
                          .config = config,
                          .layers = {store.put_blob(seed, "text/plain")},
                          .annotations = {{"seed", seed}},
                          .artifact_type = "application/vnd.example.note",
                          .subject = subject};
  return store.put_blob(serialize(manifest), media_type::oci_manifest);
}

/// The kind and message of the Error that `body` throws.
template <class Body>
std::pair<std::optional<ErrorKind>, std::string> error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return {error.kind(), error.message()};
  }
  return {};
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::string read_text(Source& source) { return read_all(source, 1U << 30U, "test"); }

/// The flaws as lines, for a readable failure; garbage is none.
inline std::vector<std::string> lines_of(const std::vector<StoreFlaw>& flaws) {
  std::vector<std::string> lines;
  for (const StoreFlaw& flaw : flaws) {
    if (!flaw.garbage) lines.push_back(flaw.where + ": " + flaw.what);
  }
  return lines;
}

}  // namespace lade::store_test
