#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libimage/archive/ustar.h"
#include "libimage/base/callback_guard.h"
#include "libimage/stream/source.h"

namespace lade {

/// Hands a source to libarchive in large pieces, and remembers enough of what libarchive has read
/// to show the blocks just before its position. All offsets are those of the source.
///
/// One header, of a symlink nobody asked for, is given before the source: libarchive 3.6 loses the
/// long target (pax linkpath, GNU 'K') of a link whose own header has none, unless some link with
/// a target came before. Go's writer makes such headers for targets outside ASCII.
class TarFeed {
 public:
  explicit TarFeed(Source& source);
  TarFeed(const TarFeed&) = delete;
  TarFeed& operator=(const TarFeed&) = delete;

  /// Makes `reader` read from here, and takes the header before the source out of it again.
  int open(archive* reader, archive_entry* unused);
  /// How far `reader` has read, and where it found the last header.
  static std::uint64_t position(archive* reader);
  static std::uint64_t header_position(archive* reader);
  /// The source may end at `offset`, in the middle of a block: the rest of the block reads as
  /// zeros. Go's writer leaves it out where it is not closed, as umoci's does not.
  void may_end_at(std::uint64_t offset) { may_end_at_ = offset; }
  /// From here on all bytes are kept, until `take_kept`.
  void keep_from(std::uint64_t offset);
  /// The bytes from there to `end`, libarchive's position.
  std::string take_kept(std::uint64_t end);
  /// Throws what the source threw inside of libarchive.
  void rethrow() { guard_.rethrow(); }

  /// The bytes from `begin` to `end`, both offsets of the stream, where `end` is libarchive's
  /// position and `begin` at most one block before what it read last; empty if they are not kept.
  std::span<const char> bytes(std::uint64_t begin, std::uint64_t end) const;
  /// Reads everything behind `position`; whether it was all zeros.
  bool drain(std::uint64_t position);

 private:
  static la_ssize_t on_read(archive* reader, void* feed, const void** bytes);
  std::size_t refill();
  std::size_t pad();
  void keep(std::uint64_t end);
  std::span<const std::byte> filled() const;

  Source& source_;
  ustar::Block primer_{};
  bool primed_ = false;
  CallbackGuard guard_;
  std::vector<std::byte> buffer_;   ///< the last block of what was read before, then what was read
  std::uint64_t filled_begin_ = 0;  ///< offset in the stream of what was read last
  std::size_t filled_bytes_ = 0;
  std::optional<std::uint64_t> may_end_at_;
  std::optional<std::uint64_t> keep_from_;
  std::string kept_;  ///< what was read before, from `keep_from_` on
};

}  // namespace lade
