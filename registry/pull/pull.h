#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/image/copy.h"
#include "libimage/store/store.h"
#include "registry/pull/image_finder.h"

namespace lade::registry {

/// An image to pull: opened when its turn comes.
struct PullRequest {
  std::string text;  ///< as the user named it
  std::function<FoundImage()> find;
};

/// What became of a request.
struct PulledImage {
  std::string text;
  std::optional<Reference> name{};     ///< in the store
  std::optional<Descriptor> target{};  ///< what the name stands for: a manifest, or an index
  /// Digest of the config; of what has none (artifacts, an index without its images) that of the
  /// target.
  std::optional<Digest> id{};
  std::uint64_t blobs_copied = 0;
  std::uint64_t bytes_copied = 0;
  std::vector<std::string> notes{};
  std::optional<Error> error{};  ///< then the rest is empty
};

struct PullOptions {
  /// Of an index: what to take of it. The name stands for the whole index in any case.
  CopyOptions copy{};
  unsigned images_at_once = 4;
};

/// Brings images into the store, several at a time. A failure is that image's alone; only
/// `cancelled` is thrown.
std::vector<PulledImage> pull(const std::vector<PullRequest>& requests,
                              const std::shared_ptr<Store>& store, const PullOptions& options,
                              Progress& progress);

}  // namespace lade::registry
