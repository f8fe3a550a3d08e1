#pragma once

#include <archive_entry.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "libimage/archive/entry.h"

namespace lade {

/// A sparse file is zeros without end for a few bytes of archive; nothing real is larger, nor are
/// all those of an archive together.
inline constexpr std::uint64_t sparse_limit_bytes = 1ULL << 40U;

/// An entry and how its contents are stored.
struct TarEntry {
  Entry entry;
  bool sparse = false;  ///< the contents are not in the stream in one piece
};

/// Takes what libarchive parsed out of `parsed`, and checks it against `header`, the last block
/// libarchive read before the contents. Throws `corrupt` and `unsupported`.
TarEntry take_entry(archive_entry* parsed, std::span<const char> header, std::string_view what);

}  // namespace lade
