#include "libimage/store/layer_notes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"

// The time of a note's file tells when it was of use last, to the day: it is set only if it is
// older, so that reading writes nothing. Files are renamed into place without a sync.
namespace lade {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t kept_days = 30;
constexpr std::uint64_t note_limit_bytes = std::uint64_t{1} << 30U;

/// Was the file last of use more than so many days ago, if it is there?
bool is_older(const std::string& file, std::int64_t days) {
  struct stat status {};
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return ::lstat(file.c_str(), &status) == 0 &&
         status.st_mtim.tv_sec + days * day_seconds < now.tv_sec;
}

void write_beside(const std::string& file, std::string_view bytes) {
  std::string temporary = file + ".XXXXXX";
  const Fd written(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!written) fail_errno("cannot make {}", temporary);
  try {
    write_full(written.get(), as_bytes(bytes));
    // whoever may read the store's layers may read what is known of them
    if (::fchmod(written.get(), 0644) != 0) fail_errno("cannot set the mode of {}", temporary);
    if (::rename(temporary.c_str(), file.c_str()) != 0) fail_errno("cannot make {}", file);
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace

std::string LayerNotes::path(const Digest& diff_id, std::string_view kind) const {
  return directory_ + "/" + diff_id.hex() + "." + std::string(kind);
}

std::optional<std::string> LayerNotes::find(const Digest& diff_id, std::string_view kind) const {
  try {
    const std::string file = path(diff_id, kind);
    auto bytes = find_file(file, note_limit_bytes);
    if (bytes && is_older(file, 1)) ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
    return bytes;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
    return std::nullopt;
  }
}

void LayerNotes::put(const Digest& diff_id, std::string_view kind, std::string_view bytes) const {
  if (bytes.size() > note_limit_bytes) return;
  try {
    make_directories(directory_);
    write_beside(path(diff_id, kind), bytes);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
  }
}

std::vector<std::string> LayerNotes::find_idle() const {
  std::vector<std::string> idle;
  for (const std::string& name : find_names(directory_)) {
    std::string file = directory_ + "/" + name;
    if (is_older(file, kept_days)) idle.push_back(std::move(file));
  }
  return idle;
}

}  // namespace lade
