// R (package_version): whole numbers between dots or hyphens, which are the same. Compared from
// left to right; who has more is later.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

bool is_cran_version(std::string_view text) {
  bool between = true;
  for (const char c : text) {
    const bool digit = is_digit(c);
    if (!digit && (between || (c != '.' && c != '-'))) return false;
    between = !digit;
  }
  return !between;
}

std::weak_ordering compare_cran(std::string_view a, std::string_view b) {
  const bool valid_a = is_cran_version(a);
  const bool valid_b = is_cran_version(b);
  if (valid_a != valid_b) return valid_a <=> valid_b;
  if (!valid_a) return a <=> b;
  while (!a.empty() && !b.empty()) {
    const auto order = compare_numbers(take_part(a, ".-"), take_part(b, ".-"));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

}  // namespace

const VersionOrder cran_order{compare_cran, is_cran_version};

}  // namespace lade::sbom
