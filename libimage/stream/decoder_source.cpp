#include "libimage/stream/decoder_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libimage/base/error.h"

namespace lade {
namespace {

constexpr std::size_t input_bytes = 256U << 10U;
/// Decoders copy their window with every call, so they are not called for less than this.
constexpr std::size_t small_read_bytes = 64U << 10U;
constexpr std::size_t output_bytes = 256U << 10U;

bool is_zero(std::byte byte) { return byte == std::byte{0}; }

}  // namespace

DecoderSource::DecoderSource(std::unique_ptr<Source> inner, Compression compression,
                             std::unique_ptr<Decoder> decoder, const ExpansionLimit& limit)
    : inner_(std::move(inner)),
      decoder_(std::move(decoder)),
      compression_(compression),
      limit_(limit),
      input_(input_bytes) {}

std::size_t DecoderSource::read(std::span<std::byte> buffer) {
  if (ready_.empty()) {
    if (buffer.size() >= small_read_bytes) return decode(buffer);
    output_.resize(output_bytes);
    ready_ = std::span<const std::byte>(output_).first(decode(output_));
  }
  const std::size_t count = std::min(buffer.size(), ready_.size());
  std::copy_n(ready_.begin(), count, buffer.begin());
  ready_ = ready_.subspan(count);
  return count;
}

std::size_t DecoderSource::decode(std::span<std::byte> buffer) {
  std::size_t produced = 0;
  // pieces may be small: a caller with room for many gets many
  while (produced < buffer.size()) {
    const std::size_t count = decode_some(buffer.subspan(produced));
    if (count == 0) break;
    produced += count;
  }
  return produced;
}

std::size_t DecoderSource::decode_some(std::span<std::byte> buffer) {
  for (;;) {
    if (state_ == State::ended) return 0;
    const bool more_input = !rest_.empty() || refill();
    if (state_ == State::between) {
      if (more_input) {
        begin_piece();
      } else {
        state_ = State::ended;
      }
      continue;
    }
    const DecodeStep step = decoder_->step(rest_, buffer);
    rest_ = rest_.subspan(step.consumed);
    unpacked_bytes_ += step.produced;
    check_limit();
    if (step.ended) {
      state_ = State::between;
    } else if (step.produced == 0 && !more_input) {
      fail(ErrorKind::corrupt, "{}: the stream is truncated after {} bytes",
           to_string(compression_), packed_bytes_);
    } else if (step.produced == 0 && step.consumed == 0) {
      fail(ErrorKind::corrupt, "{}: the stream is damaged after {} bytes", to_string(compression_),
           packed_bytes_ - rest_.size());
    }
    if (step.produced > 0) return step.produced;
  }
}

bool DecoderSource::refill() {
  const std::size_t count = inner_->read(input_);
  packed_bytes_ += count;
  rest_ = std::span<const std::byte>(input_).first(count);
  return count > 0;
}

void DecoderSource::begin_piece() {
  if (is_zero(rest_.front())) {
    require_padding();
    state_ = State::ended;
    return;
  }
  decoder_->restart();
  state_ = State::piece;
}

void DecoderSource::require_padding() {
  do {
    if (!std::all_of(rest_.begin(), rest_.end(), is_zero)) {
      fail(ErrorKind::corrupt, "{}: garbage after the end of the stream", to_string(compression_));
    }
  } while (refill());
}

void DecoderSource::check_limit() const {
  if (unpacked_bytes_ > limit_.max_bytes) {
    fail(ErrorKind::invalid,
         "{}: the stream unpacks to more than {} bytes; --max-layer-size raises the limit",
         to_string(compression_), limit_.max_bytes);
  }
  if (unpacked_bytes_ <= limit_.ratio_free_bytes) return;
  if (unpacked_bytes_ / limit_.max_ratio > packed_bytes_) {
    fail(ErrorKind::invalid,
         "{}: {} bytes unpack to more than {} times as many; --max-layer-ratio raises the limit",
         to_string(compression_), packed_bytes_, limit_.max_ratio);
  }
}

}  // namespace lade
