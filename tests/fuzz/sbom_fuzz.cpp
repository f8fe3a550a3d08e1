// An SBOM of whatever form. Whatever the bytes: only lade::Error leaves the reader, what was read
// can be written in every format, and what was written is read again, to the same bytes.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "sbom/format/check.h"
#include "sbom/format/diff.h"
#include "sbom/format/merge.h"

namespace {

void write_all(const lade::sbom::Inventory& inventory) {
  using namespace lade::sbom;
  for (const std::string& name : format_names()) {
    const FormatChoice choice = parse_format(name);
    const std::string text = write_sbom(inventory, choice, {});
    if (predicate_type_of(choice.format).empty()) continue;
    const Inventory again = read_sbom(text, name).inventory;
    // what one format cannot say is gone after the first time, and nothing after the second
    const std::string second = write_sbom(again, choice, {});
    const std::string third = write_sbom(read_sbom(second, name).inventory, choice, {});
    if (second != third) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade::sbom;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const SbomDocument document = read_sbom(bytes, "input");
    write_all(document.inventory);
    check_to_text(check_sbom(document, CheckProfile::bsi));
    diff_to_text(diff(document.inventory, merge({document.inventory, document.inventory})));
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
