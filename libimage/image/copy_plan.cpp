// A copy is planned whole before it begins: the tree of manifests is read (it is small and
// bounded), each manifest gets the format it will have and each layer the compression, and what
// cannot be done is refused while nothing has been written. Manifests and blobs are told apart by
// digest, so what is listed a thousand times is planned once and a tree that shares its branches
// stays linear.
#include "libimage/image/copy_plan.h"

#include "libimage/base/text.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "libimage/image/layer_choice.h"
#include "libimage/image/referrer_plan.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

using Kind = PlatformChoice::Kind;

class Planner {
 public:
  Planner(ImageSource& source, const std::string& target, const DestinationAbilities& abilities,
          const CopyOptions& options)
      : source_(source), target_(target), abilities_(abilities), options_(options) {}

  CopyPlan plan() {
    RawManifest top = read_manifest(source_);
    if (!media_type::is_index(top.media_type)) {
      visit_manifest(std::move(top), "the image");
    } else if (options_.platforms.kind == Kind::one) {
      visit_chosen(top);
    } else {
      visit_top_index(std::move(top));
    }
    return std::move(plan_);
  }

 private:
  void visit_chosen(const RawManifest& index) {
    Instance instance = choose_instance(source_, index, options_.platforms.wanted);
    const std::string platform = describe(instance.entry);
    plan_.part = fmt::format("{} of the index {}", platform, index.digest.str());
    plan_.index_left = index.digest;
    visit_manifest(std::move(instance.manifest), platform);
  }

  void visit_top_index(RawManifest top) {
    if (!abilities_.indexes) {
      fail(ErrorKind::unsupported,
           "{} can hold one image, got an index: choose one of its platforms ({})", target_,
           list_platforms(parse_index(top.bytes, top.media_type, source_.name())));
    }
    const Digest digest = top.digest;
    visit_index(std::move(top), 1);
    for (const Platform& wanted : options_.platforms.listed) {
      if (options_.platforms.kind != Kind::listed || found_.contains(wanted.str())) continue;
      fail(ErrorKind::not_found, "{} has no image for {}; it has: {}", source_.name(), wanted.str(),
           list_platforms(*plan_.manifests.back().index));
    }
    if (options_.platforms.kind == Kind::index_only) {
      plan_.part = fmt::format("the index {} without its images", digest.str());
    }
  }

  void visit_index(RawManifest raw, unsigned depth) {
    if (depth > index_depth_limit) {
      fail(ErrorKind::unsupported, "index {}: indexes are nested deeper than {} levels",
           raw.digest.str(), index_depth_limit);
    }
    const bool is_alone = options_.platforms.kind == Kind::index_only;
    if (is_alone && options_.admission != nullptr) options_.admission->admit(source_, raw);
    charge(raw.bytes.size());
    ManifestPlan plan{std::move(raw), {}};
    plan.where = "index " + plan.raw.digest.str();
    plan.index = parse_index(plan.raw.bytes, plan.raw.media_type, plan.where);
    plan.format = target_format(plan.raw.media_type, plan.where);
    const bool converted = plan.format != format_of(plan.raw.media_type);
    if (converted && is_alone) {
      fail(ErrorKind::unsupported, "{} cannot become a {} one without its images", plan.where,
           to_string(plan.format));
    }
    const std::set<Digest> chosen = choose(*plan.index);
    for (const Descriptor& entry : plan.index->manifests) {
      if (chosen.contains(entry.digest)) {
        visit_entry(entry, plan, depth);
      } else if (converted && plan.left_out.insert(entry.digest).second) {
        note_left_out(entry, plan);
      }
    }
    if (converted) note_dropped(plan);
    if (converted || !plan.left_out.empty()) refuse_change(plan, "the index would be rewritten");
    plan_.manifests.push_back(std::move(plan));
  }

  void visit_entry(const Descriptor& entry, ManifestPlan& index, unsigned depth) {
    if (is_attestation(entry) && index.format == ImageFormat::docker &&
        target_format(entry.media_type, index.where) != format_of(entry.media_type)) {
      if (index.left_out.insert(entry.digest).second) note_left_out(entry, index);
      return;
    }
    if (!visited_.insert(entry.digest).second) return;
    RawManifest child = read_manifest(source_, entry);
    if (media_type::is_index(child.media_type)) {
      visit_index(std::move(child), depth + 1);
    } else {
      visit_manifest(std::move(child), describe(entry));
    }
  }

  /// Which entries of an index come along.
  std::set<Digest> choose(const Index& index) {
    for (const Platform& wanted : options_.platforms.listed) {
      if (find_instance(index, wanted) != nullptr) found_.insert(wanted.str());
    }
    return choose_entries(index, options_.platforms);
  }

  void visit_manifest(RawManifest raw, const std::string& name) {
    // these very bytes, whatever was there when it was asked before
    if (options_.admission != nullptr) options_.admission->admit(source_, raw);
    charge(raw.bytes.size());
    ManifestPlan plan{std::move(raw), {}};
    plan.where = fmt::format("{} ({})", name, plan.raw.digest.str());
    plan.manifest = parse_manifest(plan.raw.bytes, plan.raw.media_type, plan.where);
    plan.format = target_format(plan.raw.media_type, plan.where);
    plan.layers.resize(plan.manifest->layers.size());
    if (media_type::is_config(plan.manifest->config.media_type)) {
      plan_image(plan);
    } else {
      if (!abilities_.any_blobs) {
        fail(ErrorKind::unsupported, "{} can only hold images, but {} is an artifact", target_,
             plan.where);
      }
      add_blob({BlobPlan::Kind::other, plan.manifest->config, "the config of " + plan.where});
      for (std::size_t i = 0; i < plan.layers.size(); ++i) add_layer(plan, i, {});
    }
    if (plan.format != format_of(plan.raw.media_type)) note_dropped(plan);
    plan_.manifests.push_back(std::move(plan));
  }

  void plan_image(ManifestPlan& plan) {
    const Manifest& manifest = *plan.manifest;
    const LayerChoice choice{target_, abilities_, options_, plan.format};
    BlobPlan config{BlobPlan::Kind::config, manifest.config, "the config of " + plan.where};
    std::vector<Digest> diff_ids;
    if (choice.needs_config(manifest)) {
      Image image = read_image(source_, plan.raw);
      charge(image.config_bytes.size());
      config.bytes = std::move(image.config_bytes);
      diff_ids = std::move(image.config.diff_ids);
    }
    add_blob(std::move(config));
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const std::string where = fmt::format("layer {} of {}", i + 1, plan.where);
      const Digest* diff_id = diff_ids.empty() ? nullptr : &diff_ids[i];
      plan.layers[i] = choice.compression(manifest.layers[i], diff_id, where);
      if (plan.layers[i]) {
        refuse_change(plan,
                      fmt::format("{} would be recompressed from {} to {}{}", where,
                                  manifest.layers[i].media_type, to_string(*plan.layers[i]),
                                  choice.wanted() ? "" : " (--dest-compress=false keeps it)"));
        if (!choice.wanted()) ++plan_.packed_layers;
      }
      add_layer(plan, i, diff_id == nullptr ? std::nullopt : std::optional(*diff_id));
    }
  }

  void add_layer(const ManifestPlan& plan, std::size_t i, std::optional<Digest> diff_id) {
    const Descriptor& layer = plan.manifest->layers[i];
    const bool is_layer = media_type::is_layer(layer.media_type);
    BlobPlan blob{is_layer ? BlobPlan::Kind::layer : BlobPlan::Kind::other, layer,
                  fmt::format("{} {} of {}", is_layer ? "layer" : "blob", i + 1, plan.where)};
    blob.foreign = is_layer && !layer.urls.empty();
    if (plan.layers[i]) {
      blob.compression = plan.layers[i];
      blob.media_type =
          media_type::layer_type(plan.format == ImageFormat::docker, *blob.compression);
      blob.diff_id = diff_id;
    }
    add_blob(std::move(blob));
  }

  ImageFormat target_format(std::string_view type, const std::string& where) const {
    const ImageFormat now = format_of(type);
    const ImageFormat wanted = options_.format.value_or(now);
    const auto takes = [&](ImageFormat format) {
      return format == ImageFormat::docker ? abilities_.docker : abilities_.oci;
    };
    if (takes(wanted)) return wanted;
    const ImageFormat other = wanted == ImageFormat::oci ? ImageFormat::docker : ImageFormat::oci;
    if (options_.format || !takes(other)) {
      fail(ErrorKind::unsupported, "{} cannot hold {} as a {} manifest", target_, where,
           to_string(wanted));
    }
    return other;
  }

  void refuse_change(const ManifestPlan& plan, const std::string& change) const {
    if (!options_.preserve_digests) return;
    fail(ErrorKind::conflict, "the digest of {} cannot be preserved in {}: {}", plan.where, target_,
         change);
  }

  /// Converts on trial, so that what cannot be said in the other family is known now.
  void note_dropped(const ManifestPlan& plan) {
    refuse_change(plan,
                  fmt::format("it would be converted from {} to {}",
                              to_string(format_of(plan.raw.media_type)), to_string(plan.format)));
    std::vector<std::string> dropped;
    try {
      if (plan.index) {
        convert(*plan.index, plan.format, &dropped);
      } else {
        Manifest changed = *plan.manifest;
        changed.layers = retyped_layers(plan);
        convert(changed, plan.format, &dropped);
      }
    } catch (Error& error) {
      error.add_context(plan.where);
      throw;
    }
    plan_.notes.push_back(fmt::format("converted {} to {}", plan.where, to_string(plan.format)));
    for (const std::string& what : dropped) {
      plan_.notes.push_back(fmt::format("dropped from {}: {}", plan.where, what));
    }
  }

  void note_left_out(const Descriptor& entry, const ManifestPlan& index) {
    plan_.notes.push_back(fmt::format("left {} ({}) out of {}: it is not converted to {}",
                                      describe(entry), entry.digest.str(), index.where,
                                      to_string(index.format)));
  }

  static std::string describe(const Descriptor& entry) {
    if (is_attestation(entry)) return "the attestation";
    return entry.platform ? printable(entry.platform->str()) : "an image without a platform";
  }

  void charge(std::size_t size_bytes) { lade::charge(plan_, size_bytes, options_, source_.name()); }

  void add_blob(BlobPlan blob) { lade::add_blob(plan_, std::move(blob)); }

  ImageSource& source_;
  const std::string& target_;
  const DestinationAbilities& abilities_;
  const CopyOptions& options_;
  CopyPlan plan_;
  std::set<Digest> visited_;
  std::set<std::string> found_;
};

}  // namespace

BlobKey key_of(const BlobPlan& blob) { return {blob.blob.digest, blob.compression}; }

void add_blob(CopyPlan& plan, BlobPlan blob) {
  const BlobKey key = key_of(blob);
  const auto found = plan.blobs.find(key);
  if (found == plan.blobs.end()) {
    plan.order.push_back(key);
    plan.blobs.emplace(key, std::move(blob));
    return;
  }
  BlobPlan& known = found->second;
  if (known.blob.size_bytes != blob.blob.size_bytes) {
    fail(ErrorKind::corrupt, "{} and {} are one blob, {}, but give it {} and {} bytes", known.where,
         blob.where, key.first.str(), known.blob.size_bytes, blob.blob.size_bytes);
  }
  if (known.diff_id != blob.diff_id) {
    fail(ErrorKind::corrupt, "{} and {} are one blob, {}, but its diff ids are {} and {}",
         known.where, blob.where, key.first.str(), known.diff_id->str(), blob.diff_id->str());
  }
  known.foreign = known.foreign && blob.foreign;
}

void charge(CopyPlan& plan, std::size_t size_bytes, const CopyOptions& options,
            const std::string& source) {
  plan.manifest_bytes += size_bytes;
  if (plan.manifest_bytes > options.manifests_limit_bytes) {
    fail(ErrorKind::invalid,
         "the manifests and configs of {} are too large: wanted at most {} bytes together", source,
         options.manifests_limit_bytes);
  }
}

CopyPlan plan_copy(ImageSource& source, const ImageDestination& destination,
                   const DestinationAbilities& abilities, const CopyOptions& options) {
  CopyPlan plan = Planner(source, destination.name(), abilities, options).plan();
  plan_referrers(plan, source, destination, abilities, options);
  return plan;
}

std::vector<Descriptor> retyped_layers(const ManifestPlan& plan) {
  std::vector<Descriptor> layers = plan.manifest->layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!plan.layers[i]) continue;
    layers[i].media_type =
        media_type::layer_type(plan.format == ImageFormat::docker, *plan.layers[i]);
  }
  return layers;
}

}  // namespace lade
