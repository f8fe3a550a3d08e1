// Which blobs an image needs is found by walking from its manifest: an index leads to manifests, a
// manifest to its config and layers. Every digest is visited once, so documents that refer to each
// other in a circle (their digests would lie) end the walk as others do. What the removed entry
// reaches and no remaining entry does is unused. A remaining manifest that cannot be read makes it
// impossible to tell, so nothing is removed then; one that is absent needs nothing.
#include <unistd.h>

#include <limits>
#include <set>

#include "libimage/base/file.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/layout_files.h"
#include "libimage/transport/layout_lock.h"
#include "libimage/transport/oci_layout.h"

namespace lade {
namespace {

class Reach {
 public:
  explicit Reach(std::string layout) : layout_(std::move(layout)) {}

  void walk(const Descriptor& from) {
    std::vector<Descriptor> waiting{from};
    while (!waiting.empty()) {
      const Descriptor next = std::move(waiting.back());
      waiting.pop_back();
      if (digests_.insert(next.digest).second) expand(next, waiting);
    }
  }

  const std::set<Digest>& digests() const { return digests_; }

 private:
  void expand(const Descriptor& descriptor, std::vector<Descriptor>& waiting) {
    const std::string& type = descriptor.media_type;
    if (!type.empty() && !media_type::is_index(type) && !media_type::is_manifest(type)) return;
    const auto file = find_regular_file(layout_blob_path(layout_, descriptor.digest));
    if (!file) return;
    RangeSource source(file->get(), 0, descriptor.size_bytes, layout_);
    const RawManifest raw = read_manifest_blob(source, descriptor, layout_);
    const std::string what = fmt::format("manifest {} of {}", raw.digest.str(), layout_);
    if (media_type::is_index(raw.media_type)) {
      const Index index = parse_index(raw.bytes, raw.media_type, what);
      waiting.insert(waiting.end(), index.manifests.begin(), index.manifests.end());
    } else {
      const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, what);
      digests_.insert(manifest.config.digest);
      for (const Descriptor& layer : manifest.layers) digests_.insert(layer.digest);
    }
  }

  std::string layout_;
  std::set<Digest> digests_;
};

/// Removes what is attached to digests that go, and what is attached to that.
void remove_attached(LayoutIndex& index, const Reach& needed, Reach& unneeded) {
  std::set<Digest> done;
  for (bool again = true; again;) {
    again = false;
    const std::set<Digest> subjects = unneeded.digests();
    for (const Digest& subject : subjects) {
      if (needed.digests().contains(subject) || !done.insert(subject).second) continue;
      again = true;
      const std::string list = fallback_tag(subject);
      for (std::size_t i = index.entries().size(); i-- > 0;) {
        const std::string name = index.ref_name(i);
        if (name != list && find_cosign_subject(name) != subject) continue;
        unneeded.walk(index.entries()[i]);
        index.remove(i);
      }
    }
  }
}

}  // namespace

void remove_oci_layout(const std::string& details, const TransportContext& context) {
  const ImagePath path = parse_oci_path(details, "oci");
  read_layout_index(path.path);
  const auto no_writers =
      LayoutLock::acquire(path.path, LayoutLock::Part::blobs, LayoutLock::Mode::exclusive, true);
  const auto lock =
      LayoutLock::acquire(path.path, LayoutLock::Part::index, LayoutLock::Mode::exclusive, true);
  LayoutIndex index = read_layout_index(path.path);
  const std::size_t number = index.choose(path, context.platform);
  const Descriptor removed = index.entries()[number];
  index.remove(number);
  Reach needed(path.path);
  for (std::size_t i = 0; i < index.entries().size(); ++i) {
    if (!index.is_attached(i)) needed.walk(index.entries()[i]);
  }
  Reach unneeded(path.path);
  try {
    unneeded.walk(removed);
    remove_attached(index, needed, unneeded);
  } catch (const Error&) {
    // a broken image can be removed too; what its manifest would have named is not known
  }
  for (const Descriptor& entry : index.entries()) needed.walk(entry);
  write_file_atomic(layout_index_path(path.path), index.serialize());
  for (const Digest& digest : unneeded.digests()) {
    if (!needed.digests().contains(digest)) {
      ::unlink(layout_blob_path(path.path, digest).c_str());
    }
  }
  remove_layout_partials(path.path, std::numeric_limits<std::int64_t>::max());
}

}  // namespace lade
