#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libimage/oci/compression.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/decoder.h"

namespace lade {

/// The bytes that a decoder makes of a source: pieces one after the other, zero padding at the end,
/// bounded by an ExpansionLimit. The same for every format.
class DecoderSource final : public Source {
 public:
  DecoderSource(std::unique_ptr<Source> inner, Compression compression,
                std::unique_ptr<Decoder> decoder, const ExpansionLimit& limit);
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  enum class State : unsigned char { piece, between, ended };

  std::size_t decode(std::span<std::byte> buffer);
  std::size_t decode_some(std::span<std::byte> buffer);
  bool refill();
  void begin_piece();
  void require_padding();
  void check_limit() const;

  std::unique_ptr<Source> inner_;
  std::unique_ptr<Decoder> decoder_;
  Compression compression_;
  ExpansionLimit limit_;
  std::vector<std::byte> input_;
  std::span<const std::byte> rest_;  ///< of input_, not yet decoded
  std::vector<std::byte> output_;    ///< for callers with small buffers
  std::span<const std::byte> ready_;
  std::uint64_t packed_bytes_ = 0;
  std::uint64_t unpacked_bytes_ = 0;
  State state_ = State::piece;
};

}  // namespace lade
