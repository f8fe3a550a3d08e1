#include "libimage/stream/codec.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/stream/decoder_source.h"
#include "libimage/stream/frame_encoder.h"

namespace lade {
namespace {

// Where the curves bend: of libdeflate's levels, 4 packs what images hold as closely as gzip -6
// does, and 5 takes a fifth longer for one percent; zstd's 5 takes two thirds longer than 3 for
// five percent.
constexpr int default_gzip_level = 4;
constexpr int default_zstd_level = 3;

/// Some bytes, then the rest of a source.
class PrefixedSource final : public Source {
 public:
  PrefixedSource(std::span<const std::byte> head, std::unique_ptr<Source> rest)
      : head_(std::string(as_text(head))), rest_(std::move(rest)) {}
  std::size_t read(std::span<std::byte> buffer) override {
    const std::size_t count = head_.read(buffer);
    return count > 0 ? count : rest_->read(buffer);
  }

 private:
  StringSource head_;
  std::unique_ptr<Source> rest_;
};

class PlainEncoder final : public Encoder {
 public:
  explicit PlainEncoder(Sink& inner) : inner_(inner) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override { inner_.write(bytes); }
  const std::vector<Frame>& frames() const override { return frames_; }

 private:
  Sink& inner_;
  std::vector<Frame> frames_;
};

/// Nothing for `none`.
std::unique_ptr<Decoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return make_gzip_decoder();
    case Compression::zstd:
      return make_zstd_decoder();
    case Compression::xz:
      return make_xz_decoder();
    case Compression::bzip2:
      return make_bzip2_decoder();
    case Compression::none:
      break;
  }
  return nullptr;
}

int checked_level(const EncoderOptions& options, int default_level, int highest) {
  const int level = options.level.value_or(default_level);
  if (level < 1 || level > highest) {
    fail(ErrorKind::invalid, "{} has levels 1 to {}, not {}", to_string(options.compression),
         highest, level);
  }
  return level;
}

}  // namespace

Compression sniff(std::span<const std::byte> head) {
  struct Magic {
    std::string_view bytes;
    Compression compression;
  };
  constexpr std::array magics{Magic{"\x1f\x8b", Compression::gzip},
                              Magic{"\x28\xb5\x2f\xfd", Compression::zstd},
                              Magic{{"\xfd"
                                     "7zXZ\0",
                                     6},
                                    Compression::xz},
                              Magic{"BZh", Compression::bzip2}};
  const std::string_view text = as_text(head);
  for (const Magic& magic : magics) {
    if (text.starts_with(magic.bytes)) return magic.compression;
  }
  // a zstd stream may begin with a skippable frame (zstd:chunked and seekable files do)
  if (text.size() >= 4 && (static_cast<unsigned char>(text[0]) & 0xf0U) == 0x50U &&
      text.substr(1, 3) == "\x2a\x4d\x18") {
    return Compression::zstd;
  }
  return Compression::none;
}

std::unique_ptr<Source> open_decoder(std::unique_ptr<Source> inner, Compression compression,
                                     const ExpansionLimit& limit) {
  std::unique_ptr<Decoder> decoder = make_decoder(compression);
  if (!decoder) return inner;
  return std::make_unique<DecoderSource>(std::move(inner), compression, std::move(decoder), limit);
}

std::unique_ptr<Source> open_sniffed(std::unique_ptr<Source> inner, const ExpansionLimit& limit) {
  std::array<std::byte, 6> head;
  const std::size_t count = read_full(*inner, head);
  const std::span<const std::byte> seen = std::span(head).first(count);
  return open_decoder(std::make_unique<PrefixedSource>(seen, std::move(inner)), sniff(seen), limit);
}

std::unique_ptr<Encoder> make_encoder(Sink& inner, const EncoderOptions& options) {
  constexpr std::size_t largest_frame_bytes = 1U << 30U;
  if (options.frame_bytes == 0 || options.frame_bytes > largest_frame_bytes) {
    fail(ErrorKind::invalid, "a frame holds 1 to {} bytes, not {}", largest_frame_bytes,
         options.frame_bytes);
  }
  const unsigned threads = std::max(options.threads, 1U);
  switch (options.compression) {
    case Compression::none:
      return std::make_unique<PlainEncoder>(inner);
    case Compression::gzip: {
      const int level = checked_level(options, default_gzip_level, 12);
      return std::make_unique<FrameEncoder>(
          inner, [level] { return make_gzip_packer(level); }, threads, options.frame_bytes);
    }
    case Compression::zstd: {
      const int level = checked_level(options, default_zstd_level, 22);
      return std::make_unique<FrameEncoder>(
          inner, [level] { return make_zstd_packer(level); }, threads, options.frame_bytes);
    }
    case Compression::xz:
    case Compression::bzip2:
      break;
  }
  fail(ErrorKind::unsupported, "{} is only read, never written", to_string(options.compression));
}

}  // namespace lade
