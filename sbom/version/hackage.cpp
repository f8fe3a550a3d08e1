// Haskell (pvp.haskell.org): whole numbers between dots, compared as lists are, so that 1.0 is
// before 1.0.0.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

bool is_hackage_version(std::string_view text) {
  return are_identifiers(text) && all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

std::weak_ordering compare_hackage(std::string_view a, std::string_view b) {
  const bool valid_a = is_hackage_version(a);
  const bool valid_b = is_hackage_version(b);
  if (valid_a != valid_b) return valid_a <=> valid_b;
  if (!valid_a) return a <=> b;
  while (!a.empty() && !b.empty()) {
    const auto order = compare_numbers(take_part(a, "."), take_part(b, "."));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

}  // namespace

const VersionOrder hackage_order{compare_hackage, is_hackage_version};

}  // namespace lade::sbom
