#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "libimage/base/error.h"

namespace lade {

/// An owned file descriptor. Move-only; closes in its destructor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  int release() noexcept { return std::exchange(number_, -1); }
  void reset(int number = -1) noexcept;

 private:
  int number_ = -1;
};

/// open(2) with O_CLOEXEC added; throws with the path in the message.
Fd open_fd(const std::string& path, int flags, unsigned mode = 0644);

/// openat(2) with O_CLOEXEC added.
Fd open_fd_at(int directory, const std::string& name, int flags, unsigned mode = 0644);

/// A copy that shares the open file description.
Fd duplicate(int number);

/// Both ends of a pipe2(O_CLOEXEC): first to read, second to write.
std::pair<Fd, Fd> make_pipe();

/// Reads until `buffer` is full or the end; returns the bytes read. EINTR is retried.
std::size_t read_some(int number, std::span<std::byte> buffer);
std::size_t read_full(int number, std::span<std::byte> buffer);
std::size_t pread_full(int number, std::span<std::byte> buffer, std::uint64_t offset);
/// Writes everything or throws.
void write_full(int number, std::span<const std::byte> bytes);

/// The bytes of a text, for the functions that take bytes.
inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
/// The text in some bytes.
inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace lade
