#include "registry/pull/pull.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/task_group.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "libimage/image/shared_blobs.h"
#include "libimage/oci/media_type.h"

namespace lade::registry {
namespace {

/// The id of the image on this platform, as far as the store has it.
Digest id_of(const std::shared_ptr<Store>& store, const Descriptor& target,
             const Platform& platform) {
  if (const auto id = store->find_image_id(target.digest)) return *id;
  if (!media_type::is_index(target.media_type)) return target.digest;
  const auto source = open_store_image(
      store, {Reference::parse("localhost/unnamed").with_digest(target.digest), target, {}});
  try {
    const Instance instance = choose_instance(*source, read_manifest(*source), platform);
    return store->find_image_id(instance.manifest.digest).value_or(target.digest);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return target.digest;
  }
}

/// The index that a name is to stand for where only one of its images comes.
std::optional<RawManifest> index_to_name(ImageSource& source, const PlatformChoice& choice) {
  if (choice.kind == PlatformChoice::Kind::all) return std::nullopt;
  RawManifest top = read_manifest(source);
  if (!media_type::is_index(top.media_type)) return std::nullopt;
  return top;
}

void bring(FoundImage& found, const std::shared_ptr<Store>& store, SharedBlobs& shared,
           const CopyOptions& options, Progress& progress, PulledImage& pulled) {
  auto index = index_to_name(*found.source, options.platforms);
  const auto destination = shared.join(open_store_destination(store, found.name, index), "store");
  const CopyReport report = copy_image(*found.source, *destination, options, progress);
  pulled.target = index ? index->descriptor() : report.target;
  pulled.blobs_copied = report.blobs_copied;
  pulled.bytes_copied = report.bytes_copied;
  pulled.notes = report.notes;
}

PulledImage pull_one(const PullRequest& request, const std::shared_ptr<Store>& store,
                     SharedBlobs& shared, const CopyOptions& options, Progress& progress) {
  PulledImage pulled{request.text};
  try {
    const auto lease = store->lease();
    FoundImage found = request.find();
    pulled.name = found.name;
    if (found.stored) {
      pulled.target = read_manifest(*found.source).descriptor();
    } else {
      bring(found, store, shared, options, progress, pulled);
    }
    pulled.id = id_of(store, *pulled.target, options.platforms.wanted);
    return pulled;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return {.text = request.text, .error = error};
  }
}

}  // namespace

std::vector<PulledImage> pull(const std::vector<PullRequest>& requests,
                              const std::shared_ptr<Store>& store, const PullOptions& options,
                              Progress& progress) {
  std::vector<PulledImage> pulled(requests.size());
  const auto shared = std::make_shared<SharedBlobs>();
  TaskGroup group(std::max(1U, options.images_at_once));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    group.run(
        [&, i] { pulled[i] = pull_one(requests[i], store, *shared, options.copy, progress); });
  }
  group.wait();
  return pulled;
}

}  // namespace lade::registry
