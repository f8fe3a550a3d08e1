#include "sbom/binary/elf_linking.h"

#include <elf.h>

#include <optional>

#include "libimage/base/text.h"

// The dynamic section (gABI, "Dynamic Section") is an array of tag and value; strings are offsets
// in a table at the address that DT_STRTAB gives. It is found by its segment, which no strip
// removes.
namespace lade::sbom {
namespace {

constexpr std::size_t most_runpaths = 32;

constexpr std::size_t dynamic_entry_limit = 4096;
constexpr std::size_t dynamic_string_limit = 4096;
/// So that many entries of one long string do not multiply it.
constexpr std::size_t needed_limit = 256;
constexpr std::size_t library_name_limit = 256;

struct DynamicEntry {
  std::uint64_t tag = 0;
  std::uint64_t value = 0;
};

std::vector<DynamicEntry> dynamic_entries(const ElfFile& file, const ElfSegment& segment) {
  const EndianView view = file.view_of(file.content(segment));
  const std::uint64_t width = file.is_64bit() ? 8 : 4;
  const auto word = [&](std::uint64_t offset) -> std::optional<std::uint64_t> {
    if (file.is_64bit()) return view.find<std::uint64_t>(offset);
    return view.find<std::uint32_t>(offset);
  };
  std::vector<DynamicEntry> entries;
  for (std::uint64_t at = 0; entries.size() < dynamic_entry_limit; at += 2 * width) {
    const auto tag = word(at);
    const auto value = word(at + width);
    if (!tag || !value || *tag == DT_NULL) break;
    entries.push_back({*tag, *value});
  }
  return entries;
}

void read_dynamic(const ElfFile& file, const ElfSegment& segment, ElfLinking& linking) {
  const std::vector<DynamicEntry> entries = dynamic_entries(file, segment);
  std::span<const std::byte> strings;
  for (const DynamicEntry& entry : entries) {
    if (entry.tag == DT_STRTAB) strings = file.at_address(entry.value);
  }
  std::string rpath;
  std::string runpath;
  for (const DynamicEntry& entry : entries) {
    if (entry.tag != DT_NEEDED && entry.tag != DT_SONAME && entry.tag != DT_RPATH &&
        entry.tag != DT_RUNPATH) {
      continue;
    }
    const bool is_path = entry.tag == DT_RPATH || entry.tag == DT_RUNPATH;
    const auto text =
        find_c_string(strings, entry.value, is_path ? dynamic_string_limit : library_name_limit);
    if (!text || text->empty()) continue;
    if (entry.tag == DT_NEEDED && linking.needed.size() < needed_limit) {
      linking.needed.emplace_back(*text);
    }
    if (entry.tag == DT_SONAME) linking.soname = *text;
    if (entry.tag == DT_RPATH) rpath = *text;
    if (entry.tag == DT_RUNPATH) runpath = *text;
  }
  const std::string& path = runpath.empty() ? rpath : runpath;
  if (!path.empty()) linking.runpath = split(path, ':');
  if (linking.runpath.size() > most_runpaths) linking.runpath.resize(most_runpaths);
}

}  // namespace

ElfLinking read_linking(const ElfFile& file) {
  ElfLinking linking;
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type == PT_DYNAMIC) {
      read_dynamic(file, segment, linking);
      break;
    }
  }
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type != PT_INTERP) continue;
    linking.interpreter =
        find_c_string(file.content(segment), 0, dynamic_string_limit).value_or(std::string_view{});
    break;
  }
  return linking;
}

}  // namespace lade::sbom
