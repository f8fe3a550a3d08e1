#pragma once

#include <libdeflate.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lade::sbom {

/// What a zip archive claims of a member instead of the truth.
struct ZipLie {
  std::optional<std::uint32_t> size_bytes{};
  std::optional<std::uint32_t> packed_bytes{};
  std::optional<std::uint32_t> crc32{};
  std::optional<std::uint32_t> header_offset{};
  std::uint16_t flags = 0;
  std::optional<std::uint16_t> method{};
};

/// Makes zip archives for tests: `ZipBuilder{}.file("a", "x").bytes()`.
class ZipBuilder {
 public:
  ZipBuilder& file(std::string name, const std::string& contents, bool deflate = true,
                   const ZipLie& lie = {}) {
    Member member{.name = std::move(name),
                  .packed = deflate ? deflated(contents) : contents,
                  .size_bytes = static_cast<std::uint32_t>(contents.size()),
                  .crc32 = libdeflate_crc32(0, contents.data(), contents.size()),
                  .method = static_cast<std::uint16_t>(deflate ? 8 : 0),
                  .lie = lie};
    members_.push_back(std::move(member));
    return *this;
  }

  /// `prefix` stands before the archive and is not counted in its offsets.
  std::string bytes(const std::string& prefix = {}, bool zip64 = false) const {
    std::string archive;
    std::string directory;
    for (const Member& member : members_) {
      const auto offset = static_cast<std::uint32_t>(archive.size());
      archive += le(0x04034b50, 4) + le(20, 2) + sizes(member, {});
      archive += le(member.name.size(), 2) + le(0, 2) + member.name + member.packed;
      directory += le(0x02014b50, 4) + le(20, 2) + le(20, 2) + sizes(member, member.lie);
      directory += le(member.name.size(), 2) + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4);
      directory += le(member.lie.header_offset.value_or(offset), 4) + member.name;
    }
    const std::uint64_t count = members_.size();
    std::string end;
    if (zip64) {
      end += le(0x06064b50, 4) + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 4) + le(0, 4);
      end += le(count, 8) + le(count, 8) + le(directory.size(), 8) + le(archive.size(), 8);
      end += le(0x07064b50, 4) + le(0, 4) + le(archive.size() + directory.size(), 8) + le(1, 4);
    }
    const std::uint64_t most = zip64 ? UINT32_MAX : 0;
    end += le(0x06054b50, 4) + le(0, 4) + le(count, 2) + le(zip64 ? UINT16_MAX : count, 2);
    end += le(zip64 ? most : directory.size(), 4) + le(zip64 ? most : archive.size(), 4) + le(0, 2);
    return prefix + archive + directory + end;
  }

 private:
  struct Member {
    std::string name;
    std::string packed;
    std::uint32_t size_bytes = 0;
    std::uint32_t crc32 = 0;
    std::uint16_t method = 0;
    ZipLie lie{};
  };

  static std::string le(std::uint64_t value, int size_bytes) {
    std::string text;
    for (int i = 0; i < size_bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  }

  /// Flags to sizes, as both kinds of header have them.
  static std::string sizes(const Member& member, const ZipLie& lie) {
    return le(lie.flags, 2) + le(lie.method.value_or(member.method), 2) + le(0, 4) +
           le(lie.crc32.value_or(member.crc32), 4) +
           le(lie.packed_bytes.value_or(static_cast<std::uint32_t>(member.packed.size())), 4) +
           le(lie.size_bytes.value_or(member.size_bytes), 4);
  }

  static std::string deflated(const std::string& contents) {
    libdeflate_compressor* const compressor = libdeflate_alloc_compressor(6);
    std::string packed(libdeflate_deflate_compress_bound(compressor, contents.size()), '\0');
    packed.resize(libdeflate_deflate_compress(compressor, contents.data(), contents.size(),
                                              packed.data(), packed.size()));
    libdeflate_free_compressor(compressor);
    return packed;
  }

  std::vector<Member> members_;
};

}  // namespace lade::sbom
