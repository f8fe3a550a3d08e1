// RFC 8878 by libzstd. Debian's library also reads the formats from before 1.0, which no image ever
// used: they are refused by their magic number, so that this old code meets no foreign bytes.
#include <zstd.h>
#include <zstd_errors.h>

#include <array>

#include "libimage/base/error.h"
#include "libimage/stream/decoder.h"

namespace lade {
namespace {

/// 128 MiB, what `zstd -d` accepts without --long or --memory.
constexpr int window_log_limit = 27;

struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_limit);
  }

  DecodeStep step(std::span<const std::byte> in, std::span<std::byte> out) override {
    check_magic(in);
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(result)) {
      if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
        fail(ErrorKind::unsupported, "zstd: a frame needs a window of more than {} MiB",
             1 << (window_log_limit - 20));
      }
      fail(ErrorKind::corrupt, "zstd: {}", ZSTD_getErrorName(result));
    }
    return {.consumed = input.pos, .produced = output.pos, .ended = result == 0};
  }

  void restart() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    magic_seen_ = 0;
  }

 private:
  /// Compares the first four bytes of a frame, however they arrive.
  void check_magic(std::span<const std::byte> in) {
    constexpr std::array<unsigned, 4> frame{0x28, 0xb5, 0x2f, 0xfd};
    constexpr std::array<unsigned, 4> skippable{0x50, 0x2a, 0x4d, 0x18};
    for (const std::byte byte : in) {
      if (magic_seen_ == frame.size()) return;
      const auto value = std::to_integer<unsigned>(byte);
      if (magic_seen_ == 0) is_skippable_ = value != frame[0];
      const unsigned wanted = is_skippable_ ? skippable[magic_seen_] : frame[magic_seen_];
      const unsigned mask = is_skippable_ && magic_seen_ == 0 ? 0xf0U : 0xffU;
      if ((value & mask) != wanted) {
        fail(ErrorKind::corrupt, "zstd: no magic number where a frame should begin");
      }
      ++magic_seen_;
    }
  }

  std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context_;
  std::size_t magic_seen_ = 0;
  bool is_skippable_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace lade
