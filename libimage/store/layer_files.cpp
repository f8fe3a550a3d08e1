// To read one file out of a compressed layer is to inflate from the frame it stands in, or, in a
// layer with one frame alone, from the beginning. Who reads many files that way inflates the same
// bytes over and over. So the bytes inflated are counted, and once they come to what the whole
// layer has, it is unpacked into a spool from which every further file is simply read: a few files
// cost what they cost, any number no more than the layer twice.
#include "libimage/store/layer_files.h"

#include <utility>

#include "libimage/stream/sink.h"

namespace lade {
namespace {

class SpoolingFiles final : public LayerFiles {
 public:
  SpoolingFiles(LayerFile blob, std::vector<Frame> frames, std::uint64_t tar_bytes,
                const ExpansionLimit& limit, std::function<Fd()> make_spool)
      : blob_(std::move(blob)),
        frames_(std::move(frames)),
        budget_bytes_(tar_bytes),
        limit_(limit),
        make_spool_(std::move(make_spool)) {}

  std::unique_ptr<Source> open(const TocEntry& file) override {
    if (make_spool_ && file.size_bytes > 0) {
      spent_bytes_ += inflated_bytes(file);
      if (spent_bytes_ > budget_bytes_) spool();
    }
    return open_file_content(again(), file, frames_, limit_);
  }

 private:
  LayerFile again() const { return {duplicate(blob_.file.get()), blob_.size_bytes, blob_.what}; }

  /// What must be inflated to reach the end of a file.
  std::uint64_t inflated_bytes(const TocEntry& file) const {
    if (!file.data_offset) return budget_bytes_;
    std::uint64_t from = 0;
    for (const Frame& frame : frames_) {
      if (frame.offset > *file.data_offset) break;
      from = frame.offset;
    }
    return *file.data_offset - from + file.size_bytes;
  }

  void spool() {
    const std::function<Fd()> make = std::exchange(make_spool_, nullptr);
    Fd file = make();
    FdSink sink(file.get(), "the unpacked " + blob_.what);
    const std::uint64_t size_bytes = copy(*open_tar(again(), limit_), sink);
    blob_ = {std::move(file), size_bytes, blob_.what};
    frames_.clear();
  }

  LayerFile blob_;
  std::vector<Frame> frames_;
  std::uint64_t budget_bytes_;
  ExpansionLimit limit_;
  std::uint64_t spent_bytes_ = 0;
  std::function<Fd()> make_spool_;
};

}  // namespace

std::unique_ptr<LayerFiles> make_layer_files(LayerFile blob, std::vector<Frame> frames,
                                             std::uint64_t tar_bytes, const ExpansionLimit& limit,
                                             std::function<Fd()> make_spool) {
  return std::make_unique<SpoolingFiles>(std::move(blob), std::move(frames), tar_bytes, limit,
                                         std::move(make_spool));
}

}  // namespace lade
