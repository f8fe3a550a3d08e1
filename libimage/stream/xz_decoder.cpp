#include <lzma.h>

#include "libimage/base/error.h"
#include "libimage/stream/decoder.h"

namespace lade {
namespace {

/// What the largest preset (xz -9) needs, four times over.
constexpr std::uint64_t memory_limit_bytes = 256U << 20U;

class XzDecoder final : public Decoder {
 public:
  XzDecoder() { restart(); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

  DecodeStep step(std::span<const std::byte> in, std::span<std::byte> out) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    switch (result) {
      case LZMA_OK:
      case LZMA_STREAM_END:
      case LZMA_BUF_ERROR:  // nothing could be done with what there is; the caller brings more
        break;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        fail(ErrorKind::unsupported, "xz: the stream needs more than {} MiB of memory",
             memory_limit_bytes >> 20U);
      case LZMA_FORMAT_ERROR:
        fail(ErrorKind::corrupt, "xz: no magic number where a stream should begin");
      case LZMA_OPTIONS_ERROR:
        fail(ErrorKind::unsupported, "xz: the stream uses filters or a version nobody knows");
      default:
        fail(ErrorKind::corrupt, "xz: the stream is damaged");
    }
    return {.consumed = in.size() - stream_.avail_in,
            .produced = out.size() - stream_.avail_out,
            .ended = result == LZMA_STREAM_END};
  }

  void restart() override {
    if (lzma_stream_decoder(&stream_, memory_limit_bytes, 0) != LZMA_OK) throw std::bad_alloc();
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() { return std::make_unique<XzDecoder>(); }

}  // namespace lade
