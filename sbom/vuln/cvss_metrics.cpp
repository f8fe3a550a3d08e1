#include "sbom/vuln/cvss_metrics.h"

#include <array>

#include "libimage/base/error.h"

namespace lade::sbom {
// a namespace of its own, that the short names of groups stay in
namespace cvss_tables {
namespace {

using enum CvssGroup;

// "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", section 2
constexpr std::array<CvssMetric, 14> cvss2_metrics{{{"AV", "L A N", base},
                                                    {"AC", "H M L", base},
                                                    {"Au", "M S N", base},
                                                    {"C", "N P C", base},
                                                    {"I", "N P C", base},
                                                    {"A", "N P C", base},
                                                    {"E", "ND U POC F H", temporal},
                                                    {"RL", "ND OF TF W U", temporal},
                                                    {"RC", "ND UC UR C", temporal},
                                                    {"CDP", "ND N L LM MH H", environmental},
                                                    {"TD", "ND N L M H", environmental},
                                                    {"CR", "ND L M H", environmental},
                                                    {"IR", "ND L M H", environmental},
                                                    {"AR", "ND L M H", environmental}}};

// specification documents of 3.0 and 3.1, table 15
constexpr std::array<CvssMetric, 22> cvss3_metrics{{{"AV", "N A L P", base},
                                                    {"AC", "L H", base},
                                                    {"PR", "N L H", base},
                                                    {"UI", "N R", base},
                                                    {"S", "U C", base},
                                                    {"C", "H L N", base},
                                                    {"I", "H L N", base},
                                                    {"A", "H L N", base},
                                                    {"E", "X H F P U", temporal},
                                                    {"RL", "X U W T O", temporal},
                                                    {"RC", "X C R U", temporal},
                                                    {"CR", "X H M L", environmental},
                                                    {"IR", "X H M L", environmental},
                                                    {"AR", "X H M L", environmental},
                                                    {"MAV", "X N A L P", environmental},
                                                    {"MAC", "X L H", environmental},
                                                    {"MPR", "X N L H", environmental},
                                                    {"MUI", "X N R", environmental},
                                                    {"MS", "X U C", environmental},
                                                    {"MC", "X N L H", environmental},
                                                    {"MI", "X N L H", environmental},
                                                    {"MA", "X N L H", environmental}}};

// specification document of 4.0, table 23
constexpr std::array<CvssMetric, 32> cvss4_metrics{
    {{"AV", "N A L P", base},
     {"AC", "L H", base},
     {"AT", "N P", base},
     {"PR", "N L H", base},
     {"UI", "N P A", base},
     {"VC", "H L N", base},
     {"VI", "H L N", base},
     {"VA", "H L N", base},
     {"SC", "H L N", base},
     {"SI", "H L N", base},
     {"SA", "H L N", base},
     {"E", "X A P U", temporal},
     {"CR", "X H M L", environmental},
     {"IR", "X H M L", environmental},
     {"AR", "X H M L", environmental},
     {"MAV", "X N A L P", environmental},
     {"MAC", "X L H", environmental},
     {"MAT", "X N P", environmental},
     {"MPR", "X N L H", environmental},
     {"MUI", "X N P A", environmental},
     {"MVC", "X H L N", environmental},
     {"MVI", "X H L N", environmental},
     {"MVA", "X H L N", environmental},
     {"MSC", "X H L N", environmental},
     {"MSI", "X S H L N", environmental},
     {"MSA", "X S H L N", environmental},
     {"S", "X N P", supplemental},
     {"AU", "X N Y", supplemental},
     {"R", "X A U I", supplemental},
     {"V", "X D C", supplemental},
     {"RE", "X L M H", supplemental},
     {"U", "X Clear Green Amber Red", supplemental}}};

}  // namespace
}  // namespace cvss_tables

std::string_view to_string(CvssVersion version) {
  switch (version) {
    case CvssVersion::v2_0:
      return "2.0";
    case CvssVersion::v3_0:
      return "3.0";
    case CvssVersion::v3_1:
      return "3.1";
    case CvssVersion::v4_0:
      return "4.0";
  }
  fail(ErrorKind::internal, "no name for CVSS version {}", static_cast<int>(version));
}

bool CvssMetric::has_value(std::string_view value) const {
  for (std::string_view rest = values; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == value) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::span<const CvssMetric> cvss_metrics(CvssVersion version) {
  switch (version) {
    case CvssVersion::v2_0:
      return cvss_tables::cvss2_metrics;
    case CvssVersion::v3_0:
    case CvssVersion::v3_1:
      return cvss_tables::cvss3_metrics;
    case CvssVersion::v4_0:
      break;
  }
  return cvss_tables::cvss4_metrics;
}

}  // namespace lade::sbom
