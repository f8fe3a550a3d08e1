#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sbom/binary/endian_view.h"

namespace lade::sbom {

struct ElfSection {
  std::string_view name{};
  std::uint32_t type = 0;   ///< SHT_…
  std::uint64_t flags = 0;  ///< SHF_…
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
};

struct ElfSegment {
  std::uint32_t type = 0;   ///< PT_…
  std::uint32_t flags = 0;  ///< PF_…
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t align = 0;
};

/// Where the parts of an ELF file lie (System V ABI, chapters 4 and 5), of 32 or 64 bits in either
/// byte order. Lives no longer than the bytes. What its headers claim is not believed: contents
/// are only given where they lie in the file, and tables that do not are taken as absent, since a
/// program runs without its section table and many have none.
class ElfFile {
 public:
  /// Nothing if it is no ELF file, or one whose header is not whole.
  static std::optional<ElfFile> parse(std::span<const std::byte> bytes);

  bool is_64bit() const { return is_64bit_; }
  bool big_endian() const { return view_.big_endian(); }
  std::uint16_t type() const { return type_; }        ///< ET_…
  std::uint16_t machine() const { return machine_; }  ///< EM_…
  const std::vector<ElfSection>& sections() const { return sections_; }
  const std::vector<ElfSegment>& segments() const { return segments_; }

  const ElfSection* find_section(std::string_view name) const;
  /// Empty if the section has nothing in the file (SHT_NOBITS), is not wholly inside of it or is
  /// compressed.
  std::span<const std::byte> content(const ElfSection& section) const;
  /// What of the segment is in the file.
  std::span<const std::byte> content(const ElfSegment& segment) const;
  /// What a loader would show at a virtual address up to the end of its segment; empty if nothing.
  std::span<const std::byte> at_address(std::uint64_t address) const;
  /// The file, with its byte order.
  const EndianView& view() const { return view_; }
  /// The same byte order for a part of it.
  EndianView view_of(std::span<const std::byte> part) const { return {part, view_.big_endian()}; }

  /// Whether symbols were left in (.symtab); debug information does not matter.
  bool has_symbols() const;
  /// Whether UPX packed it: nothing of the program can be seen.
  bool is_packed() const;

 private:
  struct Header;

  ElfFile() = default;
  void read_segments(const Header& header);
  void read_sections(const Header& header);
  std::optional<ElfSection> section_at(std::uint64_t offset) const;
  /// An address, offset or size: as wide as the class of the file.
  std::uint64_t word(std::uint64_t offset) const;

  EndianView view_{};
  bool is_64bit_ = false;
  std::uint16_t type_ = 0;
  std::uint16_t machine_ = 0;
  std::uint64_t headers_end_ = 0;
  std::vector<ElfSection> sections_{};
  std::vector<ElfSegment> segments_{};
};

/// Whether these are the first bytes of an ELF file.
bool begins_as_elf(std::span<const std::byte> bytes);
/// "amd64", "arm64", …: as Debian, Go and OCI name a machine; empty for what they do not.
std::string_view architecture_of(const ElfFile& file);

}  // namespace lade::sbom
