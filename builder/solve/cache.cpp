#include "builder/solve/cache.h"

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

constexpr int record_version = 1;

/// Keys are texts of any length; the store has their digest.
std::string stored_key(const std::string& key) { return digest_of(key).hex(); }

/// Nothing for a record of another version or none that can be read: the step is carried out anew.
std::optional<std::vector<LayerRef>> parse_record(const std::string& text) try {
  const std::string what = "a build cache record";
  const Json record = parse_json(text, what);
  if (get_int(record, "version", what) != record_version) return std::nullopt;
  std::vector<LayerRef> layers;
  if (const Json* list = find_array(record, "layers", what)) {
    for (const Json& layer : *list) {
      const Json* blob = find_object(layer, "blob", what);
      if (blob == nullptr) return std::nullopt;
      layers.push_back(
          {parse_descriptor(*blob, what), Digest::parse(get_string(layer, "diffId", what))});
    }
  }
  return layers;
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<LayerRef>> find_cached(Workshop& workshop, const std::string& key) {
  const auto text = workshop.store->find_cache(stored_key(key));
  if (!text) return std::nullopt;
  auto layers = parse_record(*text);
  if (!layers) return std::nullopt;
  for (const LayerRef& layer : *layers) {
    workshop.lease->add(layer.blob.digest);
    if (!workshop.store->has_blob(layer.blob.digest)) return std::nullopt;
  }
  return layers;
}

void remember(Workshop& workshop, const std::string& key, const std::vector<LayerRef>& layers) {
  Json list = Json::array();
  std::vector<Digest> blobs;
  for (const LayerRef& layer : layers) {
    list.push_back({{"blob", to_json(layer.blob)}, {"diffId", layer.diff_id.str()}});
    blobs.push_back(layer.blob.digest);
  }
  const Json record = {{"version", record_version}, {"layers", std::move(list)}};
  workshop.store->put_cache(stored_key(key), to_compact(record), blobs);
}

}  // namespace lade::builder
