#include "libimage/transport/layout_lock.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "libimage/base/file.h"
#include "libimage/transport/layout_index.h"

namespace lade {
namespace {

void lock_byte(const Fd& file, off_t byte, short type, const std::string& path) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  while (::fcntl(file.get(), F_OFD_SETLKW, &range) != 0) {
    if (errno != EINTR) fail_errno("cannot lock {}", path);
  }
}

off_t byte_of(LayoutLock::Part part) { return part == LayoutLock::Part::index ? 0 : 1; }

/// Under the lock of the index, so that two who create a layout write the text once.
void fill_if_empty(const Fd& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot stat {}", path);
  if (status.st_size == 0) write_full(file.get(), as_bytes(oci_layout_text));
}

}  // namespace

LayoutLock LayoutLock::acquire(const std::string& path, Part part, Mode mode, bool create) {
  if (create) make_directories(join_path(path, "blobs"));
  const std::string marker = join_path(path, "oci-layout");
  Fd file = open_fd(marker, create ? O_RDWR | O_CREAT : O_RDWR);
  if (create) {
    const Fd first = open_fd(marker, O_RDWR);
    lock_byte(first, byte_of(Part::index), F_WRLCK, marker);
    fill_if_empty(first, marker);
  }
  lock_byte(file, byte_of(part), mode == Mode::shared ? F_RDLCK : F_WRLCK, marker);
  return LayoutLock(std::move(file));
}

}  // namespace lade
