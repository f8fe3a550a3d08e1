// RFC 1952 by ISA-L, which checks CRC-32 and length of a member by itself and keeps the last 32 KiB
// it wrote, so that output may go to a different place with every step. Headers are read by a call
// of their own: isal_inflate forgets where it was in one that arrives in pieces.
#include <isa-l.h>

#include <algorithm>
#include <limits>

#include "libimage/base/error.h"
#include "libimage/stream/decoder.h"

namespace lade {
namespace {

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    isal_inflate_init(&state_);
    begin_member();
  }

  DecodeStep step(std::span<const std::byte> in, std::span<std::byte> out) override {
    // ISA-L's pointers are not const and its counts have 32 bits; it does not write to its input
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    const std::size_t in_bytes = std::min(in.size(), most);
    const std::size_t out_bytes = std::min(out.size(), most);
    state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(in.data()));
    state_.avail_in = static_cast<std::uint32_t>(in_bytes);
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = static_cast<std::uint32_t>(out_bytes);
    if (in_header_) read_header();
    if (!in_header_) check(isal_inflate(&state_));
    return {.consumed = in_bytes - state_.avail_in,
            .produced = out_bytes - state_.avail_out,
            .ended = state_.block_state == ISAL_BLOCK_FINISH};
  }

  void restart() override {
    isal_inflate_reset(&state_);
    begin_member();
  }

 private:
  void begin_member() {
    isal_gzip_header_init(&header_);
    state_.crc_flag = ISAL_GZIP_NO_HDR_VER;
    in_header_ = true;
  }

  void read_header() {
    const int result = isal_read_gzip_header(&state_, &header_);
    check(result);
    in_header_ = result != ISAL_DECOMP_OK;
  }

  static void check(int result) {
    if (result < 0) fail(ErrorKind::corrupt, "gzip: {}", reason(result));
  }

  static const char* reason(int result) {
    switch (result) {
      case ISAL_INVALID_WRAPPER:
        return "no gzip header where a member should begin";
      case ISAL_UNSUPPORTED_METHOD:
        return "a compression method other than deflate";
      case ISAL_INCORRECT_CHECKSUM:
        return "the checksum or length of a member is wrong";
      default:
        return "the deflate stream is damaged";
    }
  }

  inflate_state state_;
  isal_gzip_header header_;
  bool in_header_ = true;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace lade
