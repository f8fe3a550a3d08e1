// Three versions on a line each, and their scheme in the first byte. Whatever they are: every order
// is its own reverse, reflexive and transitive, and ranges can be asked.
#include <cstdint>
#include <string_view>

#include "sbom/version/affected.h"
#include "sbom/version/ecosystem.h"
#include "tests/fuzz/defect.h"

namespace {

using lade::require;
using lade::sbom::VersionScheme;

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void check(VersionScheme scheme, std::string_view a, std::string_view b, std::string_view c) {
  const auto ab = compare_versions(scheme, a, b);
  const auto bc = compare_versions(scheme, b, c);
  const auto ac = compare_versions(scheme, a, c);
  require(compare_versions(scheme, a, a) == 0);
  require(compare_versions(scheme, b, a) == (0 <=> ab));
  if (scheme == VersionScheme::maven) return;  // whose order is not everywhere transitive
  if (ab <= 0 && bc <= 0) require(ac <= 0);
  if (ab >= 0 && bc >= 0) require(ac >= 0);
  if (ab == 0 && bc == 0) require(ac == 0);
}

void check_range(VersionScheme scheme, std::string_view a, std::string_view b, std::string_view c) {
  using lade::sbom::VersionEvent;
  const lade::sbom::AffectedRange range(scheme, {{VersionEvent::Kind::introduced, std::string(a)},
                                                 {VersionEvent::Kind::fixed, std::string(b)}});
  // inside is neither before the start nor at the end
  if (a != "0" && range.contains(c)) {
    require(compare_versions(scheme, a, c) <= 0);
    require(compare_versions(scheme, b, c) != 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr unsigned schemes = static_cast<unsigned>(VersionScheme::hackage) + 1;
  const auto scheme = static_cast<VersionScheme>(data[0] % schemes);
  std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string_view a = take_line(rest);
  const std::string_view b = take_line(rest);
  lade::sbom::find_version_scheme(rest);
  check(scheme, a, b, rest);
  check_range(scheme, a, b, rest);
  return 0;
}
