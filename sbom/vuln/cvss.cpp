#include "sbom/vuln/cvss.h"

#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/vuln/cvss_equations.h"

namespace lade::sbom {

CvssScores score(const CvssVector& vector) {
  switch (vector.version()) {
    case CvssVersion::v2_0:
      return score_cvss2(vector);
    case CvssVersion::v3_0:
    case CvssVersion::v3_1:
      return score_cvss3(vector);
    case CvssVersion::v4_0:
      break;
  }
  return score_cvss4(vector);
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::none:
      return "none";
    case Severity::low:
      return "low";
    case Severity::medium:
      return "medium";
    case Severity::high:
      return "high";
    case Severity::critical:
      return "critical";
  }
  fail(ErrorKind::internal, "no word for severity {}", static_cast<int>(severity));
}

std::optional<Severity> find_severity(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Severity>, 10> words{
      {{"none", Severity::none},
       {"negligible", Severity::low},
       {"unimportant", Severity::low},
       {"untriaged", Severity::low},
       {"low", Severity::low},
       {"medium", Severity::medium},
       {"moderate", Severity::medium},
       {"high", Severity::high},
       {"important", Severity::high},
       {"critical", Severity::critical}}};
  const std::string wanted = to_lower(word);
  for (const auto& [known, severity] : words) {
    if (known == wanted) return severity;
  }
  return std::nullopt;
}

Severity severity_of(CvssVersion version, double score) {
  const bool is_old = version == CvssVersion::v2_0;
  if (score < 0.05) return is_old ? Severity::low : Severity::none;
  if (score < 3.95) return Severity::low;
  if (score < 6.95) return Severity::medium;
  if (score < 8.95 || is_old) return Severity::high;
  return Severity::critical;
}

}  // namespace lade::sbom
