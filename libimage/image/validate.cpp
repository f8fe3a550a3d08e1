#include "libimage/image/validate.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "libimage/base/text.h"
#include "libimage/base/time.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "libimage/image/layer_check.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::string_view created_key = "org.opencontainers.image.created";

class Validator {
 public:
  Validator(ImageSource& source, const ValidateOptions& options)
      : source_(source), options_(options) {}

  std::vector<Flaw> run() {
    guarded(source_.name(), [&] { visit(read_manifest(source_), 1); });
    return std::move(flaws_);
  }

 private:
  void add(std::string where, std::string what) {
    flaws_.push_back({std::move(where), std::move(what)});
  }

  template <class Check>
  void guarded(const std::string& where, Check&& check) {
    try {
      check();
    } catch (const Error& error) {
      if (!is_flaw(error)) throw;
      add(where, error.message());
    }
  }

  void visit(const RawManifest& raw, unsigned depth) {
    if (!media_type::is_index(raw.media_type)) {
      check_manifest(raw);
      return;
    }
    const std::string where = "index " + raw.digest.str();
    if (depth > index_depth_limit) {
      add(where, fmt::format("indexes are nested deeper than {} levels", index_depth_limit));
      return;
    }
    guarded(where, [&] { check_index(raw, where, depth); });
  }

  void check_index(const RawManifest& raw, const std::string& where, unsigned depth) {
    const Index index = parse_index(raw.bytes, raw.media_type, where);
    check_annotations(index.annotations, where);
    for (const Descriptor& entry : index.manifests) {
      const std::string name = "manifest " + entry.digest.str();
      check_annotations(entry.annotations, name);
      if (!media_type::is_manifest(entry.media_type) && !media_type::is_index(entry.media_type)) {
        add(name, fmt::format("the index gives it the media type {}, wanted a manifest's",
                              printable(entry.media_type)));
        continue;
      }
      if (checked_.insert(entry.digest).second) {
        guarded(name, [&] { visit(read_manifest(source_, entry), depth + 1); });
      }
      check_platform(entry, name);
    }
  }

  void check_manifest(const RawManifest& raw) {
    const std::string where = "manifest " + raw.digest.str();
    guarded(where, [&] {
      const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, where);
      check_annotations(manifest.annotations, where);
      check_families(manifest, where);
      if (media_type::is_config(manifest.config.media_type)) {
        check_image(raw.digest, manifest, where);
      } else {
        check_artifact(manifest, where);
      }
    });
  }

  /// OCI manifests may hold anything beside layers; Docker's hold Docker's.
  void check_families(const Manifest& manifest, const std::string& where) {
    const bool docker = media_type::is_docker(manifest.media_type);
    const auto check = [&](const Descriptor& blob, const std::string& name) {
      const bool known =
          media_type::is_config(blob.media_type) || media_type::is_layer(blob.media_type);
      if (!docker && (!known || !media_type::is_docker(blob.media_type))) return;
      if (docker && media_type::is_docker(blob.media_type)) return;
      add(where,
          fmt::format("{} is of type {}, wanted one of the {} family like the manifest", name,
                      printable(blob.media_type), to_string(format_of(manifest.media_type))));
    };
    check(manifest.config, "the config");
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      check(manifest.layers[i], layer_name(i));
    }
  }

  void check_artifact(const Manifest& manifest, const std::string& where) {
    if (manifest.artifact_type.empty() && manifest.config.media_type == media_type::oci_empty) {
      add(where, "it has neither an artifact type nor a config that says what it is");
    }
    if (!options_.contents) return;
    check_contents(manifest.config, nullptr, "config " + manifest.config.digest.str());
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      check_annotations(manifest.layers[i].annotations, layer_name(i));
      check_contents(manifest.layers[i], nullptr, layer_name(i));
    }
  }

  void check_image(const Digest& digest, const Manifest& manifest, const std::string& where) {
    const std::string name = "config " + manifest.config.digest.str();
    std::optional<ImageConfig> config;
    guarded(name, [&] {
      config = parse_config(read_blob(source_, manifest.config, config_limit_bytes), name);
    });
    if (config) {
      check_config(*config, manifest, name);
      platforms_.emplace(digest, normalize(config->platform));
    }
    const bool fits = config && config->diff_ids.size() == manifest.layers.size();
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const Descriptor& layer = manifest.layers[i];
      const std::string layer_where = fmt::format("{} of {}", layer_name(i), where);
      check_annotations(layer.annotations, layer_where);
      const bool foreign = !layer.urls.empty();
      if (options_.contents && !(foreign && is_absent(layer))) {
        check_contents(layer, fits ? &config->diff_ids[i] : nullptr, layer_where);
      }
    }
  }

  void check_config(const ImageConfig& config, const Manifest& manifest, const std::string& where) {
    const std::size_t layers = manifest.layers.size();
    if (config.diff_ids.size() != layers) {
      add(where,
          fmt::format("wanted {} diff ids, one a layer, got {}", layers, config.diff_ids.size()));
    }
    const auto filled = static_cast<std::size_t>(
        std::count_if(config.history.begin(), config.history.end(),
                      [](const HistoryEntry& step) { return !step.empty_layer; }));
    if (!config.history.empty() && filled != layers) {
      add(where, fmt::format("the history does not fit the layers: wanted {} entries with a layer, "
                             "got {}",
                             layers, filled));
    }
  }

  void check_platform(const Descriptor& entry, const std::string& where) {
    const auto found = platforms_.find(entry.digest);
    if (found == platforms_.end() || !entry.platform || is_attestation(entry)) return;
    const Platform wanted = normalize(*entry.platform);
    const Platform& got = found->second;
    // a config need not name the variant that its index does
    const bool variant_fits =
        wanted.variant == got.variant || wanted.variant.empty() || got.variant.empty();
    if (wanted.os != got.os || wanted.architecture != got.architecture || !variant_fits) {
      add(where,
          fmt::format("its config is for another platform than the index says: wanted {}, got {}",
                      printable(wanted.str()), printable(got.str())));
    }
  }

  void check_contents(const Descriptor& blob, const Digest* diff_id, const std::string& where) {
    const auto key = std::tuple(blob.digest, blob.size_bytes, blob.media_type,
                                diff_id == nullptr ? std::string() : diff_id->str());
    auto found = contents_.find(key);
    if (found == contents_.end()) {
      auto flaws = media_type::is_layer(blob.media_type)
                       ? check_layer(source_, blob, diff_id, options_.expansion)
                       : check_blob(source_, blob);
      found = contents_.emplace(key, std::move(flaws)).first;
    }
    for (const std::string& flaw : found->second) add(where, flaw);
  }

  bool is_absent(const Descriptor& blob) {
    try {
      source_.open_blob(blob);
      return false;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::not_found) return true;
      throw;
    }
  }

  void check_annotations(const Annotations& annotations, const std::string& where) {
    for (const auto& [key, value] : annotations) {
      if (key.empty()) add(where, "an annotation has an empty name");
      if (key == created_key && !parse_rfc3339(value)) {
        add(where, fmt::format("annotation {} must be an RFC 3339 time, got \"{}\"", key,
                               printable(value)));
      }
    }
  }

  static std::string layer_name(std::size_t i) { return fmt::format("layer {}", i + 1); }

  ImageSource& source_;
  const ValidateOptions& options_;
  std::vector<Flaw> flaws_;
  std::set<Digest> checked_;
  std::map<Digest, Platform> platforms_;
  std::map<std::tuple<Digest, std::uint64_t, std::string, std::string>, std::vector<std::string>>
      contents_;
};

}  // namespace

std::vector<Flaw> validate(ImageSource& source, const ValidateOptions& options) {
  return Validator(source, options).run();
}

}  // namespace lade
