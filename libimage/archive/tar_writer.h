#pragma once

#include <cstdint>
#include <memory>

#include "libimage/archive/entry.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// Writes an uncompressed tar stream: ustar where it suffices, pax records for what it cannot say
/// (long or non-ASCII names, large ids, sub-second times, xattrs as SCHILY.xattr). The same entries
/// are the same bytes on every machine and in every locale. A directory's path gets a slash at its
/// end if it has none. What no reader would take (NUL or more than 4096 bytes in a name, '=' in the
/// name of an xattr, a mode beyond 07777) is `invalid`.
class TarWriter {
 public:
  explicit TarWriter(Sink& sink);
  TarWriter(TarWriter&&) noexcept;
  ~TarWriter();

  /// A member without contents, or an empty file.
  void add(const Entry& entry);
  /// A file with exactly `entry.size_bytes` of contents; `corrupt` if `data` has fewer or more.
  /// Returns where in the tar stream the contents begin.
  std::uint64_t add(const Entry& entry, Source& data);
  /// Two zero blocks. Nothing may follow.
  void finish();
  /// Bytes written so far.
  std::uint64_t offset() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lade
