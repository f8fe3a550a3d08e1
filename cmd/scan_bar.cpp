#include "cmd/scan_bar.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

std::optional<double> find_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Bar Bar::parse(std::string_view word) {
  Bar bar;
  for (const std::string& part : split(word, '+')) {
    constexpr std::string_view risk_word = "risk=";
    const auto severity = sbom::find_severity(part);
    const auto risk = part.starts_with(risk_word)
                          ? find_number(std::string_view(part).substr(risk_word.size()))
                          : std::nullopt;
    if (part == "fixable") {
      bar.fixable = true;
    } else if (part == "unknown") {
      bar.unknown = true;
    } else if (part == "kev") {
      bar.kev = true;
    } else if (risk) {
      bar.risk = risk;
    } else if (severity) {
      bar.least = severity;
    } else {
      fail(ErrorKind::invalid,
           "--fail-on wants low, medium, high, critical or unknown, fixable, kev, or risk=NUMBER "
           "(0 to 100), with + between what must hold together, not \"{}\"",
           printable(part));
    }
  }
  return bar;
}

bool Bar::is_reached(const sbom::Finding& finding, const sbom::Rating& rating) const {
  if (fixable && finding.fixed_in.empty()) return false;
  if (kev && !finding.kev) return false;
  if (risk && rating.risk < *risk) return false;
  if (unknown && rating.severity) return false;
  return !least || (rating.severity && *rating.severity >= *least);
}

bool is_over(const ScanReport& report, const std::vector<Bar>& bars) {
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    const sbom::Finding& finding = report.matches.findings[i];
    if (!counts(finding)) continue;
    const bool reached = std::any_of(bars.begin(), bars.end(), [&](const Bar& bar) {
      return bar.is_reached(finding, report.ratings[i]);
    });
    if (reached) return true;
  }
  return false;
}

}  // namespace lade::cmd
