// Any bytes may stand where Go's build information does, and be its text. The bytes are tried as
// the data of a program, and as the list of modules itself.
#include <elf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/go_build_info.h"
#include "sbom/binary/go_modules.h"
#include "sbom/binary/go_version.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::sbom;

/// A program without sections whose only segment, writable, is these bytes.
std::string program_of(std::string_view data) {
  constexpr std::uint64_t begin = 128;
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_W;
  segment.p_offset = begin;
  segment.p_vaddr = begin;
  segment.p_filesz = data.size();
  std::string bytes(begin, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, &segment, sizeof segment);
  return bytes.append(data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string program = program_of(text);
  without_defect([&] {
    make_go_cataloger()->read({.path = "x", .size_bytes = size, .content = as_bytes(program)});
  });
  const GoModules modules = parse_go_modules(text);
  main_version(modules);
  stdlib_version(text);
  unquote_go(text);
  return 0;
}
