#include "sbom/binary/elf_file.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libimage/base/fd.h"

// An ELF file has a header, a table of segments (how it is loaded) and a table of sections (what it
// was linked from). Only the two tables are read here, by offset; contents are handed out as parts
// of the caller's bytes, so that of a file mapped from disk no other page is touched. Both classes
// have the same fields in two widths, in two orders in the case of segments.
namespace lade::sbom {
namespace {

/// More sections than any linker writes without being asked for one a function; beyond it the table
/// is not believed.
constexpr std::uint64_t section_limit = 65536;
constexpr std::uint64_t segment_limit = 4096;
constexpr std::size_t section_name_limit = 256;

}  // namespace

struct ElfFile::Header {
  std::uint64_t segments_at = 0;
  std::uint64_t sections_at = 0;
  std::uint16_t segment_bytes = 0;
  std::uint16_t segment_count = 0;
  std::uint16_t section_bytes = 0;
  std::uint16_t section_count = 0;
  std::uint16_t names_index = 0;
};

std::optional<std::string_view> find_c_string(std::span<const std::byte> bytes,
                                              std::uint64_t offset, std::size_t limit_bytes) {
  if (offset >= bytes.size()) return std::nullopt;
  const std::string_view rest =
      as_text(bytes.subspan(static_cast<std::size_t>(offset))).substr(0, limit_bytes);
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

bool begins_as_elf(std::span<const std::byte> bytes) {
  return bytes.size() >= SELFMAG && std::memcmp(bytes.data(), ELFMAG, SELFMAG) == 0;
}

std::uint64_t ElfFile::word(std::uint64_t offset) const {
  if (is_64bit_) return view_.find<std::uint64_t>(offset).value_or(0);
  return view_.find<std::uint32_t>(offset).value_or(0);
}

std::optional<ElfFile> ElfFile::parse(std::span<const std::byte> bytes) {
  if (!begins_as_elf(bytes) || bytes.size() < EI_NIDENT) return std::nullopt;
  const auto width = std::to_integer<unsigned>(bytes[EI_CLASS]);
  const auto order = std::to_integer<unsigned>(bytes[EI_DATA]);
  if (width != ELFCLASS32 && width != ELFCLASS64) return std::nullopt;
  if (order != ELFDATA2LSB && order != ELFDATA2MSB) return std::nullopt;
  ElfFile file;
  file.view_ = EndianView(bytes, order == ELFDATA2MSB);
  file.is_64bit_ = width == ELFCLASS64;
  if (bytes.size() < (file.is_64bit_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) {
    return std::nullopt;
  }
  const auto half = [&](std::size_t wide, std::size_t narrow) {
    return file.view_.find<std::uint16_t>(file.is_64bit_ ? wide : narrow).value_or(0);
  };
  file.type_ = half(offsetof(Elf64_Ehdr, e_type), offsetof(Elf32_Ehdr, e_type));
  file.machine_ = half(offsetof(Elf64_Ehdr, e_machine), offsetof(Elf32_Ehdr, e_machine));
  const Header header{
      .segments_at =
          file.word(file.is_64bit_ ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff)),
      .sections_at =
          file.word(file.is_64bit_ ? offsetof(Elf64_Ehdr, e_shoff) : offsetof(Elf32_Ehdr, e_shoff)),
      .segment_bytes = half(offsetof(Elf64_Ehdr, e_phentsize), offsetof(Elf32_Ehdr, e_phentsize)),
      .segment_count = half(offsetof(Elf64_Ehdr, e_phnum), offsetof(Elf32_Ehdr, e_phnum)),
      .section_bytes = half(offsetof(Elf64_Ehdr, e_shentsize), offsetof(Elf32_Ehdr, e_shentsize)),
      .section_count = half(offsetof(Elf64_Ehdr, e_shnum), offsetof(Elf32_Ehdr, e_shnum)),
      .names_index = half(offsetof(Elf64_Ehdr, e_shstrndx), offsetof(Elf32_Ehdr, e_shstrndx))};
  file.read_segments(header);
  file.read_sections(header);
  return file;
}

void ElfFile::read_segments(const Header& header) {
  const std::size_t least = is_64bit_ ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
  const std::uint64_t count = header.segment_count;
  if (header.segment_bytes < least || count > segment_limit) return;
  if (!view_.slice(header.segments_at, count * header.segment_bytes)) return;
  headers_end_ = header.segments_at + count * header.segment_bytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = header.segments_at + i * header.segment_bytes;
    const std::uint64_t flags_at =
        at + (is_64bit_ ? offsetof(Elf64_Phdr, p_flags) : offsetof(Elf32_Phdr, p_flags));
    segments_.push_back({.type = view_.find<std::uint32_t>(at).value_or(0),
                         .flags = view_.find<std::uint32_t>(flags_at).value_or(0),
                         .offset = word(at + (is_64bit_ ? offsetof(Elf64_Phdr, p_offset)
                                                        : offsetof(Elf32_Phdr, p_offset))),
                         .address = word(at + (is_64bit_ ? offsetof(Elf64_Phdr, p_vaddr)
                                                         : offsetof(Elf32_Phdr, p_vaddr))),
                         .file_bytes = word(at + (is_64bit_ ? offsetof(Elf64_Phdr, p_filesz)
                                                            : offsetof(Elf32_Phdr, p_filesz))),
                         .align = word(at + (is_64bit_ ? offsetof(Elf64_Phdr, p_align)
                                                       : offsetof(Elf32_Phdr, p_align)))});
  }
}

std::optional<ElfSection> ElfFile::section_at(std::uint64_t at) const {
  if (!view_.slice(at, is_64bit_ ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr))) return std::nullopt;
  const auto type_at = at + offsetof(Elf64_Shdr, sh_type);  // the same in both
  return ElfSection{
      .type = view_.find<std::uint32_t>(type_at).value_or(0),
      .flags =
          word(at + (is_64bit_ ? offsetof(Elf64_Shdr, sh_flags) : offsetof(Elf32_Shdr, sh_flags))),
      .offset = word(
          at + (is_64bit_ ? offsetof(Elf64_Shdr, sh_offset) : offsetof(Elf32_Shdr, sh_offset))),
      .size_bytes =
          word(at + (is_64bit_ ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size)))};
}

void ElfFile::read_sections(const Header& header) {
  const std::size_t least = is_64bit_ ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
  if (header.sections_at == 0 || header.section_bytes < least) return;
  const auto first = section_at(header.sections_at);
  if (!first) return;
  // counts too large for their fields stand in the first section (gABI, "Section Header")
  const std::uint64_t count = header.section_count != 0 ? header.section_count : first->size_bytes;
  std::uint64_t names = header.names_index;
  if (names == SHN_XINDEX) {
    names =
        view_
            .find<std::uint32_t>(header.sections_at + (is_64bit_ ? offsetof(Elf64_Shdr, sh_link)
                                                                 : offsetof(Elf32_Shdr, sh_link)))
            .value_or(0);
  }
  if (count > section_limit || !view_.slice(header.sections_at, count * header.section_bytes)) {
    return;
  }
  std::span<const std::byte> name_bytes;
  if (names < count) {
    const auto section = section_at(header.sections_at + names * header.section_bytes);
    if (section) name_bytes = content(*section);
  }
  sections_.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = header.sections_at + i * header.section_bytes;
    auto section = section_at(at);
    if (!section) break;
    section->name =
        find_c_string(name_bytes, view_.find<std::uint32_t>(at).value_or(0), section_name_limit)
            .value_or(std::string_view{});
    sections_.push_back(*section);
  }
}

const ElfSection* ElfFile::find_section(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const ElfSection& section) { return section.name == name; });
  return found == sections_.end() ? nullptr : &*found;
}

std::span<const std::byte> ElfFile::content(const ElfSection& section) const {
  if (section.type == SHT_NOBITS || (section.flags & SHF_COMPRESSED) != 0) return {};
  return view_.slice(section.offset, section.size_bytes).value_or(std::span<const std::byte>{});
}

std::span<const std::byte> ElfFile::content(const ElfSegment& segment) const {
  const std::size_t size = view_.bytes().size();
  if (segment.offset >= size) return {};
  return view_.bytes().subspan(
      static_cast<std::size_t>(segment.offset),
      static_cast<std::size_t>(std::min<std::uint64_t>(segment.file_bytes, size - segment.offset)));
}

std::span<const std::byte> ElfFile::at_address(std::uint64_t address) const {
  for (const ElfSegment& segment : segments_) {
    if (segment.type != PT_LOAD || address < segment.address) continue;
    const std::span<const std::byte> bytes = content(segment);
    const std::uint64_t inside = address - segment.address;
    if (inside < bytes.size()) return bytes.subspan(static_cast<std::size_t>(inside));
  }
  return {};
}

bool ElfFile::has_symbols() const {
  return std::any_of(sections_.begin(), sections_.end(),
                     [](const ElfSection& section) { return section.type == SHT_SYMTAB; });
}

bool ElfFile::is_packed() const {
  if (!sections_.empty() || segments_.empty()) return false;
  // UPX writes its name behind the program headers it makes, or behind the note it keeps there
  constexpr std::uint64_t searched_bytes = 1024;
  const std::uint64_t from = std::min<std::uint64_t>(headers_end_, view_.bytes().size());
  const std::uint64_t length = std::min(searched_bytes, view_.bytes().size() - from);
  return as_text(*view_.slice(from, length)).find("UPX!") != std::string_view::npos;
}

std::string_view architecture_of(const ElfFile& file) {
  switch (file.machine()) {
    case EM_X86_64:
      return file.is_64bit() ? "amd64" : "x32";
    case EM_386:
      return "386";
    case EM_AARCH64:
      return "arm64";
    case EM_ARM:
      return "arm";
    case EM_PPC64:
      return file.big_endian() ? "ppc64" : "ppc64le";
    case EM_S390:
      return "s390x";
    case EM_RISCV:
      return "riscv64";
    case 258:  // EM_LOONGARCH, newer than the headers of some systems
      return "loong64";
    case EM_MIPS:
      return file.is_64bit() ? (file.big_endian() ? "mips64" : "mips64le")
                             : (file.big_endian() ? "mips" : "mipsle");
    default:
      return {};
  }
}

}  // namespace lade::sbom
