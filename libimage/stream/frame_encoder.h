#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "libimage/base/task_group.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/packer.h"

namespace lade {

/// Cuts what is written into frames, packs them on worker threads and passes them on in order, from
/// the thread that writes.
class FrameEncoder final : public Encoder {
 public:
  /// `make_packer` is called once for every frame that may be under way at the same time.
  FrameEncoder(Sink& inner, const std::function<std::unique_ptr<Packer>()>& make_packer,
               unsigned threads, std::size_t frame_bytes);

  using Sink::write;
  void write(std::span<const std::byte> bytes) override;
  void finish() override;
  const std::vector<Frame>& frames() const override { return frames_; }

 private:
  /// One frame on its way: filled, then packed, then passed on; then used again.
  struct Slot {
    std::unique_ptr<Packer> packer;
    std::vector<std::byte> plain;
    std::vector<std::byte> packed;
    bool busy = false;  ///< guarded by mutex_: a worker has it
    std::exception_ptr error;
  };

  Slot& slot(std::uint64_t frame) { return slots_[frame % slots_.size()]; }
  void dispatch();
  void pack(Slot& slot);
  void pass_on_oldest();

  Sink& inner_;
  std::size_t frame_bytes_;
  std::vector<Slot> slots_;
  std::vector<Frame> frames_;
  std::uint64_t filling_ = 0;  ///< number of the frame that is being filled
  std::uint64_t oldest_ = 0;   ///< number of the first frame not yet passed on
  std::uint64_t offset_ = 0;
  std::uint64_t packed_offset_ = 0;
  std::mutex mutex_;
  std::condition_variable packed_;
  std::optional<TaskGroup> workers_;  ///< none: the writing thread packs
};

}  // namespace lade
