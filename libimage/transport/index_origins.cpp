#include "libimage/transport/index_origins.h"

#include <algorithm>
#include <mutex>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::uint64_t file_limit_bytes = 16U << 20U;
constexpr std::int64_t format_version = 1;

std::string path_in(const std::string& store_root) { return store_root + "/origins.json"; }

class OriginSource final : public ImageSource {
 public:
  OriginSource(std::unique_ptr<ImageSource> inner, IndexOrigins origins,
               const TransportContext& context)
      : inner_(std::move(inner)), origins_(std::move(origins)), context_(context) {}

  std::string name() const override { return inner_->name(); }
  RawManifest manifest() override { return inner_->manifest(); }

  RawManifest manifest(const Descriptor& descriptor) override {
    try {
      return inner_->manifest(descriptor);
    } catch (Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      const auto origin = find_origin(descriptor.digest);
      if (origin) return manifest_from(origin, descriptor);
      error.add_context(fmt::format("the index lists {}, and nobody remembers where it is",
                                    descriptor.digest.str()));
      throw;
    }
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    const auto origin = find_known(descriptor.digest);
    return origin && !inner_has(descriptor) ? origin->open_blob(descriptor)
                                            : inner_->open_blob(descriptor);
  }

  std::unique_ptr<Source> open_blob_at(const Descriptor& descriptor,
                                       std::uint64_t first_byte) override {
    const auto origin = find_known(descriptor.digest);
    return origin && !inner_has(descriptor) ? origin->open_blob_at(descriptor, first_byte)
                                            : inner_->open_blob_at(descriptor, first_byte);
  }

  Descriptor find_top() override { return inner_->find_top(); }

  std::optional<Fd> find_blob_file(const Descriptor& descriptor) override {
    return inner_->find_blob_file(descriptor);
  }

  /// Those of the store, and for an image that is elsewhere those it has there.
  std::vector<Referrer> referrers(const Digest& subject) override {
    std::vector<Referrer> all = inner_->referrers(subject);
    const auto origin = find_origin(subject);
    if (!origin) return all;
    for (Referrer& referrer : origin->referrers(subject)) {
      const std::lock_guard lock(mutex_);
      known_[referrer.descriptor.digest] = origin;
      const bool is_new = std::find(all.begin(), all.end(), referrer) == all.end();
      if (is_new) all.push_back(std::move(referrer));
    }
    return all;
  }

  std::vector<std::string> signatures(const Digest& manifest) override {
    const auto origin = find_origin(manifest);
    return origin ? origin->signatures(manifest) : inner_->signatures(manifest);
  }

 private:
  using Origin = std::shared_ptr<ImageSource>;

  bool inner_has(const Descriptor& descriptor) {
    return inner_->find_blob_file(descriptor).has_value();
  }

  Origin find_known(const Digest& digest) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(digest);
    return found == known_.end() ? nullptr : found->second;
  }

  /// What an origin's manifests refer to is there, too.
  Origin find_origin(const Digest& digest) {
    if (Origin known = find_known(digest)) return known;
    const auto name = origins_.find(digest);
    return name ? Origin(open_source(parse_image_name(*name), context_)) : nullptr;
  }

  RawManifest manifest_from(const Origin& origin, const Descriptor& descriptor) {
    // an origin is named by the digest of what was added, which is its top manifest
    RawManifest raw = origin->manifest();
    if (raw.digest != descriptor.digest) raw = origin->manifest(descriptor);
    const std::lock_guard lock(mutex_);
    known_[raw.digest] = origin;
    if (media_type::is_index(raw.media_type)) {
      for (const Descriptor& entry : parse_index(raw.bytes, raw.media_type, name()).manifests) {
        known_[entry.digest] = origin;
      }
      return raw;
    }
    const Manifest parsed = parse_manifest(raw.bytes, raw.media_type, name());
    known_[parsed.config.digest] = origin;
    for (const Descriptor& layer : parsed.layers) known_[layer.digest] = origin;
    return raw;
  }

  std::unique_ptr<ImageSource> inner_;
  IndexOrigins origins_;
  TransportContext context_;
  std::mutex mutex_;
  std::map<Digest, Origin> known_;
};

}  // namespace

IndexOrigins IndexOrigins::read(const std::string& store_root) {
  IndexOrigins origins;
  const std::string path = path_in(store_root);
  const auto text = find_file(path, file_limit_bytes);
  if (!text) return origins;
  const Json json = parse_json(*text, path);
  if (const auto version = get_int(json, "schemaVersion", path); version != format_version) {
    fail(ErrorKind::unsupported,
         "{} has version {}, this program knows version {}: it takes another Lade", path, version,
         format_version);
  }
  const Json* names = find_object(json, "origins", path);
  if (names == nullptr) return origins;
  for (const auto& [digest, name] : names->items()) {
    origins.put(Digest::parse(digest), get_string(*names, digest, path));
  }
  return origins;
}

void IndexOrigins::write(const std::string& store_root) const {
  Json names = Json::object();
  for (const auto& [digest, name] : names_) names[digest.str()] = name;
  write_file_atomic(path_in(store_root),
                    to_pretty({{"schemaVersion", format_version}, {"origins", names}}) + "\n");
}

std::optional<std::string> IndexOrigins::find(const Digest& image) const {
  const auto found = names_.find(image);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

void IndexOrigins::keep_only(const std::set<Digest>& images) {
  std::erase_if(names_, [&](const auto& entry) { return !images.contains(entry.first); });
}

std::unique_ptr<ImageSource> with_origins(std::unique_ptr<ImageSource> inner, IndexOrigins origins,
                                          const TransportContext& context) {
  return std::make_unique<OriginSource>(std::move(inner), std::move(origins), context);
}

}  // namespace lade
