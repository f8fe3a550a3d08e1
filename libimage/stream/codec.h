#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libimage/oci/compression.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// Where an independent piece of a compressed stream begins: from `compressed_offset` on, a fresh
/// decoder yields what stands at `offset` of the uncompressed stream.
struct Frame {
  std::uint64_t offset;
  std::uint64_t compressed_offset;

  bool operator==(const Frame&) const = default;
};

/// Bounds on what a compressed stream may unpack to (docs/design.md, "Security rules"). Past
/// either, reading throws `invalid` and says which flag raises it: --max-layer-size,
/// --max-layer-ratio. The ratio must stay below 1030, which is all that gzip can reach; the
/// contents of images rarely come to 20.
struct ExpansionLimit {
  std::uint64_t max_bytes = std::uint64_t{128} << 30U;
  /// Unpacked bytes allowed per packed byte, once more than `ratio_free_bytes` came out.
  std::uint64_t max_ratio = 250;
  /// Up to here any ratio is harmless: blank disk images and sparse logs are mostly zeros.
  std::uint64_t ratio_free_bytes = std::uint64_t{1} << 30U;
};

/// For streams whose unpacked size is known and was accepted before.
inline constexpr ExpansionLimit no_expansion_limit{UINT64_MAX, UINT64_MAX, UINT64_MAX};

/// What the first bytes say; `none` for anything unknown. Six bytes are enough.
Compression sniff(std::span<const std::byte> head);

/// A source of the unpacked bytes of `inner`. Reads gzip (any number of members; ISA-L), zstd (any
/// number of frames, skippable ones too), xz and bzip2. Truncation, bad checksums and garbage after
/// the last member or frame are `corrupt`; zero padding after it is accepted.
std::unique_ptr<Source> open_decoder(std::unique_ptr<Source> inner, Compression compression,
                                     const ExpansionLimit& limit = {});
/// As above, after sniffing.
std::unique_ptr<Source> open_sniffed(std::unique_ptr<Source> inner,
                                     const ExpansionLimit& limit = {});

struct EncoderOptions {
  Compression compression = Compression::gzip;
  /// gzip 1..12 (libdeflate's levels), zstd 1..22; nothing: the default of docs/design.md.
  std::optional<int> level{};
  /// How many threads may work; the bytes do not depend on it.
  unsigned threads = 1;
  /// Uncompressed bytes per member or frame.
  std::size_t frame_bytes = 1U << 20U;
};

/// Packs what is written into `inner`, as independent members (gzip) or frames (zstd) cut at fixed
/// places of the uncompressed stream. `finish` must be called. `none` passes bytes through.
class Encoder : public Sink {
 public:
  /// Where the pieces begin; complete after `finish`. Empty for `none`.
  virtual const std::vector<Frame>& frames() const = 0;
};
std::unique_ptr<Encoder> make_encoder(Sink& inner, const EncoderOptions& options);

}  // namespace lade
