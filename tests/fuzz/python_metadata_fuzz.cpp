// METADATA of a Python package, and the other files beside it. Whatever the bytes: only lade::Error
// leaves the parsers.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "sbom/language/python_metadata.h"
#include "sbom/language/python_origin.h"
#include "sbom/language/python_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto package = lade::sbom::parse_python_metadata(bytes, "3.11");
  if (package && (package->name.empty() || package->version.empty())) std::abort();
  lade::sbom::parse_python_record(bytes, "usr/lib/python3.11/site-packages");
  lade::sbom::parse_egg_requirements(bytes, "3.11");
  try {
    lade::sbom::parse_direct_url(bytes, "input");
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
