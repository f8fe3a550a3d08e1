// Any bytes can be asked what they are as a program: every cataloger of programs ends in a find, in
// none or in an error that is no defect, and what it hands out lies in the file.
#include <cstdint>
#include <functional>
#include <string_view>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/elf_notes.h"
#include "sbom/binary/needed_files.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::sbom;

void require_inside(std::span<const std::byte> part, std::span<const std::byte> whole) {
  if (part.empty()) return;
  const std::less_equal<> before;
  require(before(whole.data(), part.data()));
  require(before(part.data() + part.size(), whole.data() + whole.size()));
}

void read_structure(std::span<const std::byte> bytes) {
  const auto file = ElfFile::parse(bytes);
  if (!file) return;
  for (const ElfSection& section : file->sections()) require_inside(file->content(section), bytes);
  for (const ElfSegment& segment : file->segments()) require_inside(file->content(segment), bytes);
  for (const ElfNote& note : read_notes(*file)) require_inside(note.content, bytes);
  const ElfLinking linking = read_linking(*file);
  require(decode_linking(encode_linking(linking)).needed.size() <= linking.needed.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  read_structure(bytes);
  Catalogers list;
  add_binary_catalogers(list);
  for (const auto& cataloger : list) {
    for (const std::string_view path :
         {"bin/python3.11", "bin/nginx", "bin/redis-server", "lib/libsqlite3.so.0", "bin/mariadbd",
          "opt/java/release", "go/VERSION", "lib/ruby/3.1.0/rbconfig.rb"}) {
      without_defect(
          [&] { cataloger->read({.path = path, .size_bytes = size, .content = bytes}); });
    }
  }
  return 0;
}
