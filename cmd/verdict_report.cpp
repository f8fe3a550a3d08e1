#include "cmd/verdict_report.h"

#include "libimage/base/text.h"
#include "signing/verdict/verdict.h"

namespace lade::cmd {
namespace {

Json signer_record(const signing::Verified& verified) {
  Json signer = Json::object();
  signer["key"] = verified.signer.key.id().str();
  signer["keyKind"] = to_string(verified.signer.key.kind());
  if (!verified.identity) return signer;
  signer["identities"] = Json::array();
  for (const signing::SubjectName& name : verified.identity->names) {
    signer["identities"].push_back(Json{{"kind", to_string(name.kind)}, {"name", name.value}});
  }
  signer["issuer"] = verified.identity->issuer;
  signer["authority"] = verified.authority;
  signer["extensions"] = Json::object();
  for (const auto& [name, value] : verified.identity->extensions) {
    signer["extensions"][name] = value;
  }
  return signer;
}

}  // namespace

Json verdict_record(const signing::Verified& verified, const std::optional<TrustUsed>& used) {
  Json record = Json::object();
  record["verdict"] = to_string(signing::Verdict::valid);
  record["signer"] = signer_record(verified);
  record["times"] = Json::array();
  for (const signing::VerifiedTime& moment : verified.times) {
    record["times"].push_back(Json{{"time", to_rfc3339(moment.time)},
                                   {"source", to_string(moment.source)},
                                   {"by", moment.by}});
  }
  record["logEntries"] = Json::array();
  for (const signing::VerifiedEntry& entry : verified.entries) {
    record["logEntries"].push_back(Json{{"log", entry.log},
                                        {"logID", entry.log_id},
                                        {"index", entry.index},
                                        {"kind", entry.kind + " " + entry.version}});
  }
  if (used) {
    record["trustedRoot"] = {{"path", used->path}, {"modified", to_rfc3339(used->modified)}};
  }
  if (verified.statement) record["statement"] = parse_json(to_bytes(*verified.statement), "it");
  record["notes"] = verified.notes;
  return record;
}

std::string verdict_text(const signing::Verified& verified, const std::optional<TrustUsed>& used,
                         Timestamp now, std::string_view indent) {
  std::string text;
  const auto add = [&](std::string_view label, std::string_view value) {
    text += fmt::format("{}{:<14}{}\n", indent, label, printable(value));
  };
  if (verified.identity) {
    add("signed by", verified.identity->str());
    add("issuer", verified.identity->issuer);
    add("certificate", "of " + verified.authority);
  } else {
    add("signed by", fmt::format("the key {} ({})", verified.signer.key.id().str(),
                                 verified.signer.key.description()));
  }
  for (const signing::VerifiedTime& moment : verified.times) {
    add("time", fmt::format("{}, by {}{}{}", to_rfc3339(moment.time), to_string(moment.source),
                            moment.by.empty() ? "" : " ", moment.by));
  }
  for (const signing::VerifiedEntry& entry : verified.entries) {
    add("logged", fmt::format("as entry {} of {}", entry.index, entry.log));
  }
  if (verified.statement) add("says", verified.statement->predicate_type);
  if (used) {
    add("trusted root", fmt::format("{}, from {}", used->path, age_in_words(used->modified, now)));
  }
  for (const std::string& note : verified.notes) add("passed over", note);
  return text;
}

}  // namespace lade::cmd
