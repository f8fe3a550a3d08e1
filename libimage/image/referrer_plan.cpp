// Referrers are found by asking the source, in rounds: what refers to the manifests of the image,
// then what refers to those, until nothing new is found. The questions of one round go out at
// once, since on a registry each is a request. A referrer names the digest it is about, so it fits
// an image only as long as that does not change, and is itself copied byte for byte.
#include "libimage/image/referrer_plan.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/task_group.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::size_t referrers_limit = 10'000;

/// The manifests of a plan whose digest the copy will not have.
std::set<Digest> changed_manifests(const CopyPlan& plan) {
  std::set<Digest> changed;
  for (const ManifestPlan& manifest : plan.manifests) {
    bool differs = manifest.format != format_of(manifest.raw.media_type) ||
                   !manifest.left_out.empty() ||
                   std::any_of(manifest.layers.begin(), manifest.layers.end(),
                               [](const auto& compression) { return compression.has_value(); });
    if (manifest.index) {
      for (const Descriptor& entry : manifest.index->manifests) {
        differs = differs || changed.contains(entry.digest);
      }
    }
    if (differs) changed.insert(manifest.raw.digest);
  }
  return changed;
}

class ReferrerPlanner {
 public:
  ReferrerPlanner(CopyPlan& plan, ImageSource& source, const std::string& target,
                  const DestinationAbilities& abilities, const CopyOptions& options)
      : plan_(plan),
        source_(source),
        target_(target),
        abilities_(abilities),
        options_(options),
        changed_(changed_manifests(plan)) {}

  void run() {
    std::vector<Digest> subjects;
    for (const ManifestPlan& manifest : plan_.manifests) {
      if (parts_.insert(manifest.raw.digest).second) subjects.push_back(manifest.raw.digest);
    }
    // asked with the others, to tell what stays behind
    if (plan_.index_left) subjects.push_back(*plan_.index_left);
    while (!subjects.empty()) {
      const auto answers = ask(subjects);
      std::vector<Digest> next;
      for (std::size_t i = 0; i < subjects.size(); ++i) {
        for (const Referrer& referrer : answers[i]) take(referrer, subjects[i], next);
      }
      subjects = std::move(next);
    }
  }

 private:
  std::vector<std::vector<Referrer>> ask(const std::vector<Digest>& subjects) {
    std::vector<std::vector<Referrer>> answers(subjects.size());
    if (subjects.size() == 1) {
      answers.front() = wanted_referrers(source_, subjects.front(), options_);
      return answers;
    }
    TaskGroup group(std::max(options_.jobs, 1U));
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      group.run([&, i] { answers[i] = wanted_referrers(source_, subjects[i], options_); });
    }
    group.wait();
    return answers;
  }

  void take(const Referrer& referrer, const Digest& subject, std::vector<Digest>& next) {
    const Digest& digest = referrer.descriptor.digest;
    if (!seen_.insert({digest, referrer.tag}).second) return;
    if (seen_.size() > referrers_limit) {
      fail(ErrorKind::invalid, "too much refers to {}: wanted at most {} manifests", source_.name(),
           referrers_limit);
    }
    const std::string why = obstacle(subject);
    if (!why.empty()) return leave(referrer, subject, why);
    // one may stand in the index of the image, too
    const bool is_new = !parts_.contains(digest);
    std::optional<RawManifest> raw;
    try {
      raw = read_manifest(source_, referrer.descriptor);
    } catch (const Error& error) {
      // lists of referrers outlive what they name
      if (error.kind() != ErrorKind::not_found) throw;
      return leave(referrer, subject, "its manifest is not there");
    }
    if (is_new && !visit(*raw, 1)) return leave(referrer, subject, target_ + " cannot hold it");
    plan_.attached.push_back({*std::move(raw), referrer.tag, false});
    plan_.referrers.push_back({referrer, subject, {}});
    if (is_new) next.push_back(digest);
  }

  std::string obstacle(const Digest& subject) const {
    if (subject == plan_.index_left) return "of that index one image alone is copied";
    if (!abilities_.referrers) return target_ + " cannot hold it";
    return changed_.contains(subject) ? "the digest of its subject changes" : "";
  }

  void leave(const Referrer& referrer, const Digest& subject, std::string why) {
    plan_.referrers.push_back({referrer, subject, std::move(why)});
  }

  /// The blobs of a manifest, and the manifests of an index; false if they do not fit.
  bool visit(const RawManifest& raw, unsigned depth) {
    if (!(media_type::is_docker(raw.media_type) ? abilities_.docker : abilities_.oci)) return false;
    parts_.insert(raw.digest);
    charge(plan_, raw.bytes.size(), options_, source_.name());
    const std::string where = "referrer " + raw.digest.str();
    if (!media_type::is_index(raw.media_type)) {
      add_blobs(raw, where);
      return true;
    }
    if (!abilities_.indexes) return false;
    if (depth > index_depth_limit) {
      fail(ErrorKind::unsupported, "{}: indexes are nested deeper than {} levels", where,
           index_depth_limit);
    }
    for (const Descriptor& entry : parse_index(raw.bytes, raw.media_type, where).manifests) {
      if (parts_.contains(entry.digest)) continue;
      RawManifest part = read_manifest(source_, entry);
      if (!visit(part, depth + 1)) return false;
      plan_.attached.push_back({std::move(part), {}, true});
    }
    return true;
  }

  void add_blobs(const RawManifest& raw, const std::string& where) {
    const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, where);
    add_blob(plan_, {BlobPlan::Kind::other, manifest.config, "the config of " + where});
    for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
      const Descriptor& layer = manifest.layers[i];
      BlobPlan blob{BlobPlan::Kind::other, layer, fmt::format("blob {} of {}", i + 1, where)};
      blob.foreign = media_type::is_layer(layer.media_type) && !layer.urls.empty();
      add_blob(plan_, std::move(blob));
    }
  }

  CopyPlan& plan_;
  ImageSource& source_;
  const std::string target_;
  const DestinationAbilities& abilities_;
  const CopyOptions& options_;
  std::set<Digest> changed_;
  std::set<Digest> parts_;  ///< manifests that come anyway
  std::set<std::pair<Digest, std::string>> seen_;
};

}  // namespace

std::vector<Referrer> wanted_referrers(ImageSource& source, const Digest& subject,
                                       const CopyOptions& options) {
  if (options.referrers == ReferrerChoice::none) return {};
  std::vector<Referrer> found = source.referrers(subject);
  if (options.referrers == ReferrerChoice::no_signatures) std::erase_if(found, is_signature);
  return found;
}

void plan_referrers(CopyPlan& plan, ImageSource& source, const ImageDestination& destination,
                    const DestinationAbilities& abilities, const CopyOptions& options) {
  if (options.referrers == ReferrerChoice::none) return;
  ReferrerPlanner(plan, source, destination.name(), abilities, options).run();
}

}  // namespace lade
