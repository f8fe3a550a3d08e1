// A zip archive is read from its end: the end record tells where the central directory lies, the
// directory where each member does. Every offset and length in them is a stranger's: each is
// compared with the bytes that are there before it is followed. Deflate packs at most 1032 to 1, so
// a size beyond that is a lie that is found before memory is taken for it.
#include "sbom/language/zip_archive.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/little_endian.h"

namespace lade::sbom {
namespace {

constexpr std::uint32_t end_mark = 0x06054b50;
constexpr std::uint32_t end64_mark = 0x06064b50;
constexpr std::uint32_t locator_mark = 0x07064b50;
constexpr std::uint32_t member_mark = 0x02014b50;
constexpr std::uint32_t local_mark = 0x04034b50;
constexpr std::size_t end_size = 22;
constexpr std::size_t end64_size = 56;
constexpr std::size_t locator_size = 20;
constexpr std::size_t member_size = 46;
constexpr std::size_t local_size = 30;
constexpr std::uint64_t deflate_ratio = 1032;
constexpr std::uint16_t encrypted_flag = 1;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};

std::uint64_t u16(std::span<const std::byte> bytes, std::size_t at) {
  return load_le<std::uint16_t>(bytes.data() + at);
}
std::uint64_t u32(std::span<const std::byte> bytes, std::size_t at) {
  return load_le<std::uint32_t>(bytes.data() + at);
}
std::uint64_t u64(std::span<const std::byte> bytes, std::size_t at) {
  return load_le<std::uint64_t>(bytes.data() + at);
}

/// Takes the 64-bit values that stand for those that were too large for 32 bits, in their order.
void read_zip64_field(std::span<const std::byte> extra, ZipMember& member) {
  while (extra.size() >= 4) {
    const std::uint64_t id = u16(extra, 0);
    const std::uint64_t size = u16(extra, 2);
    if (size > extra.size() - 4) return;
    std::span<const std::byte> field = extra.subspan(4, size);
    if (id == 1) {
      for (std::uint64_t* value :
           {&member.size_bytes, &member.packed_bytes, &member.header_offset}) {
        if (*value != UINT32_MAX || field.size() < 8) continue;
        *value = u64(field, 0);
        field = field.subspan(8);
      }
      return;
    }
    extra = extra.subspan(4 + size);
  }
}

}  // namespace

ZipArchive::ZipArchive(std::span<const std::byte> bytes, std::string what)
    : bytes_(bytes), what_(std::move(what)) {
  find_directory();
}

std::span<const std::byte> ZipArchive::slice(std::uint64_t offset, std::uint64_t size_bytes,
                                             std::string_view part) const {
  if (offset > bytes_.size() || size_bytes > bytes_.size() - offset) {
    fail(ErrorKind::corrupt, "{}: {} lies beyond the end of the archive", what_, part);
  }
  return bytes_.subspan(offset, size_bytes);
}

void ZipArchive::find_directory() {
  if (bytes_.size() < end_size) {
    fail(ErrorKind::corrupt, "{} is no zip archive: it has {} bytes", what_, bytes_.size());
  }
  const std::uint64_t last = bytes_.size() - end_size;
  const std::uint64_t first = last > UINT16_MAX ? last - UINT16_MAX : 0;
  for (std::uint64_t at = last + 1; at-- > first;) {
    const std::span<const std::byte> record = bytes_.subspan(at);
    if (u32(record, 0) != end_mark || u16(record, 20) > record.size() - end_size) continue;
    count_ = u16(record, 10);
    directory_bytes_ = u32(record, 12);
    const std::uint64_t stated = u32(record, 16);
    const bool is_large =
        count_ == UINT16_MAX || directory_bytes_ == UINT32_MAX || stated == UINT32_MAX;
    if (is_large && at >= locator_size && u32(bytes_, at - locator_size) == locator_mark) {
      return find_directory64(at - locator_size);
    }
    if (directory_bytes_ > at || stated > at - directory_bytes_) continue;
    directory_ = at - directory_bytes_;
    shift_ = directory_ - stated;
    return;
  }
  fail(ErrorKind::corrupt, "{} is no zip archive: it has no central directory", what_);
}

void ZipArchive::find_directory64(std::uint64_t end) {
  // before the locator, wherever that says it is: so what stands before the archive does not matter
  if (end < end64_size || u32(bytes_, end - end64_size) != end64_mark) {
    fail(ErrorKind::corrupt, "{}: the end record of ZIP64 is missing", what_);
  }
  const std::uint64_t at = end - end64_size;
  const std::span<const std::byte> record = bytes_.subspan(at, end64_size);
  count_ = u64(record, 32);
  directory_bytes_ = u64(record, 40);
  const std::uint64_t stated = u64(record, 48);
  if (directory_bytes_ > at || stated > at - directory_bytes_) {
    fail(ErrorKind::corrupt, "{}: the central directory lies beyond its end record", what_);
  }
  directory_ = at - directory_bytes_;
  shift_ = directory_ - stated;
}

ZipMember ZipArchive::member_at(std::uint64_t& offset) const {
  const std::span<const std::byte> record = slice(offset, member_size, "a directory record");
  if (u32(record, 0) != member_mark) {
    fail(ErrorKind::corrupt, "{}: the central directory breaks off", what_);
  }
  const std::uint64_t name_bytes = u16(record, 28);
  const std::uint64_t extra_bytes = u16(record, 30);
  const std::uint64_t comment_bytes = u16(record, 32);
  const auto name = slice(offset + member_size, name_bytes, "a member's name");
  ZipMember member{.name = {reinterpret_cast<const char*>(name.data()), name.size()},
                   .size_bytes = u32(record, 24),
                   .packed_bytes = u32(record, 20),
                   .header_offset = u32(record, 42),
                   .crc32 = static_cast<std::uint32_t>(u32(record, 16)),
                   .method = static_cast<std::uint16_t>(u16(record, 10)),
                   .flags = static_cast<std::uint16_t>(u16(record, 8))};
  read_zip64_field(slice(offset + member_size + name_bytes, extra_bytes, "an extra field"), member);
  offset += member_size + name_bytes + extra_bytes + comment_bytes;
  return member;
}

void ZipArchive::for_each(const std::function<void(const ZipMember&)>& visit) const {
  std::uint64_t offset = directory_;
  for (std::uint64_t i = 0; i < count_; ++i) {
    if (offset >= directory_ + directory_bytes_) {
      fail(ErrorKind::corrupt, "{}: the central directory has {} members of the {} it promises",
           what_, i, count_);
    }
    visit(member_at(offset));
  }
}

ZipContent ZipArchive::read(const ZipMember& member, std::uint64_t limit_bytes) const {
  const std::string name = printable(member.name);
  if ((member.flags & encrypted_flag) != 0) {
    fail(ErrorKind::unsupported, "{}: {} is encrypted", what_, name);
  }
  if (member.method != 0 && member.method != 8) {
    fail(ErrorKind::unsupported, "{}: {} is packed by method {}; wanted 0 or 8", what_, name,
         member.method);
  }
  if (member.size_bytes > limit_bytes) {
    fail(ErrorKind::unsupported, "{}: {} has {} bytes, more than {}", what_, name,
         member.size_bytes, limit_bytes);
  }
  if (member.header_offset > bytes_.size()) {
    fail(ErrorKind::corrupt, "{}: {} lies beyond the end of the archive", what_, name);
  }
  const std::uint64_t at = member.header_offset + shift_;
  const std::span<const std::byte> header = slice(at, local_size, name);
  if (u32(header, 0) != local_mark) {
    fail(ErrorKind::corrupt, "{}: {} is not where the directory says", what_, name);
  }
  const std::uint64_t start = at + local_size + u16(header, 26) + u16(header, 28);
  const std::span<const std::byte> packed = slice(start, member.packed_bytes, name);
  ZipContent content;
  if (member.method == 0) {
    content.stored = packed;
  } else if (member.size_bytes / deflate_ratio <= packed.size()) {
    const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
        libdeflate_alloc_decompressor());
    content.inflated.resize(member.size_bytes);
    if (!decompressor ||
        libdeflate_deflate_decompress(decompressor.get(), packed.data(), packed.size(),
                                      content.inflated.data(), content.inflated.size(),
                                      nullptr) != LIBDEFLATE_SUCCESS) {
      fail(ErrorKind::corrupt, "{}: {} does not inflate to the {} bytes it states", what_, name,
           member.size_bytes);
    }
  }
  const std::span<const std::byte> bytes = content.bytes();
  if (bytes.size() != member.size_bytes ||
      libdeflate_crc32(0, bytes.data(), bytes.size()) != member.crc32) {
    fail(ErrorKind::corrupt, "{}: {} is not what its size and checksum say", what_, name);
  }
  return content;
}

}  // namespace lade::sbom
