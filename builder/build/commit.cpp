#include "builder/build/commit.h"

#include "builder/build/squash.h"
#include "libimage/base/json.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

/// The comment of history lines that this program wrote.
constexpr std::string_view made_here = "lade";

/// History as the layers really came out; lines of the base image as they were.
std::vector<HistoryEntry> make_history(const Plan& plan, const std::vector<NodeResult>& results) {
  std::vector<HistoryEntry> history;
  for (const PlannedHistory& planned : plan.history) {
    HistoryEntry entry = planned.entry;
    if (!planned.inherited) {
      entry.comment = std::string(made_here);
      entry.empty_layer = !planned.node || results[*planned.node].added == 0;
    }
    history.push_back(std::move(entry));
  }
  return history;
}

/// One line stands for all layers that were squashed; the others say that they hold none.
void mark_squashed(std::vector<HistoryEntry>& history, std::size_t kept_layers, bool any) {
  std::size_t layer = 0;
  for (HistoryEntry& entry : history) {
    if (!entry.empty_layer && layer++ >= kept_layers) entry.empty_layer = true;
  }
  if (!any) return;
  HistoryEntry squashed;
  squashed.created_by = "squashed";
  squashed.comment = std::string(made_here);
  history.push_back(std::move(squashed));
}

/// When the image came about. One that is what an earlier build made keeps that one's time, and so
/// its id: a build that changes nothing changes nothing.
Timestamp creation_time(ImageConfig config, const BuildOptions& options, Workshop& workshop) {
  if (options.epoch) return *options.epoch;
  constexpr std::string_view what = "an image's cache record";
  config.created.reset();
  for (HistoryEntry& entry : config.history) entry.created.reset();
  const std::string key = digest_of("image 1 " + serialize(config)).hex();
  if (!options.no_cache) {
    if (const auto text = workshop.store->find_cache(key)) {
      const auto time = parse_rfc3339(get_string(parse_json(*text, what), "created", what));
      if (time) return *time;
    }
  }
  const Json record = {{"version", 1}, {"created", to_rfc3339(workshop.now)}};
  workshop.store->put_cache(key, to_compact(record), {});
  return workshop.now;
}

void add_base_annotations(const Plan& plan, Annotations& annotations) {
  if (!plan.base) return;
  annotations.try_emplace("org.opencontainers.image.base.name", plan.base->name);
  annotations.try_emplace("org.opencontainers.image.base.digest", plan.base->digest.str());
}

}  // namespace

BuildRecord commit(const Plan& plan, const std::vector<NodeResult>& results,
                   const BuildOptions& options, Workshop& workshop) {
  std::vector<LayerRef> layers = results[plan.result].layers;
  ImageConfig config = plan.config;
  config.history = make_history(plan, results);
  if (options.squash != BuildOptions::Squash::none) {
    const std::size_t kept = options.squash == BuildOptions::Squash::all ? 0 : plan.base_layers;
    const bool any = layers.size() > kept;
    layers = squash_layers(workshop, layers, kept);
    mark_squashed(config.history, kept, any && layers.size() > kept);
  }
  for (const auto& [name, value] : options.labels) config.config.labels[name] = value;
  config.diff_ids.clear();
  std::vector<Descriptor> blobs;
  for (const LayerRef& layer : layers) {
    config.diff_ids.push_back(layer.diff_id);
    blobs.push_back(layer.blob);
  }
  config.created = creation_time(config, options, workshop);
  for (HistoryEntry& entry : config.history) {
    if (entry.comment == made_here && !entry.created) entry.created = config.created;
  }
  Annotations annotations = options.annotations;
  if (options.format == ImageFormat::oci) {
    add_base_annotations(plan, annotations);
    annotations.try_emplace("org.opencontainers.image.created", to_rfc3339(*config.created));
  }
  const AuthoredImage image = author_image(config, std::move(blobs), annotations, options.format);
  workshop.lease->add(image.config.digest);
  workshop.lease->add(image.manifest.digest);
  workshop.store->put_blob(image.config_bytes, image.config.media_type);
  workshop.store->put_blob(image.manifest.bytes, image.manifest.media_type);
  return {image.manifest, image.config, std::move(layers), plan.images, {}, 0, 0};
}

}  // namespace lade::builder
