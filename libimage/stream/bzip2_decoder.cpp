#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "libimage/base/error.h"
#include "libimage/stream/decoder.h"

namespace lade {
namespace {

class Bzip2Decoder final : public Decoder {
 public:
  Bzip2Decoder() { begin(); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }

  DecodeStep step(std::span<const std::byte> in, std::span<std::byte> out) override {
    // bzlib's pointers are not const and its counts have 32 bits; it does not write to its input
    constexpr std::size_t most = std::numeric_limits<unsigned>::max();
    const std::size_t in_bytes = std::min(in.size(), most);
    const std::size_t out_bytes = std::min(out.size(), most);
    stream_.next_in = reinterpret_cast<char*>(const_cast<std::byte*>(in.data()));
    stream_.avail_in = static_cast<unsigned>(in_bytes);
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = static_cast<unsigned>(out_bytes);
    const int result = BZ2_bzDecompress(&stream_);
    switch (result) {
      case BZ_OK:
      case BZ_STREAM_END:
        break;
      case BZ_MEM_ERROR:
        throw std::bad_alloc();
      case BZ_DATA_ERROR_MAGIC:
        fail(ErrorKind::corrupt, "bzip2: no magic number where a stream should begin");
      default:
        fail(ErrorKind::corrupt, "bzip2: the stream is damaged");
    }
    return {.consumed = in_bytes - stream_.avail_in,
            .produced = out_bytes - stream_.avail_out,
            .ended = result == BZ_STREAM_END};
  }

  void restart() override {
    BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    begin();
  }

 private:
  void begin() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder() { return std::make_unique<Bzip2Decoder>(); }

}  // namespace lade
