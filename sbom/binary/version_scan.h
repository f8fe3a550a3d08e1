#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/binary/elf_file.h"
#include "sbom/binary/version_rules.h"

namespace lade::sbom {

/// The parts of a program that hold its texts: sections that are loaded and are no code; without a
/// section table the segments that are loaded. At most 512 MiB together.
std::vector<std::string_view> text_regions(const ElfFile& file);

/// The version that a program called `name` tells by the rule: nothing if it does not, or if it
/// tells several.
std::optional<std::string> find_program_version(const VersionRule& rule, std::string_view name,
                                                const std::vector<std::string_view>& regions);

}  // namespace lade::sbom
