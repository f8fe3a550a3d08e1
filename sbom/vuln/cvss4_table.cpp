// The facts of CVSS 4.0: the scores that experts gave to macrovectors (section 8.3, "lookup"), the
// highest severity vectors and the depths of their classes (tables 24 to 30 of the specification).
#include "sbom/vuln/cvss4_table.h"

#include <cstdint>

namespace lade::sbom {
namespace {

// a row for EQ1, EQ2 and EQ3; in it EQ4, EQ5 and EQ6, the last fastest; in tenths, 0 for none
constexpr std::array<std::uint8_t, 324> macro_scores{
    // clang-format off
    100, 99, 98, 95, 95, 92, 100, 96, 93, 87, 91, 81, 93, 90, 89, 80, 81, 68,  // 000
    98, 95, 95, 92, 90, 84, 93, 92, 89, 81, 81, 65, 88, 80, 78, 70, 69, 48,  // 001
    0, 92, 0, 82, 0, 72, 0, 79, 0, 69, 0, 50, 0, 69, 0, 55, 0, 27,  // 002
    99, 97, 95, 92, 92, 85, 95, 91, 90, 83, 84, 71, 92, 81, 82, 71, 72, 53,  // 010
    95, 93, 92, 85, 85, 73, 92, 82, 80, 72, 70, 59, 84, 70, 71, 52, 50, 30,  // 011
    0, 86, 0, 75, 0, 52, 0, 71, 0, 52, 0, 29, 0, 63, 0, 29, 0, 17,  // 012
    98, 95, 94, 87, 91, 81, 94, 89, 86, 74, 77, 64, 87, 75, 74, 63, 63, 49,  // 100
    94, 89, 88, 77, 76, 67, 86, 76, 74, 58, 59, 50, 72, 57, 57, 52, 52, 25,  // 101
    0, 83, 0, 70, 0, 54, 0, 65, 0, 58, 0, 26, 0, 53, 0, 21, 0, 13,  // 102
    95, 90, 88, 76, 76, 70, 90, 77, 75, 62, 61, 53, 77, 66, 68, 59, 52, 30,  // 110
    89, 78, 76, 67, 62, 58, 74, 59, 57, 57, 47, 23, 61, 52, 57, 29, 24, 16,  // 111
    0, 71, 0, 59, 0, 30, 0, 58, 0, 26, 0, 15, 0, 23, 0, 13, 0, 6,  // 112
    93, 87, 86, 72, 75, 58, 86, 74, 74, 61, 56, 34, 70, 54, 52, 40, 40, 22,  // 200
    85, 75, 74, 55, 62, 51, 72, 57, 55, 41, 46, 19, 53, 36, 34, 19, 19, 8,  // 201
    0, 64, 0, 51, 0, 20, 0, 47, 0, 21, 0, 11, 0, 24, 0, 9, 0, 4,  // 202
    88, 75, 73, 53, 60, 50, 73, 55, 59, 40, 41, 20, 54, 43, 45, 22, 20, 11,  // 210
    75, 55, 58, 45, 40, 21, 61, 51, 48, 18, 20, 9, 46, 18, 17, 7, 8, 2,  // 211
    0, 53, 0, 24, 0, 14, 0, 24, 0, 12, 0, 5, 0, 10, 0, 3, 0, 1,  // 212
    // clang-format on
};

constexpr std::array<std::string_view, 3> eq1_metrics{"AV", "PR", "UI"};
constexpr std::array<std::string_view, 2> eq2_metrics{"AC", "AT"};
constexpr std::array<std::string_view, 6> eq3_metrics{"VC", "VI", "VA", "CR", "IR", "AR"};
constexpr std::array<std::string_view, 3> eq4_metrics{"SC", "SI", "SA"};

constexpr std::array<std::string_view, 1> eq1_level0{"000"};
constexpr std::array<std::string_view, 3> eq1_level1{"100", "010", "001"};
constexpr std::array<std::string_view, 2> eq1_level2{"300", "111"};
constexpr std::array<std::string_view, 1> eq2_level0{"00"};
constexpr std::array<std::string_view, 2> eq2_level1{"10", "01"};
constexpr std::array<std::string_view, 1> eq3_level00{"000000"};
constexpr std::array<std::string_view, 2> eq3_level01{"001110", "000111"};
constexpr std::array<std::string_view, 2> eq3_level10{"100000", "010000"};
constexpr std::array<std::string_view, 5> eq3_level11{"101010", "100011", "010101", "011100",
                                                      "110001"};
constexpr std::array<std::string_view, 1> eq3_level21{"111000"};
constexpr std::array<std::string_view, 1> eq4_level0{"100"};
constexpr std::array<std::string_view, 1> eq4_level1{"111"};
constexpr std::array<std::string_view, 1> eq4_level2{"222"};

constexpr std::array<EquivalenceClass, 3> eq1{
    {{eq1_metrics, eq1_level0, 1}, {eq1_metrics, eq1_level1, 4}, {eq1_metrics, eq1_level2, 5}}};
constexpr std::array<EquivalenceClass, 2> eq2{
    {{eq2_metrics, eq2_level0, 1}, {eq2_metrics, eq2_level1, 2}}};
// by EQ3, then EQ6; the last but one does not exist
constexpr std::array<EquivalenceClass, 6> eq3{{{eq3_metrics, eq3_level00, 7},
                                               {eq3_metrics, eq3_level01, 6},
                                               {eq3_metrics, eq3_level10, 8},
                                               {eq3_metrics, eq3_level11, 8},
                                               {eq3_metrics, {}, 0},
                                               {eq3_metrics, eq3_level21, 10}}};
constexpr std::array<EquivalenceClass, 3> eq4{
    {{eq4_metrics, eq4_level0, 6}, {eq4_metrics, eq4_level1, 5}, {eq4_metrics, eq4_level2, 4}}};

}  // namespace

std::optional<int> find_macro_score(const MacroVector& macro) {
  constexpr MacroVector levels{3, 2, 3, 3, 3, 2};
  std::size_t at = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (macro[i] >= levels[i]) return std::nullopt;
    at = at * levels[i] + macro[i];
  }
  if (macro_scores[at] == 0) return std::nullopt;
  return macro_scores[at];
}

std::array<EquivalenceClass, class_count> classes_of(const MacroVector& macro) {
  return {eq1.at(macro[0]), eq2.at(macro[1]), eq3.at(macro[2] * 2 + macro[5]), eq4.at(macro[3])};
}

}  // namespace lade::sbom
