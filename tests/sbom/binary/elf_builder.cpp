#include "tests/sbom/binary/elf_builder.h"

#include <algorithm>

namespace lade::sbom {
namespace {

constexpr std::uint64_t load_address = 0x400000;
/// Room is kept for as many, so that offsets are known before all pieces are.
constexpr std::size_t segment_room = 16;

}  // namespace

ElfBuilder::ElfBuilder(int bits, bool big_endian) : bits_(bits), big_endian_(big_endian) {}

std::string ElfBuilder::integer(std::uint64_t value, int size_bytes) const {
  std::string text;
  for (int i = 0; i < size_bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
  if (big_endian_) std::reverse(text.begin(), text.end());
  return text;
}

std::size_t ElfBuilder::contents_begin() const {
  return bits_ == 64 ? sizeof(Elf64_Ehdr) + segment_room * sizeof(Elf64_Phdr)
                     : sizeof(Elf32_Ehdr) + segment_room * sizeof(Elf32_Phdr) + 12;
}

std::uint64_t ElfBuilder::next_address() const {
  const std::size_t at = contents_begin() + contents_.size();
  return load_address + (at + 15) / 16 * 16;
}

ElfBuilder& ElfBuilder::add(ElfPiece piece) {
  contents_.resize(next_address() - load_address - contents_begin(), '\0');
  const std::uint64_t offset = contents_begin() + contents_.size();
  contents_ += piece.content;
  pieces_.push_back({std::move(piece), offset});
  return *this;
}

ElfBuilder& ElfBuilder::dynamic(const std::vector<std::pair<std::uint64_t, std::string>>& entries) {
  std::string strings(1, '\0');
  std::string table = word(DT_STRTAB) + word(next_address());
  for (const auto& [tag, text] : entries) {
    table += word(tag) + word(strings.size());
    strings += text + std::string(1, '\0');
  }
  table += word(DT_NULL) + word(0);
  add({.content = strings, .section = ".dynstr", .section_type = SHT_STRTAB, .segment = PT_LOAD});
  return add({.content = table,
              .section = ".dynamic",
              .section_type = SHT_DYNAMIC,
              .segment = PT_DYNAMIC});
}

ElfBuilder& ElfBuilder::note(std::string_view owner, std::uint32_t type, std::string_view content,
                             std::uint64_t align) {
  std::string name = std::string(owner) + std::string(1, '\0');
  std::string text = integer(name.size(), 4) + integer(content.size(), 4) + integer(type, 4) + name;
  text.resize((text.size() + align - 1) / align * align, '\0');
  text += content;
  text.resize((text.size() + align - 1) / align * align, '\0');
  return add({.content = text,
              .section = ".note",
              .section_type = SHT_NOTE,
              .segment = PT_NOTE,
              .align = align});
}

ElfBuilder& ElfBuilder::without_sections() {
  has_sections_ = false;
  return *this;
}

std::string ElfBuilder::header(std::uint64_t sections_at, std::size_t segments,
                               std::size_t sections) const {
  const bool wide = bits_ == 64;
  std::string text =
      "\x7F"
      "ELF";
  text += static_cast<char>(wide ? ELFCLASS64 : ELFCLASS32);
  text += static_cast<char>(big_endian_ ? ELFDATA2MSB : ELFDATA2LSB);
  text += static_cast<char>(EV_CURRENT);
  text.resize(EI_NIDENT, '\0');
  text += integer(ET_DYN, 2) + integer(wide ? EM_X86_64 : EM_386, 2) + integer(EV_CURRENT, 4);
  text += word(load_address);                                    // entry
  text += word(wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));  // program headers
  text += word(sections_at) + integer(0, 4);
  text += integer(wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr), 2);
  text += integer(wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), 2) + integer(segments, 2);
  text += integer(wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr), 2) + integer(sections, 2);
  text += integer(sections == 0 ? 0 : sections - 1, 2);
  return text;
}

std::string ElfBuilder::segment_header(const Placed& placed) const {
  const ElfPiece& piece = placed.piece;
  const std::string flags = integer(piece.segment_flags, 4);
  const std::string address = word(load_address + placed.offset);
  const std::string size = word(piece.content.size());
  return integer(piece.segment, 4) + (bits_ == 64 ? flags : "") + word(placed.offset) + address +
         address + size + size + (bits_ == 64 ? "" : flags) + word(piece.align);
}

std::string ElfBuilder::section_header(std::uint64_t name, const Placed& placed) const {
  const ElfPiece& piece = placed.piece;
  return integer(name, 4) + integer(piece.section_type, 4) + word(piece.section_flags) +
         word(load_address + placed.offset) + word(placed.offset) + word(piece.content.size()) +
         integer(0, 8) + word(piece.align) + word(0);
}

std::string ElfBuilder::bytes() const {
  std::string segments;
  std::size_t segment_count = 0;
  for (const Placed& placed : pieces_) {
    if (placed.piece.segment == PT_NULL) continue;
    segments += segment_header(placed);
    ++segment_count;
  }
  std::string names(1, '\0');
  std::string sections = section_header(0, {{.section_type = SHT_NULL, .section_flags = 0}, 0});
  std::size_t section_count = 1;
  for (const Placed& placed : pieces_) {
    if (placed.piece.section.empty()) continue;
    sections += section_header(names.size(), placed);
    names += placed.piece.section + std::string(1, '\0');
    ++section_count;
  }
  const std::uint64_t names_at = contents_begin() + contents_.size();
  sections += section_header(
      0, {{.content = names, .section_type = SHT_STRTAB, .section_flags = 0}, names_at});
  ++section_count;
  std::string text = header(has_sections_ ? names_at + names.size() : 0, segment_count,
                            has_sections_ ? section_count : 0) +
                     segments;
  text.resize(contents_begin(), '\0');
  text += contents_;
  return has_sections_ ? text + names + sections : text;
}

}  // namespace lade::sbom
