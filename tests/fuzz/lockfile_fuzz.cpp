// Lock files of every kind; the first byte says which. Whatever the bytes: only lade::Error leaves
// the parsers, and needs are between packages that are there.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "sbom/language/lockfile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade::sbom;
  constexpr std::array parsers{parse_npm_lock,      parse_yarn_lock,        parse_pnpm_lock,
                               parse_requirements,  parse_pipfile_lock,     parse_python_lock,
                               parse_cargo_lock,    parse_go_mod,           parse_gemfile_lock,
                               parse_composer_lock, parse_pom_dependencies, parse_gradle_lock,
                               parse_nuget_lock,    parse_pubspec_lock,     parse_mix_lock};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const LockedPackages locked = parsers[data[0] % parsers.size()](text, "input");
    for (const Package& package : locked.packages) {
      if (package.name.empty() || package.version.empty()) std::abort();
    }
    for (const auto& [from, to] : locked.needs) {
      if (from >= locked.packages.size() || to >= locked.packages.size()) std::abort();
    }
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
