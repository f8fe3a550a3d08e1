#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/image/copy_plan.h"
#include "libimage/stream/digester.h"

namespace lade {

struct BlobCounts {
  std::uint64_t copied = 0;
  std::uint64_t present = 0;
  std::uint64_t recompressed = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> notes{};
};

/// Brings single blobs to a destination: each is read once, verified on the way, and recompressed
/// if the plan says so. May be called from several threads.
class BlobCopier {
 public:
  /// `cancelled` is asked often: true ends the copy of a large blob early. `encoder_threads` is for
  /// one blob.
  BlobCopier(ImageSource& source, ImageDestination& destination, const CopyOptions& options,
             Progress& progress, std::function<bool()> cancelled, unsigned encoder_threads)
      : source_(source),
        destination_(destination),
        options_(options),
        progress_(progress),
        cancelled_(std::move(cancelled)),
        encoder_threads_(encoder_threads) {}

  /// What the blob became: itself, or digest and size of its recompressed form.
  Descriptor copy(const BlobPlan& plan);
  BlobCounts counts();

 private:
  struct Result {
    Descriptor blob;
    std::string_view outcome;
  };

  Result bring(const BlobPlan& plan, ProgressTask& task);
  enum class Written { yes, missing, broken };
  struct Attempt {
    bool may_be_missing;
    bool is_last;
  };

  std::unique_ptr<Source> open(const BlobPlan& plan, const Descriptor& blob,
                               std::uint64_t first_byte);
  /// Once. `furthest` is what progress has been told of.
  Written write(const BlobPlan& plan, const Descriptor& blob, const Attempt& attempt,
                std::uint64_t& furthest, ProgressTask& task);
  /// Copies bytes as they are; nothing if the blob may be missing and is.
  std::optional<Result> bring_unchanged(const BlobPlan& plan, const Descriptor& blob,
                                        bool may_be_missing, ProgressTask& task);
  std::optional<Result> bring_remembered(const BlobPlan& plan, ProgressTask& task);
  Descriptor recompress(const BlobPlan& plan, ProgressTask& task);

  ImageSource& source_;
  ImageDestination& destination_;
  const CopyOptions& options_;
  Progress& progress_;
  std::function<bool()> cancelled_;
  unsigned encoder_threads_;
  Guarded<BlobCounts> counts_;
};

}  // namespace lade
