// A copy that has nothing to do is the most frequent one where images are kept in step, so it is
// looked for first: by digests alone. Both sides are asked at once what their names stand for.
// Whoever has a manifest has its blobs; an index may lack images, so they are asked for.
#include "libimage/image/copy_check.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/task_group.h"
#include "libimage/image/instance.h"
#include "libimage/image/referrer_plan.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

using Kind = PlatformChoice::Kind;

class Check {
 public:
  Check(ImageSource& source, ImageDestination& destination, const CopyOptions& options)
      : source_(source), destination_(destination), options_(options) {}

  std::optional<Descriptor> run() {
    // a conversion has another digest, which takes the work to know
    if (options_.format || options_.compression) return std::nullopt;
    std::optional<Descriptor> there;
    std::optional<Descriptor> top;
    {
      TaskGroup both(2);
      both.run([&] { there = destination_.find_top(); });
      both.run([&] { top = source_.find_top(); });
      both.wait();
    }
    if (!there) return std::nullopt;
    const Kind kind = options_.platforms.kind;
    const bool index = media_type::is_index(top->media_type);
    if (kind == Kind::one && (index || top->media_type.empty())) {
      top = find_chosen();
      if (!top) return std::nullopt;
    }
    if (top->digest != there->digest) return std::nullopt;
    std::vector<Descriptor> parts{*there};
    // the plan of a copy tells better what of an index is listed
    if (index && kind == Kind::listed) return std::nullopt;
    if (index && kind == Kind::all && !add_instances(read_manifest(source_), parts, 1)) {
      return std::nullopt;
    }
    if (!all_there(parts) || !has_referrers(parts) || !has_signatures(parts)) return std::nullopt;
    return there;
  }

 private:
  std::optional<Descriptor> find_chosen() {
    const RawManifest raw = read_manifest(source_);
    if (!media_type::is_index(raw.media_type)) return raw.descriptor();
    const Index index = parse_index(raw.bytes, raw.media_type, source_.name());
    const Descriptor* instance = find_instance(index, options_.platforms.wanted);
    if (instance == nullptr || media_type::is_index(instance->media_type)) return std::nullopt;
    return *instance;
  }

  /// False for indexes that are nested too deep, of which the plan of a copy tells.
  bool add_instances(const RawManifest& raw, std::vector<Descriptor>& parts, unsigned depth) {
    const Index index = parse_index(raw.bytes, raw.media_type, source_.name());
    for (const Descriptor& entry : index.manifests) {
      if (media_type::is_index(entry.media_type)) {
        if (depth == index_depth_limit ||
            !add_instances(read_manifest(source_, entry), parts, depth + 1)) {
          return false;
        }
      }
      parts.push_back(entry);
    }
    return true;
  }

  template <class Test>
  bool all(const std::vector<Descriptor>& manifests, const Test& test) {
    if (manifests.size() == 1) return test(manifests.front());
    std::atomic<bool> good = true;
    TaskGroup group(std::max(options_.jobs, 1U));
    for (const Descriptor& one : manifests) {
      group.run([&good, &test, &one] {
        if (good && !test(one)) good = false;
      });
    }
    group.wait();
    return good;
  }

  /// The first is what the destination's name stands for.
  bool all_there(const std::vector<Descriptor>& parts) {
    const std::vector<Descriptor> rest(parts.begin() + 1, parts.end());
    return rest.empty() ||
           all(rest, [this](const Descriptor& one) { return destination_.has_manifest(one); });
  }

  bool has_referrers(const std::vector<Descriptor>& subjects) {
    if (options_.referrers == ReferrerChoice::none) return true;
    return all(subjects, [this](const Descriptor& one) { return has_referrers_of(one.digest); });
  }

  bool has_signatures(const std::vector<Descriptor>& manifests) {
    if (options_.referrers != ReferrerChoice::all || !destination_.abilities().signatures) {
      return true;
    }
    return all(manifests, [this](const Descriptor& one) {
      const auto wanted = source_.signatures(one.digest);
      if (wanted.empty()) return true;
      const auto there = destination_.signatures(one.digest);
      return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& signature) {
        return std::find(there.begin(), there.end(), signature) != there.end();
      });
    });
  }

  bool has_referrers_of(const Digest& top) {
    std::vector<Digest> waiting{top};
    std::set<Digest> seen{top};
    while (!waiting.empty()) {
      const Digest subject = waiting.back();
      waiting.pop_back();
      const auto wanted = wanted_referrers(source_, subject, options_);
      if (wanted.empty()) continue;
      const auto there = destination_.referrers(subject);
      for (const Referrer& one : wanted) {
        const bool found = std::any_of(there.begin(), there.end(), [&](const Referrer& other) {
          return other.descriptor.digest == one.descriptor.digest && other.tag == one.tag;
        });
        if (!found) return false;
        if (seen.insert(one.descriptor.digest).second) waiting.push_back(one.descriptor.digest);
      }
    }
    return true;
  }

  ImageSource& source_;
  ImageDestination& destination_;
  const CopyOptions& options_;
};

}  // namespace

std::optional<Descriptor> find_copied(ImageSource& source, ImageDestination& destination,
                                      const CopyOptions& options) {
  return Check(source, destination, options).run();
}

}  // namespace lade
