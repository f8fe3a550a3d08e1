#include "libimage/base/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace lade {

void Fd::reset(int number) noexcept {
  if (number_ >= 0 && number_ != number) ::close(number_);
  number_ = number;
}

Fd open_fd(const std::string& path, int flags, unsigned mode) {
  return open_fd_at(AT_FDCWD, path, flags, mode);
}

Fd open_fd_at(int directory, const std::string& name, int flags, unsigned mode) {
  for (;;) {
    const int number = ::openat(directory, name.c_str(), flags | O_CLOEXEC, mode);
    if (number >= 0) return Fd(number);
    if (errno != EINTR) {
      fail_errno("cannot {} {}", (flags & O_CREAT) != 0 ? "create" : "open", name);
    }
  }
}

Fd duplicate(int number) {
  const int copy = ::fcntl(number, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) fail_errno("cannot duplicate a file descriptor");
  return Fd(copy);
}

std::pair<Fd, Fd> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail_errno("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::size_t read_some(int number, std::span<std::byte> buffer) {
  for (;;) {
    const ssize_t got = ::read(number, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail_errno("read failed");
  }
}

std::size_t read_full(int number, std::span<std::byte> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t got = read_some(number, buffer.subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

std::size_t pread_full(int number, std::span<std::byte> buffer, std::uint64_t offset) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::pread(number, buffer.data() + filled, buffer.size() - filled,
                                static_cast<off_t>(offset + filled));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      fail_errno("read failed");
    }
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

void write_full(int number, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(number, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      fail_errno("write failed");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

}  // namespace lade
