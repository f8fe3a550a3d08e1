#pragma once

#include <string>
#include <vector>

#include "sbom/binary/elf_file.h"

namespace lade::sbom {

/// What a program or library wants from the dynamic loader.
struct ElfLinking {
  std::string interpreter{};           ///< PT_INTERP
  std::string soname{};                ///< DT_SONAME
  std::vector<std::string> needed{};   ///< DT_NEEDED, in order
  std::vector<std::string> runpath{};  ///< DT_RUNPATH, else DT_RPATH, split at ":"

  bool operator==(const ElfLinking&) const = default;
};

/// Reads the dynamic section. Entries whose strings are not in the file are left out.
ElfLinking read_linking(const ElfFile& file);

}  // namespace lade::sbom
