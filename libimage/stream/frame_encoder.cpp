// Frames go round a ring of slots, twice as many as there are workers. The writing thread fills
// slot n, hands it to a worker and goes on with slot n+1; before it fills a slot again it waits for
// that slot's frame and passes it on. So frames leave in order, from one thread, and no more memory
// is held than the slots have. Where frames are cut depends on nothing but the bytes written.
#include "libimage/stream/frame_encoder.h"

#include <algorithm>
#include <utility>

#include "libimage/base/error.h"

namespace lade {

FrameEncoder::FrameEncoder(Sink& inner, const std::function<std::unique_ptr<Packer>()>& make_packer,
                           unsigned threads, std::size_t frame_bytes)
    : inner_(inner), frame_bytes_(frame_bytes), slots_(threads > 1 ? 2 * threads : 1) {
  for (Slot& slot : slots_) slot.packer = make_packer();
  if (threads > 1) workers_.emplace(threads);
}

void FrameEncoder::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    std::vector<std::byte>& plain = slot(filling_).plain;
    plain.reserve(frame_bytes_);
    const std::size_t count = std::min(bytes.size(), frame_bytes_ - plain.size());
    plain.insert(plain.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (plain.size() == frame_bytes_) dispatch();
  }
}

void FrameEncoder::finish() {
  // no bytes at all are still one whole member
  if (filling_ == 0 || !slot(filling_).plain.empty()) dispatch();
  while (oldest_ < filling_) pass_on_oldest();
}

void FrameEncoder::dispatch() {
  Slot& full = slot(filling_++);
  if (workers_) {
    full.busy = true;
    workers_->run([this, &full] { pack(full); });
  } else {
    full.packer->pack(full.plain, full.packed);
  }
  if (filling_ - oldest_ == slots_.size()) pass_on_oldest();
}

void FrameEncoder::pack(Slot& slot) {
  std::exception_ptr error;
  try {
    slot.packer->pack(slot.plain, slot.packed);
  } catch (...) {
    error = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    slot.error = std::move(error);
    slot.busy = false;
  }
  packed_.notify_all();
}

void FrameEncoder::pass_on_oldest() {
  Slot& oldest = slot(oldest_);
  {
    std::unique_lock lock(mutex_);
    packed_.wait(lock, [&oldest] { return !oldest.busy; });
    if (oldest.error) std::rethrow_exception(oldest.error);
  }
  frames_.push_back({.offset = offset_, .compressed_offset = packed_offset_});
  inner_.write(oldest.packed);
  offset_ += oldest.plain.size();
  packed_offset_ += oldest.packed.size();
  oldest.plain.clear();
  ++oldest_;
}

}  // namespace lade
