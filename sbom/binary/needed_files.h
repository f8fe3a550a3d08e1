#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/layer/merged_tree.h"
#include "sbom/binary/elf_linking.h"

namespace lade::sbom {

/// What a find's note keeps of what a file needs: text of lines, bounded as ElfLinking is.
std::string encode_linking(const ElfLinking& linking);
/// Lines that mean nothing are passed over.
ElfLinking decode_linking(std::string_view note);

/// Which files the loader would take for a program at `path`, its interpreter among them, symbolic
/// links followed: "usr/lib/x86_64-linux-gnu/libssl.so.3". Sorted; what is nowhere is left out.
/// Looks where DT_RUNPATH says ($ORIGIN understood), then in the default directories and those of
/// Debian's multiarch, in the order of ld.so(8); ld.so.conf is not read.
std::vector<std::string> needed_files(const ElfLinking& linking, std::string_view path,
                                      const MergedTree& tree);

}  // namespace lade::sbom
