// A CSAF document is read or refused, and its products lead somewhere or nowhere, but to an end.
#include <cstdint>
#include <string_view>

#include "libimage/base/error.h"
#include "sbom/vulndata/csaf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  try {
    const sbom::CsafDocument document =
        sbom::read_csaf(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    for (const auto& [id, product] : document.products) sbom::parts_of(document, id);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
