#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/binary/elf_file.h"

namespace lade::sbom {

struct ElfNote {
  std::string_view owner{};
  std::uint32_t type = 0;
  std::span<const std::byte> content{};
};

/// Every note of the file, from its note segments, else (object files) its note sections.
std::vector<ElfNote> read_notes(const ElfFile& file);

/// The linker's build id in hex; empty if there is none.
std::string build_id_of(std::span<const ElfNote> notes);
/// Whether Go's linker left its mark, build information or not.
bool has_go_note(std::span<const ElfNote> notes);
/// The JSON of .note.package (systemd, "Package Metadata for Executable Files").
std::optional<std::string_view> find_package_note(std::span<const ElfNote> notes);

}  // namespace lade::sbom
