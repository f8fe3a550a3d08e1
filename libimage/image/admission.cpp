#include "libimage/image/admission.h"

#include <set>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

using Kind = PlatformChoice::Kind;

class Asker {
 public:
  Asker(ImageSource& source, const PlatformChoice& choice, Admission& admission)
      : source_(source), choice_(choice), admission_(admission) {}

  void ask_top(const RawManifest& top) {
    if (!media_type::is_index(top.media_type) || choice_.kind == Kind::index_only) {
      admission_.admit(source_, top);
    } else if (choice_.kind == Kind::one) {
      admission_.admit(source_, choose_instance(source_, top, choice_.wanted).manifest);
    } else {
      ask_index(top, 1);
    }
  }

 private:
  void ask_index(const RawManifest& raw, unsigned depth) {
    if (depth > index_depth_limit) {
      fail(ErrorKind::unsupported, "index {}: indexes are nested deeper than {} levels",
           raw.digest.str(), index_depth_limit);
    }
    const Index index = parse_index(raw.bytes, raw.media_type, source_.name());
    const std::set<Digest> chosen = choose_entries(index, choice_);
    for (const Descriptor& entry : index.manifests) {
      if (!chosen.contains(entry.digest) || !seen_.insert(entry.digest).second) continue;
      const RawManifest manifest = read_manifest(source_, entry);
      if (media_type::is_index(manifest.media_type)) {
        ask_index(manifest, depth + 1);
      } else {
        admission_.admit(source_, manifest);
      }
    }
  }

  ImageSource& source_;
  const PlatformChoice& choice_;
  Admission& admission_;
  std::set<Digest> seen_;
};

}  // namespace

void admit_images(ImageSource& source, const PlatformChoice& choice, Admission& admission) {
  Asker(source, choice, admission).ask_top(read_manifest(source));
}

}  // namespace lade
