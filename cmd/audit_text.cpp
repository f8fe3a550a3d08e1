#include <algorithm>

#include "cmd/audit_output.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using sbom::AuditFinding;
using sbom::AuditResult;
using sbom::AuditSeverity;
using sbom::AuditState;

/// Of one check; the rest is counted.
constexpr std::size_t shown_findings = 8;
constexpr std::size_t cause_limit_bytes = 90;

class TextWriter {
 public:
  TextWriter(const AuditView& view, bool colors) : view_(view), colors_(colors) {}

  std::string write() {
    const Image& image = *view_.subject.image;
    text_ = fmt::format("{}\n{}  {}  profile {}\n", bold(printable(view_.subject.name)),
                        image.raw.digest.str(), image.config.platform.str(),
                        printable(view_.profile.name));
    const AuditResult* previous = nullptr;
    for (const AuditResult& result : view_.report.results) {
      if (result.count == 0) continue;
      if (previous == nullptr || previous->severity != result.severity) add_heading(result);
      previous = &result;
      add_result(result);
    }
    add_rest();
    return std::move(text_);
  }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    return colors_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  std::string bold(std::string_view text) const { return paint("1", text); }

  void add_heading(const AuditResult& result) {
    constexpr std::string_view codes[] = {"36", "34", "33", "31", "1;31"};
    std::string word(to_string(result.severity));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    text_ += "\n" + paint(codes[static_cast<std::size_t>(result.severity)], word) + "\n";
  }

  void add_result(const AuditResult& result) {
    text_ += fmt::format("  {} {}  {}\n", result.state == AuditState::fail ? "x" : "*",
                         bold(result.check->id), result.check->title);
    std::size_t shown = 0;
    std::string told;
    for (const AuditFinding& finding : result.findings) {
      if (finding.accepted) continue;
      if (shown++ == shown_findings) break;
      text_ += fmt::format("      {}: {}\n", finding_place(finding), printable(finding.detail));
      std::string cause = cause_line(finding.cause);
      if (cause.empty() || cause == told) continue;  // the same instruction made all of them
      text_ += fmt::format("        by {}\n", cause);
      told = std::move(cause);
    }
    if (result.count > shown_findings) {
      text_ += fmt::format("      and {} more\n", result.count - shown_findings);
    }
    text_ += fmt::format("      -> {}\n", result.check->remedy);
  }

  void add_rest() {
    const auto& results = view_.report.results;
    for (const AuditResult& result : results) {
      for (const AuditFinding& finding : result.findings) {
        if (!finding.accepted) continue;
        accepted_ += fmt::format("  {}  {}: {}\n", result.check->id, finding_place(finding),
                                 printable(*finding.accepted));
      }
      if (result.state == AuditState::skip) {
        skipped_ += fmt::format("  {}  {}\n", result.check->id, printable(result.reason));
      }
    }
    if (!accepted_.empty()) text_ += "\n" + bold("Accepted") + "\n" + accepted_;
    if (!skipped_.empty()) text_ += "\n" + bold("Not looked at") + "\n" + skipped_;
    for (const std::string& remark : view_.report.remarks) {
      text_ += "\n" + printable(remark) + "\n";
    }
    const auto passed = std::count_if(results.begin(), results.end(), [](const AuditResult& one) {
      return one.state == AuditState::pass;
    });
    text_ += fmt::format("\n{}; {} of {} checks passed: {}\n", count_severities(view_.report),
                         passed, results.size(), verdict());
  }

  std::string verdict() const {
    if (!view_.profile.fail_on) return "nothing fails the image";
    const std::string_view bar = to_string(*view_.profile.fail_on);
    return view_.report.is_over_bar() ? paint("1;31", fmt::format("over the bar ({})", bar))
                                      : paint("32", fmt::format("under the bar ({})", bar));
  }

  const AuditView& view_;
  bool colors_;
  std::string text_;
  std::string accepted_;
  std::string skipped_;
};

}  // namespace

std::string count_severities(const sbom::AuditReport& report) {
  std::vector<std::string> parts;
  for (std::size_t severity = report.checks_by_severity.size(); severity-- > 0;) {
    const std::size_t count = report.checks_by_severity[severity];
    if (count == 0) continue;
    parts.push_back(fmt::format("{} {}", count, to_string(static_cast<AuditSeverity>(severity))));
  }
  return parts.empty() ? "nothing found" : join(parts, ", ");
}

std::string cause_line(const sbom::AuditCause& cause) {
  std::string instruction;
  for (const char c : cause.instruction.substr(0, 4 * cause_limit_bytes)) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space) instruction += c;
    if (is_space && !instruction.empty() && instruction.back() != ' ') instruction += ' ';
  }
  if (instruction.size() > cause_limit_bytes) {
    std::size_t end = cause_limit_bytes;
    while (end > 0 && (static_cast<unsigned char>(instruction[end]) & 0xC0U) == 0x80U) --end;
    instruction = instruction.substr(0, end) + "…";
  }
  instruction = printable(instruction);
  if (!cause.layer) return instruction;
  return fmt::format("layer {}{}{}", *cause.layer + 1, instruction.empty() ? "" : ": ",
                     instruction);
}

std::string finding_place(const AuditFinding& finding) {
  return printable(finding.path.empty() ? finding.place : "/" + finding.path);
}

std::string audit_text(const AuditView& view, bool colors) {
  return TextWriter(view, colors).write();
}

}  // namespace lade::cmd
