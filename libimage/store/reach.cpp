#include "libimage/store/reach.h"

#include "libimage/base/error.h"
#include "libimage/oci/config.h"
#include "libimage/store/layer_rows.h"
#include "libimage/store/manifests.h"

namespace lade {
namespace {

class Marker {
 public:
  explicit Marker(LocalStore& store) : store_(store) {}

  void mark_manifest(const Descriptor& manifest) {
    if (reach_.blobs.insert(manifest.digest).second) waiting_.push_back(manifest);
  }

  void mark_digest(const Digest& digest) {
    if (const auto manifest = store_.find_manifest_descriptor(digest)) {
      mark_manifest(*manifest);
    } else {
      mark_blob(digest);
    }
  }

  void mark_snapshot(const Digest& chain_id) { reach_.snapshots.insert(chain_id.hex()); }

  Reach finish() {
    while (!waiting_.empty()) {
      const Descriptor next = waiting_.back();
      waiting_.pop_back();
      open_manifest(next);
    }
    return std::move(reach_);
  }

 private:
  void mark_blob(const Digest& digest) {
    if (!reach_.blobs.insert(digest).second) return;
    if (const auto diff_id = store_.find_diff_id(digest)) reach_.tocs.insert(diff_id->hex());
  }

  void open_manifest(const Descriptor& manifest) {
    const auto referrers =
        store_.with_database([&](Database& rows) { return find_referrers(rows, manifest.digest); });
    for (const Descriptor& referrer : referrers) mark_manifest(referrer);
    const auto attached =
        store_.with_database([&](Database& rows) { return find_attached(rows, manifest.digest); });
    for (const Referrer& referrer : attached) mark_manifest(referrer.descriptor);
    try {
      const ManifestParts parts = parts_of(read_manifest(store_.blobs(), manifest));
      for (const Descriptor& instance : parts.manifests) {
        is_manifest_or_index(instance.media_type) ? mark_manifest(instance)
                                                  : mark_blob(instance.digest);
      }
      for (const Descriptor& blob : parts.blobs) mark_blob(blob.digest);
      if (parts.image_id) mark_chain(*parts.image_id);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::io || error.kind() == ErrorKind::denied) throw;
    }
  }

  void mark_chain(const Digest& config_digest) {
    if (!seen_configs_.insert(config_digest).second) return;
    const ImageConfig config =
        parse_config(store_.blobs().read(config_digest, config_limit_bytes), config_digest.str());
    std::vector<Digest> chain;  // the id of the layers so far, and the next layer
    for (const Digest& diff_id : config.diff_ids) {
      reach_.tocs.insert(diff_id.hex());
      chain.push_back(diff_id);
      chain = {chain_id(chain)};
      reach_.snapshots.insert(chain.front().hex());
    }
  }

  LocalStore& store_;
  Reach reach_;
  std::vector<Descriptor> waiting_;
  std::unordered_set<Digest> seen_configs_;
};

}  // namespace

Reach reach_of(LocalStore& store, const Roots& roots) {
  Marker marker(store);
  for (const Descriptor& manifest : roots.manifests) marker.mark_manifest(manifest);
  for (const Digest& digest : roots.digests) marker.mark_digest(digest);
  for (const Digest& chain_id : roots.snapshots) marker.mark_snapshot(chain_id);
  return marker.finish();
}

}  // namespace lade
