#pragma once

#include <elf.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A part of an ELF file: a section, a segment or both.
struct ElfPiece {
  std::string content{};
  std::string section{};  ///< its name; empty: no section
  std::uint32_t section_type = SHT_PROGBITS;
  std::uint64_t section_flags = SHF_ALLOC;
  std::uint32_t segment = PT_NULL;  ///< PT_NULL: no segment
  std::uint32_t segment_flags = PF_R;
  std::uint64_t align = 16;
};

/// Makes ELF files for tests, of either width and byte order:
/// `ElfBuilder{}.add({.content = "x", .section = ".rodata"}).bytes()`.
class ElfBuilder {
 public:
  explicit ElfBuilder(int bits = 64, bool big_endian = false);

  ElfBuilder& add(ElfPiece piece);
  /// .dynamic and its strings, loaded.
  ElfBuilder& dynamic(const std::vector<std::pair<std::uint64_t, std::string>>& entries);
  /// A note segment of one note.
  ElfBuilder& note(std::string_view owner, std::uint32_t type, std::string_view content,
                   std::uint64_t align = 4);
  /// Leaves the section table out.
  ElfBuilder& without_sections();
  std::string bytes() const;

  /// Where the content of the next piece will be in memory.
  std::uint64_t next_address() const;
  /// An integer as the file has it.
  std::string integer(std::uint64_t value, int size_bytes) const;
  /// As wide as an address.
  std::string word(std::uint64_t value) const { return integer(value, bits_ / 8); }

  // offsets of header fields, for damaging them
  std::size_t section_offset_field() const { return bits_ == 64 ? 0x28 : 0x20; }
  std::size_t section_count_field() const { return bits_ == 64 ? 0x3C : 0x30; }
  std::size_t segment_count_field() const { return bits_ == 64 ? 0x38 : 0x2C; }

 private:
  struct Placed {
    ElfPiece piece;
    std::uint64_t offset;
  };
  std::size_t contents_begin() const;
  std::string header(std::uint64_t sections_at, std::size_t segments, std::size_t sections) const;
  std::string segment_header(const Placed& placed) const;
  std::string section_header(std::uint64_t name, const Placed& placed) const;

  int bits_;
  bool big_endian_;
  bool has_sections_ = true;
  std::string contents_;
  std::vector<Placed> pieces_;
};

}  // namespace lade::sbom
