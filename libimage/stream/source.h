#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"

namespace lade {

/// Where bytes come from. Reading moves forward only; sources stack.
class Source {
 public:
  virtual ~Source() = default;
  /// Fills some of `buffer` (never empty) and returns how many bytes; 0 only at the end. Throws.
  virtual std::size_t read(std::span<std::byte> buffer) = 0;
};

/// Bytes that somebody else keeps alive.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  explicit MemorySource(std::string_view text) : bytes_(as_bytes(text)) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  std::span<const std::byte> bytes_;
};

/// Bytes of its own.
class StringSource final : public Source {
 public:
  explicit StringSource(std::string text) : text_(std::move(text)), rest_(text_) {}
  StringSource(const StringSource&) = delete;
  StringSource& operator=(const StringSource&) = delete;
  std::size_t read(std::span<std::byte> buffer) override { return rest_.read(buffer); }

 private:
  std::string text_;
  MemorySource rest_;
};

/// A file, pipe or socket, read from where it stands. Errors name `name`.
class FdSource final : public Source {
 public:
  FdSource(Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  Fd file_;
  std::string name_;
};

/// `length` bytes of a file from `offset`, by pread: many can share one descriptor, which the
/// caller keeps open. A file that ends early is `corrupt`.
class RangeSource final : public Source {
 public:
  RangeSource(int number, std::uint64_t offset, std::uint64_t length_bytes, std::string name)
      : number_(number), offset_(offset), left_bytes_(length_bytes), name_(std::move(name)) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  int number_;
  std::uint64_t offset_;
  std::uint64_t left_bytes_;
  std::string name_;
};

/// At most `limit_bytes` of another source; one byte more is an Error of kind `invalid` that says
/// `what` is too large.
class LimitedSource final : public Source {
 public:
  LimitedSource(Source& inner, std::uint64_t limit_bytes, std::string what)
      : inner_(inner),
        left_bytes_(limit_bytes),
        limit_bytes_(limit_bytes),
        what_(std::move(what)) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  Source& inner_;
  std::uint64_t left_bytes_;
  std::uint64_t limit_bytes_;
  std::string what_;
};

/// Fills `buffer` unless the source ends first; returns the bytes read.
std::size_t read_full(Source& source, std::span<std::byte> buffer);
/// Everything, as text; more than `limit_bytes` is `invalid`, naming `what`.
std::string read_all(Source& source, std::uint64_t limit_bytes, std::string_view what);

}  // namespace lade
