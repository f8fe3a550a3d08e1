#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libimage/archive/entry.h"
#include "libimage/stream/source.h"

namespace lade {

/// Reads an uncompressed tar stream: ustar, GNU (long names, sparse), pax (sparse, xattrs,
/// sub-second times, large ids and sizes). Hostile input ends in `corrupt` or `unsupported`, never
/// in a crash or unbounded memory: names and links are at most 4096 bytes, xattrs of one entry at
/// most 1 MiB, sizes must fit the stream, sparse files have at most 1 TiB together. A type that is
/// no file system object (multi-volume, vendor types) is `unsupported`; volume labels and global
/// pax headers are skipped; contents of hard links are skipped; ACL text (SCHILY.acl) is not read,
/// as images carry ACLs in xattrs. The zero blocks at the end may be missing, and so may the
/// padding behind the last contents, all of it; anything else that is cut short is `corrupt`.
class TarReader {
 public:
  /// `source` must outlive the reader; `what` names the archive in errors.
  TarReader(Source& source, std::string what);
  TarReader(TarReader&&) noexcept;
  ~TarReader();

  /// The next member; nothing at the end of the archive. Unread data of the one before is skipped.
  std::optional<Entry> next();
  /// The contents of the member `next` returned (holes of sparse files read as zeros).
  Source& data();
  /// Where in the tar stream the contents of the current member begin, if they stand there in one
  /// piece (a sparse file's do not). Valid after `next`, before `data` is read.
  std::optional<std::uint64_t> data_offset() const;
  /// After the end: reads on to the end of the source, so that digests of it cover every byte.
  /// Anything but zeros behind the end of the archive is `corrupt` unless `allow_trailing`.
  void drain(bool allow_trailing = false);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lade
