// An archive of Java's. Whatever the bytes: only lade::Error leaves the reader, and every package
// has a name and a parent before itself.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "libimage/base/error.h"
#include "sbom/language/java_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lade::sbom::Find find{.path = "a.jar"};
  try {
    lade::sbom::read_java_archive(std::as_bytes(std::span(data, size)), "a.jar", find);
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  for (std::size_t i = 0; i < find.packages.size(); ++i) {
    if (find.packages[i].package.name.empty()) std::abort();
    if (find.packages[i].parent >= static_cast<std::int32_t>(i)) std::abort();
  }
  return 0;
}
