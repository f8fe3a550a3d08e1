#include <algorithm>

#include "libimage/base/error.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/image_history.h"
#include "sbom/audit/secret_words.h"

namespace lade::sbom {
namespace {

/// Foreign text in a report: a line has room for so much.
constexpr std::size_t detail_limit_bytes = 400;

void shorten(std::string& text) {
  if (text.size() <= detail_limit_bytes) return;
  std::size_t end = detail_limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += "…";
}

bool covers(const AuditException& exception, const AuditFinding& finding) {
  if (!exception.path) return true;
  return exception.path->matches(finding.path.empty() ? finding.place : finding.path);
}

/// Why it cannot be looked at at all; empty if it can.
std::string obstacle(const AuditCheck& check, const AuditSubject& subject) {
  if (check.input == AuditInput::files && !subject.files) return "the layers were not read";
  if (check.input == AuditInput::attachments && !subject.attachments) {
    return subject.attachments_problem.empty() ? "what is attached was not asked for"
                                               : subject.attachments_problem;
  }
  return {};
}

AuditState state_of(const AuditResult& result, const AuditProfile& profile) {
  if (result.count > 0) {
    return profile.fail_on && result.severity >= *profile.fail_on ? AuditState::fail
                                                                  : AuditState::warn;
  }
  if (!result.findings.empty()) return AuditState::accepted;
  return result.reason.empty() ? AuditState::pass : AuditState::skip;
}

void run_check(const AuditCheck& check, AuditContext& context) {
  if (std::string why = obstacle(check, context.subject()); !why.empty()) {
    return context.skip(std::move(why));
  }
  try {
    check.run(context);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
    context.skip(error.message());
  }
}

std::vector<std::string> remarks_of(const AuditProfile& profile, Timestamp now) {
  std::vector<std::string> remarks;
  for (const AuditException& exception : profile.exceptions) {
    if (!exception.expires || now < *exception.expires) continue;
    remarks.push_back(fmt::format("{}: the exception for {} expired on {}", exception.origin,
                                  exception.check, to_rfc3339(*exception.expires)));
  }
  return remarks;
}

}  // namespace

std::string_view to_string(AuditState state) {
  constexpr std::string_view words[] = {"pass", "accepted", "skip", "warn", "fail"};
  return words[static_cast<std::size_t>(state)];
}

bool AuditReport::is_over_bar() const {
  return std::any_of(results.begin(), results.end(),
                     [](const AuditResult& one) { return one.state == AuditState::fail; });
}

const TreeFacts& AuditFacts::tree() {
  if (!tree_) tree_ = survey_tree(subject_.files->tree);
  return *tree_;
}

const Accounts& AuditFacts::accounts() {
  if (!accounts_) accounts_ = read_accounts(*subject_.files);
  return *accounts_;
}

void AuditContext::add(AuditFinding finding) {
  const AuditProfile& profile = facts_.profile();
  for (const AuditException& exception : profile.exceptions) {
    const bool is_over = exception.expires && subject().now >= *exception.expires;
    if (is_over || exception.check != result_.check->id || !covers(exception, finding)) continue;
    finding.accepted = exception.reason;
    break;
  }
  if (!finding.accepted) ++result_.count;
  if (is_full()) return;
  finding.detail = without_secrets(finding.detail);
  finding.cause.instruction = without_secrets(finding.cause.instruction);
  for (std::string* text :
       {&finding.path, &finding.place, &finding.detail, &finding.cause.instruction}) {
    shorten(*text);
  }
  result_.findings.push_back(std::move(finding));
}

void AuditContext::add_file(const SeenFile& file, std::string detail) {
  AuditFinding finding{.path = file.path, .detail = std::move(detail)};
  if (!is_full()) finding.cause = cause_of_layer(image().config, file.layer);
  add(std::move(finding));
}

void AuditContext::add_config(std::string place, std::string detail, std::string_view instruction,
                              std::string_view text) {
  AuditFinding finding{.place = std::move(place), .detail = std::move(detail)};
  if (!instruction.empty() && !is_full()) {
    finding.cause = cause_of_instruction(image().config, instruction, text);
  }
  add(std::move(finding));
}

void AuditContext::skip(std::string reason) {
  shorten(reason);
  result_.reason = std::move(reason);
}

AuditReport audit(const AuditSubject& subject, const AuditProfile& profile) {
  AuditReport report{.remarks = remarks_of(profile, subject.now)};
  AuditFacts facts(subject, profile);
  for (const AuditCheck& check : audit_checks()) {
    const auto wanted = profile.checks.find(check.id);
    if (wanted == profile.checks.end()) continue;
    AuditResult result{.check = &check, .severity = wanted->second};
    AuditContext context(facts, result);
    run_check(check, context);
    result.state = state_of(result, profile);
    if (result.count > 0) ++report.checks_by_severity[static_cast<std::size_t>(result.severity)];
    report.results.push_back(std::move(result));
  }
  std::stable_sort(
      report.results.begin(), report.results.end(),
      [](const AuditResult& a, const AuditResult& b) { return a.severity > b.severity; });
  return report;
}

}  // namespace lade::sbom
