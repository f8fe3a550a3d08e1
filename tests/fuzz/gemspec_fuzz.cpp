// A specification of a gem. Whatever the bytes: no error, and a package has a name and a version.
#include <cstdint>
#include <cstdlib>

#include "sbom/language/gemspec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto package = lade::sbom::parse_gemspec(bytes);
  if (package && (package->name.empty() || package->version.empty())) std::abort();
  return 0;
}
