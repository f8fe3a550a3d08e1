#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "libimage/base/fd.h"
#include "libimage/base/mapped_bytes.h"

namespace lade::sbom {

/// Holds the contents of one file at a time: in memory if it is small, else in a file without a
/// name, mapped.
class FileSpool {
 public:
  /// `scratch` is the directory of that file.
  explicit FileSpool(std::string scratch) : scratch_(std::move(scratch)) {}

  /// Forgets what it has and expects `size_bytes`.
  void begin(std::uint64_t size_bytes);
  void write(std::span<const std::byte> bytes);
  /// All that was written, until the next `begin`.
  std::span<const std::byte> content();

 private:
  std::string scratch_;
  std::string memory_;
  Fd file_;
  std::uint64_t file_bytes_ = 0;
  MappedBytes mapped_;
};

}  // namespace lade::sbom
