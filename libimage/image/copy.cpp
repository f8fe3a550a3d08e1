// Order is what makes a copy safe: blobs first, in parallel; then manifests, those that are
// referred to before those that refer; the name last. Whatever fails before the end leaves the
// destination without the name.
#include "libimage/image/copy.h"

#include <algorithm>

#include "libimage/base/guarded.h"
#include "libimage/base/task_group.h"
#include "libimage/image/admission.h"
#include "libimage/image/blob_copier.h"
#include "libimage/image/copy_check.h"
#include "libimage/image/copy_plan.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

/// Annotations that describe the compressed bytes (estargz, zstd:chunked) and not the layer: they
/// would be wrong of any other bytes.
constexpr std::string_view packed_annotation_prefixes[] = {"containerd.io/snapshot/stargz/",
                                                           "io.containers.estargz.",
                                                           "io.github.containers.zstd-chunked."};

using Results = std::map<BlobKey, Descriptor>;

Results copy_blobs(ImageSource& source, ImageDestination& destination, const CopyOptions& options,
                   Progress& progress, const CopyPlan& plan, BlobCounts& counts) {
  const auto packed = std::count_if(plan.blobs.begin(), plan.blobs.end(), [](const auto& item) {
    return item.second.compression.has_value();
  });
  const unsigned jobs = std::max(options.jobs, 1U);
  const unsigned encoder_threads = jobs / static_cast<unsigned>(std::clamp<long>(packed, 1, jobs));
  Guarded<Results> results;
  const TaskGroup* running = nullptr;
  BlobCopier copier(
      source, destination, options, progress, [&] { return running->failed(); }, encoder_threads);
  TaskGroup group(jobs);
  running = &group;
  for (const BlobKey& key : plan.order) {
    const BlobPlan& blob = plan.blobs.at(key);
    group.run([&results, &copier, &blob, &key] {
      Descriptor result = copier.copy(blob);
      results.with([&](Results& all) { all.emplace(key, std::move(result)); });
    });
  }
  group.wait();
  counts = copier.counts();
  return results.with([](Results& all) { return std::move(all); });
}

Descriptor replaced(Descriptor layer, const Descriptor& packed) {
  layer.digest = packed.digest;
  layer.size_bytes = packed.size_bytes;
  layer.data.reset();
  std::erase_if(layer.annotations, [](const auto& annotation) {
    return std::any_of(
        std::begin(packed_annotation_prefixes), std::end(packed_annotation_prefixes),
        [&](std::string_view prefix) { return annotation.first.starts_with(prefix); });
  });
  return layer;
}

RawManifest finished_manifest(const ManifestPlan& plan, const Results& blobs) {
  Manifest changed = *plan.manifest;
  changed.layers = retyped_layers(plan);
  bool recompressed = false;
  for (std::size_t i = 0; i < changed.layers.size(); ++i) {
    if (!plan.layers[i]) continue;
    recompressed = true;
    const BlobKey key{changed.layers[i].digest, plan.layers[i]};
    changed.layers[i] = replaced(std::move(changed.layers[i]), blobs.at(key));
  }
  if (plan.format != format_of(plan.raw.media_type)) return convert(changed, plan.format, nullptr);
  return recompressed ? with_layers(*plan.manifest, std::move(changed.layers)) : plan.raw;
}

using Written = std::map<Digest, RawManifest>;

/// BuildKit ties an attestation to its image by the image's digest.
void follow_subject(Descriptor& entry, const Written& written) {
  const auto subject = entry.annotations.find(std::string(attestation_subject_key));
  if (subject == entry.annotations.end()) return;
  const auto digest = Digest::try_parse(subject->second);
  if (!digest) return;
  const auto found = written.find(*digest);
  if (found != written.end()) subject->second = found->second.digest.str();
}

RawManifest finished_index(const ManifestPlan& plan, const Written& written) {
  Index changed = *plan.index;
  std::erase_if(changed.manifests,
                [&](const Descriptor& entry) { return plan.left_out.contains(entry.digest); });
  for (Descriptor& entry : changed.manifests) {
    follow_subject(entry, written);
    const auto found = written.find(entry.digest);
    if (found == written.end() || found->second.digest == entry.digest) continue;
    entry.digest = found->second.digest;
    entry.size_bytes = found->second.bytes.size();
    entry.media_type = found->second.media_type;
    entry.data.reset();
  }
  if (plan.format == format_of(plan.raw.media_type) && changed.manifests == plan.index->manifests) {
    return plan.raw;
  }
  return convert(changed, plan.format, nullptr);
}

void write_attached(ImageDestination& destination, const CopyPlan& plan) {
  for (const AttachedPlan& attached : plan.attached) {
    if (attached.is_part) {
      destination.put_manifest(attached.raw);
    } else {
      destination.put_referrer(attached.raw, attached.tag);
    }
  }
}

/// Signatures in files are of these very bytes: what the copy changes has none that is good.
std::vector<std::string> signatures_to_carry(ImageSource& source,
                                             const ImageDestination& destination,
                                             const Digest& before, const Digest& after,
                                             std::vector<std::string>& notes) {
  std::vector<std::string> signatures = source.signatures(before);
  if (signatures.empty()) return signatures;
  const bool has_room = destination.abilities().signatures;
  if (has_room && before == after) return signatures;
  notes.push_back(fmt::format(
      "signatures of {} that are left out: {}; {}", before.str(), signatures.size(),
      has_room ? "the copy has another digest" : "the destination has no room for their files"));
  return {};
}

/// How many files went along, and how many are new.
struct SignatureCounts {
  std::uint64_t copied = 0;
  std::uint64_t made = 0;
};

void write_signatures(ImageSource& source, ImageDestination& destination, const Digest& before,
                      const RawManifest& after, const CopyOptions& options, SignatureCounts& counts,
                      std::vector<std::string>& notes) {
  std::vector<std::string> signatures;
  if (options.referrers == ReferrerChoice::all) {
    signatures = signatures_to_carry(source, destination, before, after.digest, notes);
  }
  counts.copied += signatures.size();
  if (options.sign_file) {
    signatures.push_back(options.sign_file(destination, after));
    ++counts.made;
  }
  if (!signatures.empty()) destination.put_signatures(after.digest, signatures);
}

RawManifest write_manifests(ImageSource& source, ImageDestination& destination, CopyPlan& plan,
                            const CopyOptions& options, const Results& blobs,
                            SignatureCounts& signatures) {
  Written written;
  for (const ManifestPlan& manifest : plan.manifests) {
    RawManifest raw =
        manifest.index ? finished_index(manifest, written) : finished_manifest(manifest, blobs);
    write_signatures(source, destination, manifest.raw.digest, raw, options, signatures,
                     plan.notes);
    if (&manifest == &plan.manifests.back()) {
      if (!plan.attached.empty()) {
        // what refers to the image comes after it and before its name: whoever sees that has all
        destination.put_manifest(raw);
        write_attached(destination, plan);
      }
      destination.commit(raw);
      return raw;
    }
    destination.put_manifest(raw);
    written.emplace(manifest.raw.digest, std::move(raw));
  }
  fail(ErrorKind::internal, "a copy was planned without a manifest");
}

/// Nobody asked for it, and the digest is another.
void note_packed(CopyReport& report, const CopyPlan& plan) {
  if (plan.packed_layers == 0) return;
  const Digest& before = plan.manifests.back().raw.digest;
  std::string note = fmt::format(
      "layers that were not compressed: {}; they are compressed, which changes the digest of the "
      "image ({})",
      plan.packed_layers, before.str());
  if (report.target.digest != before) note += fmt::format(" to {}", report.target.digest.str());
  report.notes.push_back(note + "; --dest-compress=false keeps them");
}

/// What would be copied of a plan.
CopyReport planned_report(ImageDestination& destination, CopyPlan plan) {
  const RawManifest& top = plan.manifests.back().raw;
  CopyReport report{top, top.descriptor()};
  for (const BlobKey& key : plan.order) {
    const BlobPlan& blob = plan.blobs.at(key);
    if (!blob.compression && destination.has_blob(blob.blob)) {
      ++report.blobs_present;
    } else {
      ++report.blobs_copied;
      report.bytes_copied += blob.blob.size_bytes;
    }
  }
  report.referrers = std::move(plan.referrers);
  report.part = std::move(plan.part);
  report.notes = std::move(plan.notes);
  note_packed(report, plan);
  return report;
}

CopyReport run_copy(ImageSource& source, ImageDestination& destination, const CopyOptions& options,
                    Progress& progress) {
  const DestinationAbilities& abilities = destination.abilities();
  if (options.sign_file && !abilities.signatures) {
    fail(ErrorKind::unsupported,
         "{} has no room for signatures in files: dir: has, and docker:// where registries.d names "
         "a file: address for them (lookaside-staging)",
         destination.name());
  }
  if (options.admission != nullptr) admit_images(source, options.platforms, *options.admission);
  if (!options.sign_file) {
    if (const auto there = find_copied(source, destination, options)) {
      return {
          .manifest = {"", there->media_type, there->digest}, .target = *there, .unchanged = true};
    }
  }
  CopyPlan plan = plan_copy(source, destination, abilities, options);
  if (options.dry_run) return planned_report(destination, std::move(plan));
  BlobCounts counts;
  const Results blobs = copy_blobs(source, destination, options, progress, plan, counts);
  SignatureCounts signatures;
  RawManifest top = write_manifests(source, destination, plan, options, blobs, signatures);
  Descriptor target = top.descriptor();
  CopyReport report{std::move(top), std::move(target)};
  report.blobs_copied = counts.copied;
  report.blobs_present = counts.present;
  report.bytes_copied = counts.bytes;
  report.signatures_copied = signatures.copied;
  report.signatures_made = signatures.made;
  report.referrers = std::move(plan.referrers);
  report.part = std::move(plan.part);
  report.notes = std::move(plan.notes);
  note_packed(report, plan);
  if (counts.recompressed > 0) {
    report.notes.push_back(fmt::format("recompressed layers: {}", counts.recompressed));
  }
  std::sort(counts.notes.begin(), counts.notes.end());
  report.notes.insert(report.notes.end(), counts.notes.begin(), counts.notes.end());
  return report;
}

}  // namespace

CopyReport copy_image(ImageSource& source, ImageDestination& destination,
                      const CopyOptions& options, Progress& progress) {
  try {
    return run_copy(source, destination, options, progress);
  } catch (Error& error) {
    error.add_context(fmt::format("copy {} to {}", source.name(), destination.name()));
    throw;
  }
}

}  // namespace lade
