#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A member of a zip archive, as its central directory tells. The name points into the archive.
struct ZipMember {
  std::string_view name{};
  std::uint64_t size_bytes = 0;    ///< stated; `read` holds it to that
  std::uint64_t packed_bytes = 0;  ///< stated
  std::uint64_t header_offset = 0;
  std::uint32_t crc32 = 0;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

/// The contents of a member: a view of the archive if they are stored there as they are.
struct ZipContent {
  std::vector<std::byte> inflated{};
  std::span<const std::byte> stored{};

  std::span<const std::byte> bytes() const {
    return inflated.empty() ? stored : std::span<const std::byte>(inflated);
  }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes().data()), bytes().size()};
  }
};

/// A zip archive in memory (PKWARE APPNOTE 6.3.10), with ZIP64 and with anything before it, as
/// programs that unpack themselves have. Only the central directory is believed, as Java does.
class ZipArchive {
 public:
  /// `corrupt`, naming `what`, without a central directory that lies inside of the bytes. They must
  /// outlive the archive.
  ZipArchive(std::span<const std::byte> bytes, std::string what);

  std::uint64_t member_count() const { return count_; }
  /// Every member in the directory's order. `corrupt` where the directory breaks off.
  void for_each(const std::function<void(const ZipMember&)>& visit) const;
  /// The contents, their size and checksum verified. `unsupported` for encrypted ones, for methods
  /// but stored and deflated, and beyond `limit_bytes`; `corrupt` if they are not what the
  /// directory says. Memory is never taken for more than what the packed bytes can hold.
  ZipContent read(const ZipMember& member, std::uint64_t limit_bytes) const;

 private:
  void find_directory();
  void find_directory64(std::uint64_t end);
  ZipMember member_at(std::uint64_t& offset) const;
  std::span<const std::byte> slice(std::uint64_t offset, std::uint64_t size_bytes,
                                   std::string_view part) const;

  std::span<const std::byte> bytes_;
  std::string what_;
  std::uint64_t count_ = 0;
  std::uint64_t directory_ = 0;        ///< where it begins
  std::uint64_t directory_bytes_ = 0;  ///< its size
  std::uint64_t shift_ = 0;            ///< bytes before the archive that its offsets do not count
};

}  // namespace lade::sbom
