// Vector strings: section 2.4 of the guide to 2.0, section 6 of 3.0 and 3.1, section 7 of 4.0.
// Metrics stand between slashes as name:value. In 2.0 and 4.0 they have to be in the order of the
// specification, in 3.x in any; everywhere each is there once at most and all base metrics are.
#include "sbom/vuln/cvss_vector.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

// the longest of 4.0 has not half of it
constexpr std::size_t max_vector_bytes = 512;

constexpr std::array<std::pair<std::string_view, CvssVersion>, 3> cvss_prefixes{
    {{"CVSS:3.0/", CvssVersion::v3_0},
     {"CVSS:3.1/", CvssVersion::v3_1},
     {"CVSS:4.0/", CvssVersion::v4_0}}};

bool has_free_order(CvssVersion version) {
  return version == CvssVersion::v3_0 || version == CvssVersion::v3_1;
}

}  // namespace

CvssVector::CvssVector(CvssVersion version)
    : version_(version), values_(cvss_metrics(version).size()) {}

CvssVector CvssVector::parse(std::string_view text) {
  if (text.size() > max_vector_bytes) {
    fail(ErrorKind::invalid, "a CVSS vector of {} bytes: wanted at most {}", text.size(),
         max_vector_bytes);
  }
  CvssVersion version = CvssVersion::v2_0;
  std::string_view metrics = text;
  for (const auto& [prefix, version_of_prefix] : cvss_prefixes) {
    if (!text.starts_with(prefix)) continue;
    version = version_of_prefix;
    metrics.remove_prefix(prefix.size());
  }
  if (metrics.starts_with("CVSS:")) {
    fail(ErrorKind::invalid, "CVSS vector \"{}\": wanted version 2.0, 3.0, 3.1 or 4.0",
         printable(text));
  }
  CvssVector vector(version);
  vector.read(metrics, text);
  return vector;
}

void CvssVector::read(std::string_view metrics, std::string_view whole) {
  const auto known = cvss_metrics(version_);
  std::size_t place = 0;
  for (const std::string& part : split(metrics, '/')) {
    const auto colon = part.find(':');
    const std::string name = part.substr(0, colon);
    const auto* metric = std::find_if(known.data(), known.data() + known.size(),
                                      [&](const CvssMetric& one) { return one.name == name; });
    const auto at = static_cast<std::size_t>(metric - known.data());
    if (colon == std::string::npos || at == known.size() ||
        !metric->has_value(std::string_view(part).substr(colon + 1))) {
      fail(ErrorKind::invalid, "CVSS vector \"{}\": \"{}\" is no metric of version {}",
           printable(whole), printable(part), lade::sbom::to_string(version_));
    }
    if (!values_[at].empty()) {
      fail(ErrorKind::invalid, "CVSS vector \"{}\": {} is there twice", printable(whole), name);
    }
    if (at < place && !has_free_order(version_)) {
      fail(ErrorKind::invalid, "CVSS vector \"{}\": {} has to be before {}", printable(whole), name,
           known[place].name);
    }
    place = at;
    values_[at] = part.substr(colon + 1);
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!values_[i].empty()) continue;
    if (known[i].group == CvssGroup::base) {
      fail(ErrorKind::invalid, "CVSS vector \"{}\": {} is missing", printable(whole),
           known[i].name);
    }
    values_[i] = known[i].first_value();
  }
}

std::string_view CvssVector::value(std::string_view metric) const {
  const auto known = cvss_metrics(version_);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].name == metric) return values_[i];
  }
  fail(ErrorKind::internal, "CVSS {} has no metric {}", lade::sbom::to_string(version_), metric);
}

bool CvssVector::has(CvssGroup group) const {
  const auto known = cvss_metrics(version_);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].group != group) continue;
    if (group == CvssGroup::base || values_[i] != known[i].first_value()) return true;
  }
  return false;
}

std::string CvssVector::to_string() const {
  std::string text;
  if (version_ != CvssVersion::v2_0) text = fmt::format("CVSS:{}", lade::sbom::to_string(version_));
  const auto known = cvss_metrics(version_);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].group != CvssGroup::base && values_[i] == known[i].first_value()) continue;
    text += fmt::format("{}{}:{}", text.empty() ? "" : "/", known[i].name, values_[i]);
  }
  return text;
}

}  // namespace lade::sbom
