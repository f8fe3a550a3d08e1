#include "libimage/base/mapped_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"

namespace lade {

MappedBytes::~MappedBytes() {
  if (mapping_ != nullptr) ::munmap(mapping_, size_bytes_);
}

MappedBytes MappedBytes::of_file(const std::string& path, Loading loading) {
  const Fd file = open_fd(path, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot inspect {}", path);
  if (!S_ISREG(status.st_mode)) fail(ErrorKind::invalid, "{} is no regular file", path);
  return of_descriptor(file.get(), static_cast<std::size_t>(status.st_size), loading);
}

MappedBytes MappedBytes::of_descriptor(int file, std::size_t size_bytes, Loading loading) {
  MappedBytes bytes;
  if (size_bytes == 0) return bytes;
  const int flags = MAP_PRIVATE | (loading == Loading::at_once ? MAP_POPULATE : 0);
  void* const mapping = ::mmap(nullptr, size_bytes, PROT_READ, flags, file, 0);
  if (mapping == MAP_FAILED) fail_errno("cannot map {} bytes of a file", size_bytes);
  bytes.mapping_ = static_cast<char*>(mapping);
  bytes.size_bytes_ = size_bytes;
  return bytes;
}

}  // namespace lade
