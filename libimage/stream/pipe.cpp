// A ring of buffers between two threads. The filling thread takes an empty buffer, fills it and
// hands it over; the reading thread drains it and gives it back. There are never more buffers than
// the ring was made with, so both wait for one another and memory is bounded. Either side may
// leave: the reader by closing (the filler then finds no empty buffer and stops), the filler by
// finishing, with or without an error, which the reader meets after the last full buffer.
#include "libimage/stream/pipe.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "libimage/base/error.h"

namespace lade {
namespace {

/// Some bytes, of which `used` are filled.
struct Buffer {
  std::unique_ptr<std::byte[]> bytes;
  std::size_t used = 0;
};

class Ring {
 public:
  Ring(std::size_t buffer_bytes, std::size_t buffers)
      : buffer_bytes_(std::max<std::size_t>(buffer_bytes, 1)),
        unmade_(std::max<std::size_t>(buffers, 1)) {}

  std::size_t buffer_bytes() const { return buffer_bytes_; }

  /// For the filler: an empty buffer, or nothing once the reader has left.
  std::optional<Buffer> take_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || unmade_ > 0 || !empty_.empty(); });
    if (closed_) return std::nullopt;
    if (!empty_.empty()) return Buffer{take_front(empty_).bytes};
    --unmade_;
    lock.unlock();
    return Buffer{std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_)};
  }
  void put_full(Buffer buffer) {
    {
      const std::lock_guard lock(mutex_);
      full_.push_back(std::move(buffer));
    }
    changed_.notify_all();
  }
  void finish(std::exception_ptr error) {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
      error_ = std::move(error);
    }
    changed_.notify_all();
  }
  /// Whether the reader waits for bytes, so that a part of a buffer is better than none.
  bool starving() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

  /// For the reader: a full buffer, or nothing at the end; throws what the filler threw.
  std::optional<Buffer> take_full() {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.wait(lock, [this] { return finished_ || !full_.empty(); });
    waiting_ = false;
    if (!full_.empty()) return take_front(full_);
    if (error_) std::rethrow_exception(error_);
    return std::nullopt;
  }
  void give_back(Buffer buffer) {
    {
      const std::lock_guard lock(mutex_);
      empty_.push_back(std::move(buffer));
    }
    changed_.notify_all();
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  static Buffer take_front(std::deque<Buffer>& buffers) {
    Buffer buffer = std::move(buffers.front());
    buffers.pop_front();
    return buffer;
  }

  const std::size_t buffer_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t unmade_;
  std::deque<Buffer> empty_;
  std::deque<Buffer> full_;
  std::exception_ptr error_;
  bool waiting_ = false;
  bool finished_ = false;
  bool closed_ = false;
};

/// The reading end; owns the thread that runs `fill` against the ring.
class RingSource final : public Source {
 public:
  template <class Fill>
  RingSource(std::size_t buffer_bytes, std::size_t buffers, Fill fill)
      : ring_(buffer_bytes, buffers), thread_([this, fill = std::move(fill)]() mutable {
          std::exception_ptr error;
          try {
            fill(ring_);
          } catch (...) {
            error = std::current_exception();
          }
          ring_.finish(std::move(error));
        }) {}
  RingSource(const RingSource&) = delete;
  RingSource& operator=(const RingSource&) = delete;
  ~RingSource() override {
    ring_.close();
    thread_.join();
  }

  std::size_t read(std::span<std::byte> buffer) override {
    if (current_.bytes == nullptr) {
      auto full = ring_.take_full();
      if (!full) return 0;
      current_ = *std::move(full);
      position_ = 0;
    }
    const std::size_t count = std::min(buffer.size(), current_.used - position_);
    std::memcpy(buffer.data(), current_.bytes.get() + position_, count);
    position_ += count;
    if (position_ == current_.used) ring_.give_back(std::exchange(current_, {}));
    return count;
  }

 private:
  Ring ring_;
  Buffer current_;  ///< without bytes: none
  std::size_t position_ = 0;
  std::thread thread_;
};

/// The writing end of a produced source.
class RingSink final : public Sink {
 public:
  explicit RingSink(Ring& ring) : ring_(ring) {}

  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      if (current_.bytes == nullptr) {
        auto empty = ring_.take_empty();
        if (!empty) fail(ErrorKind::cancelled, "nobody reads what is written any more");
        current_ = *std::move(empty);
      }
      const std::size_t count = std::min(bytes.size(), ring_.buffer_bytes() - current_.used);
      std::memcpy(current_.bytes.get() + current_.used, bytes.data(), count);
      current_.used += count;
      bytes = bytes.subspan(count);
      if (current_.used == ring_.buffer_bytes()) flush();
    }
  }
  void finish() override { flush(); }

 private:
  void flush() {
    if (current_.bytes != nullptr) ring_.put_full(std::exchange(current_, {}));
  }

  Ring& ring_;
  Buffer current_;  ///< without bytes: none
};

/// Reads until the buffer is full, or holds something and the reader waits; false at the end.
bool fill_buffer(Source& inner, Ring& ring, Buffer& buffer) {
  do {
    const std::size_t count =
        inner.read(std::span(buffer.bytes.get() + buffer.used, ring.buffer_bytes() - buffer.used));
    if (count == 0) return false;
    buffer.used += count;
  } while (buffer.used < ring.buffer_bytes() && !ring.starving());
  return true;
}

void read_all_into(Source& inner, Ring& ring) {
  bool more = true;
  while (more) {
    std::optional<Buffer> buffer = ring.take_empty();
    if (!buffer) return;
    try {
      more = fill_buffer(inner, ring, *buffer);
    } catch (...) {
      if (buffer->used > 0) ring.put_full(*std::move(buffer));
      throw;
    }
    if (buffer->used > 0) ring.put_full(*std::move(buffer));
  }
}

}  // namespace

std::unique_ptr<Source> read_ahead(std::unique_ptr<Source> inner, std::size_t buffer_bytes,
                                   std::size_t buffers) {
  return std::make_unique<RingSource>(
      buffer_bytes, buffers,
      [inner = std::move(inner)](Ring& ring) { read_all_into(*inner, ring); });
}

std::unique_ptr<Source> produce_source(std::function<void(Sink&)> produce, std::size_t buffer_bytes,
                                       std::size_t buffers) {
  return std::make_unique<RingSource>(buffer_bytes, buffers,
                                      [produce = std::move(produce)](Ring& ring) {
                                        RingSink sink(ring);
                                        produce(sink);
                                        sink.finish();
                                      });
}

}  // namespace lade
