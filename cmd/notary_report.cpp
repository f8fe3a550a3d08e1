#include "cmd/notary_report.h"

#include "libimage/base/text.h"
#include "signing/verdict/verdict.h"

namespace lade::cmd {
namespace {

std::string_view result_of(const signing::CheckOutcome& outcome) {
  if (outcome.passed) return "passed";
  return outcome.action == signing::CheckAction::skip ? "skipped" : "failed";
}

}  // namespace

Json notary_record(const signing::NotaryVerdict& verdict) {
  Json record = Json::object();
  record["verdict"] =
      to_string(verdict.is_trusted() ? signing::Verdict::valid : signing::Verdict::untrusted);
  if (!verdict.is_trusted()) record["reason"] = verdict.reason();
  record["signer"] = {{"subject", verdict.signer}, {"key", verdict.signer_key}};
  if (verdict.signing_time) record["signingTime"] = to_rfc3339(*verdict.signing_time);
  record["rule"] = verdict.rule;
  record["checks"] = Json::array();
  for (const signing::CheckOutcome& outcome : verdict.outcomes) {
    record["checks"].push_back({{"check", to_string(outcome.check)},
                                {"action", to_string(outcome.action)},
                                {"result", result_of(outcome)},
                                {"reason", outcome.reason}});
  }
  record["annotations"] = Json::object();
  for (const auto& [name, value] : verdict.annotations) record["annotations"][name] = value;
  return record;
}

std::string notary_text(const signing::NotaryVerdict& verdict) {
  std::string text = fmt::format("    {:<14}{}\n    {:<14}{}\n", "signed by",
                                 printable(verdict.signer), "rule", verdict.rule);
  for (const signing::CheckOutcome& outcome : verdict.outcomes) {
    const bool logged = !outcome.passed && outcome.action == signing::CheckAction::log;
    text += fmt::format("    {:<14}{} {}{}: {}\n", "check", to_string(outcome.check),
                        result_of(outcome), logged ? ", logged" : "", printable(outcome.reason));
  }
  return text;
}

}  // namespace lade::cmd
