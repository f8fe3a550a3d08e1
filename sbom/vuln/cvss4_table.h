#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace lade::sbom {

/// The levels of the six equivalence classes (EQ1 to EQ6), 0 being the severest.
using MacroVector = std::array<std::size_t, 6>;

/// In tenths; nothing for a macrovector that does not exist.
std::optional<int> find_macro_score(const MacroVector& macro);

/// The metrics that a class is about, in the order of its highest vectors. EQ3 and EQ6 go together:
/// their metrics are those of EQ3.
inline constexpr std::size_t class_count = 4;

struct EquivalenceClass {
  std::span<const std::string_view> metrics;
  /// Each a digit for each metric: how far its value is from the severest.
  std::span<const std::string_view> highest;
  int depth = 0;  ///< of the macrovector in this class, in steps of a metric
};

/// Classes EQ1, EQ2, EQ3 with EQ6, EQ4, of a macrovector that exists. EQ5 has no depth.
std::array<EquivalenceClass, class_count> classes_of(const MacroVector& macro);

}  // namespace lade::sbom
