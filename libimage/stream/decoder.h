#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace lade {

/// What one step of a decoder did.
struct DecodeStep {
  std::size_t consumed = 0;
  std::size_t produced = 0;
  bool ended = false;  ///< the member or frame is whole and its checksum matched
};

/// Unpacks one format, a piece at a time; knows nothing of where bytes come from. A piece is a gzip
/// member, a zstd frame, an xz or bzip2 stream.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// Goes on until `in` is used up, `out` is full or the piece ends. Bad bytes are `corrupt`.
  virtual DecodeStep step(std::span<const std::byte> in, std::span<std::byte> out) = 0;
  /// Makes ready for the next piece, after one ended.
  virtual void restart() = 0;
};

std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();
std::unique_ptr<Decoder> make_xz_decoder();
std::unique_ptr<Decoder> make_bzip2_decoder();

}  // namespace lade
