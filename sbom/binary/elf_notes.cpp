#include "sbom/binary/elf_notes.h"

#include <elf.h>

#include <algorithm>

#include "libimage/base/fd.h"
#include "libimage/base/text.h"

// A note (gABI, "Note Section") is three words (length of the owner's name, length of the contents,
// type), then both, each padded: to 4 bytes, in segments aligned to 8 to 8.
namespace lade::sbom {
namespace {

constexpr std::size_t note_limit = 1024;
constexpr std::uint32_t go_build_id_type = 4;
constexpr std::uint32_t package_note_type = 0xcafe1a7e;

std::uint64_t padded(std::uint64_t size_bytes, std::uint64_t align) {
  return (size_bytes + align - 1) / align * align;
}

void read_notes_in(const ElfFile& file, std::span<const std::byte> bytes, std::uint64_t align,
                   std::vector<ElfNote>& notes) {
  const EndianView view = file.view_of(bytes);
  for (std::uint64_t at = 0; notes.size() < note_limit;) {
    const auto name_bytes = view.find<std::uint32_t>(at);
    const auto content_bytes = view.find<std::uint32_t>(at + 4);
    const auto type = view.find<std::uint32_t>(at + 8);
    if (!name_bytes || !content_bytes || !type) return;
    const std::uint64_t content_at = padded(at + 12 + *name_bytes, align);
    const auto name = view.slice(at + 12, *name_bytes);
    const auto content = view.slice(content_at, *content_bytes);
    if (!name || !content) return;
    const std::string_view owner = as_text(*name);
    notes.push_back(
        {.owner = owner.substr(0, owner.find('\0')), .type = *type, .content = *content});
    at = padded(content_at + *content_bytes, align);
  }
}

const ElfNote* find_note(std::span<const ElfNote> notes, std::string_view owner,
                         std::uint32_t type) {
  const auto found = std::find_if(notes.begin(), notes.end(), [&](const ElfNote& note) {
    return note.owner == owner && note.type == type;
  });
  return found == notes.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ElfNote> read_notes(const ElfFile& file) {
  std::vector<ElfNote> notes;
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type != PT_NOTE) continue;
    read_notes_in(file, file.content(segment), segment.align == 8 ? 8 : 4, notes);
  }
  if (!notes.empty()) return notes;
  for (const ElfSection& section : file.sections()) {
    if (section.type == SHT_NOTE) read_notes_in(file, file.content(section), 4, notes);
  }
  return notes;
}

std::string build_id_of(std::span<const ElfNote> notes) {
  const ElfNote* note = find_note(notes, "GNU", NT_GNU_BUILD_ID);
  constexpr std::size_t longest = 64;
  return note == nullptr || note->content.size() > longest ? std::string{} : to_hex(note->content);
}

bool has_go_note(std::span<const ElfNote> notes) {
  return find_note(notes, "Go", go_build_id_type) != nullptr;
}

std::optional<std::string_view> find_package_note(std::span<const ElfNote> notes) {
  const ElfNote* note = find_note(notes, "FDO", package_note_type);
  if (note == nullptr) return std::nullopt;
  const std::string_view text = as_text(note->content);
  return text.substr(0, text.find('\0'));
}

}  // namespace lade::sbom
