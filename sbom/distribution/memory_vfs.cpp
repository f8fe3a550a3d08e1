#include "sbom/distribution/memory_vfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "libimage/base/error.h"

// SQLite asks a "virtual file system" for files, times and random numbers, through tables of
// functions. Here there is one file. (sqlite3_deserialize would do the same with a copy that it
// wants to own, and cannot open what says it is in WAL mode, as every database of rpm does.)
namespace lade::sbom {
namespace {

using Bytes = std::span<const std::byte>;

struct MemoryFile {
  sqlite3_file base;  // first, so that SQLite's pointer is ours
  const Bytes* bytes;
};

const Bytes& bytes_of(sqlite3_file* file) { return *reinterpret_cast<MemoryFile*>(file)->bytes; }

int close_file(sqlite3_file* /*file*/) { return SQLITE_OK; }

/// The two bytes of the header that say whether the database is to be read with a log.
void show_without_log(std::byte* out, std::size_t at, std::size_t length) {
  for (std::size_t place = 18; place <= 19; ++place) {
    if (place >= at && place < at + length && out[place - at] == std::byte{2}) {
      out[place - at] = std::byte{1};
    }
  }
}

int read_part(sqlite3_file* file, void* to, int length, sqlite3_int64 offset) {
  const Bytes& bytes = bytes_of(file);
  auto* const out = static_cast<std::byte*>(to);
  const auto wanted = static_cast<std::size_t>(length);
  const std::size_t at = std::min(static_cast<std::size_t>(offset), bytes.size());
  const std::size_t there = std::min(wanted, bytes.size() - at);
  std::copy_n(bytes.data() + at, there, out);
  std::fill(out + there, out + wanted, std::byte{0});
  show_without_log(out, at, there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int refuse_write(sqlite3_file* /*file*/, const void* /*from*/, int /*length*/,
                 sqlite3_int64 /*offset*/) {
  return SQLITE_READONLY;
}

int refuse_truncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) { return SQLITE_READONLY; }

int nothing_with_number(sqlite3_file* /*file*/, int /*number*/) { return SQLITE_OK; }

int tell_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(bytes_of(file).size());
  return SQLITE_OK;
}

int no_lock_is_held(sqlite3_file* /*file*/, int* held) {
  *held = 0;
  return SQLITE_OK;
}

int know_no_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}

int no_sectors(sqlite3_file* /*file*/) { return 0; }

int say_immutable(sqlite3_file* /*file*/) { return SQLITE_IOCAP_IMMUTABLE; }

constexpr sqlite3_io_methods memory_methods{
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_part,
    .xWrite = refuse_write,
    .xTruncate = refuse_truncate,
    .xSync = nothing_with_number,
    .xFileSize = tell_size,
    .xLock = nothing_with_number,
    .xUnlock = nothing_with_number,
    .xCheckReservedLock = no_lock_is_held,
    .xFileControl = know_no_control,
    .xSectorSize = no_sectors,
    .xDeviceCharacteristics = say_immutable,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* /*name*/, sqlite3_file* file, int flags,
              int* out_flags) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  auto* const opened = reinterpret_cast<MemoryFile*>(file);
  opened->bytes = static_cast<const Bytes*>(vfs->pAppData);
  opened->base.pMethods = &memory_methods;
  if (out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  return SQLITE_OK;
}

int refuse_delete(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync*/) {
  return SQLITE_IOERR_DELETE;
}

int nothing_exists(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* result) {
  *result = 0;
  return SQLITE_OK;
}

int keep_name(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int zero_bytes(sqlite3_vfs* /*vfs*/, int size, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(size));
  return size;
}

int sleep_not(sqlite3_vfs* /*vfs*/, int /*microseconds*/) { return 0; }

int tell_epoch(sqlite3_vfs* /*vfs*/, double* days) {
  *days = 0;
  return SQLITE_OK;
}

}  // namespace

MemoryVfs::MemoryVfs(std::span<const std::byte> database)
    : database_(database), name_(fmt::format("lade-bytes-{}", fmt::ptr(this))) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(MemoryFile);
  vfs_.mxPathname = 64;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = &database_;
  vfs_.xOpen = open_file;
  vfs_.xDelete = refuse_delete;
  vfs_.xAccess = nothing_exists;
  vfs_.xFullPathname = keep_name;
  vfs_.xRandomness = zero_bytes;
  vfs_.xSleep = sleep_not;
  vfs_.xCurrentTime = tell_epoch;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) {
    fail(ErrorKind::internal, "SQLite does not take a file system of bytes");
  }
}

MemoryVfs::~MemoryVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace lade::sbom
