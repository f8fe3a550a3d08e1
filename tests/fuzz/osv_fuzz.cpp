// Any bytes are documents on vulnerabilities or refused; what was taken is a database that is
// whole.
#include <cstdint>
#include <string>

#include "libimage/base/error.h"
#include "sbom/vulndata/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  const std::string text(reinterpret_cast<const char*>(data), size);
  sbom::Importer importer;
  try {
    importer.add(text, "fuzz");
  } catch (const Error&) {
    return 0;
  }
  for (const std::string& provider : importer.providers()) {
    sbom::ProviderDatabase::from_bytes(importer.build(provider).records, provider)->verify();
  }
  return 0;
}
