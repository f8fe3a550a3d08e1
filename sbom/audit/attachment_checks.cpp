// What others say of the image: signatures, SBOMs, provenance, reports of vulnerabilities. Whether
// a signature verifies is found out by whoever makes the subject.
#include <algorithm>

#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

using Kind = AuditAttachment::Kind;
using Standing = AuditAttachment::Standing;

constexpr std::int64_t seconds_a_day = 86'400;

void require_kind(AuditContext& context, Kind kind, std::string_view what) {
  const auto& found = context.subject().attachments->found;
  const bool is_there = std::any_of(found.begin(), found.end(), [&](const AuditAttachment& one) {
    return one.kind == kind && one.standing != Standing::refused;
  });
  if (!is_there)
    context.add({.place = "attachments", .detail = fmt::format("there is no {}", what)});
}

void check_refused(AuditContext& context) {
  for (const AuditAttachment& one : context.subject().attachments->found) {
    if (one.standing == Standing::refused) context.add({.place = one.place, .detail = one.reason});
  }
}

/// With keys at hand only what they vouch for counts.
void check_unsigned(AuditContext& context) {
  for (const AuditAttachment& one : context.subject().attachments->found) {
    if (one.standing != Standing::not_signed) continue;
    context.add({.place = one.place, .detail = fmt::format("{} is not signed", one.type)});
  }
}

void check_misfits(AuditContext& context) {
  for (const std::string& misfit : context.subject().attachments->misfits) {
    context.add({.place = "attachments", .detail = misfit});
  }
}

void check_freshness(AuditContext& context) {
  const std::int64_t limit = context.limits().attachment_age_days;
  if (limit == 0) return context.skip("the profile has no max_report_age_days");
  const auto created = context.image().config.created;
  for (const AuditAttachment& one : context.subject().attachments->found) {
    if (!one.time) continue;
    const std::int64_t age = (context.subject().now.seconds - one.time->seconds) / seconds_a_day;
    if (one.kind == Kind::vulnerabilities && age > limit) {
      context.add(
          {.place = one.place,
           .detail = fmt::format("the report is {} days old; at most {} are wanted", age, limit)});
    }
    // a document from before the image is about something else; a day of clocks apart is allowed
    if (one.kind == Kind::sbom && created && one.time->seconds + seconds_a_day < created->seconds) {
      context.add(
          {.place = one.place,
           .detail = fmt::format("made on {}, before the image was", to_rfc3339(*one.time))});
    }
  }
}

constexpr AuditCheck attachment_table[] = {
    {.id = "signature-missing",
     .family = "attachment",
     .severity = AuditSeverity::low,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "4.5",
     .others = "CIS-DI-0005",
     .title = "The image is not signed",
     .remedy = "lade sign IMAGE",
     .run = [](AuditContext& context) { require_kind(context, Kind::signature, "signature"); }},
    {.id = "signature-refused",
     .family = "attachment",
     .severity = AuditSeverity::critical,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "4.5",
     .others = "",
     .title = "A signature does not hold",
     .remedy = "Find out who attached it; lade verify tells more.",
     .run = check_refused},
    {.id = "sbom-missing",
     .family = "attachment",
     .severity = AuditSeverity::low,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "There is no SBOM about the image",
     .remedy = "lade sbom --attach IMAGE",
     .run = [](AuditContext& context) { require_kind(context, Kind::sbom, "SBOM"); }},
    {.id = "provenance-missing",
     .family = "attachment",
     .severity = AuditSeverity::low,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Nothing tells how the image was built",
     .remedy = "Build with provenance (lade build has it, unless --provenance=off).",
     .run = [](AuditContext& context) { require_kind(context, Kind::provenance, "provenance"); }},
    {.id = "attachment-unsigned",
     .family = "attachment",
     .severity = AuditSeverity::info,
     .input = AuditInput::attachments,
     .tier = AuditTier::strict,
     .cis = "",
     .others = "",
     .title = "A statement about the image is not signed",
     .remedy = "Attach it with a key: lade attest --key, lade sbom --attach --key.",
     .run = check_unsigned},
    {.id = "attachment-misfit",
     .family = "attachment",
     .severity = AuditSeverity::medium,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Something attached is about another image, or cannot be read",
     .remedy = "Remove it, and attach what is about this digest.",
     .run = check_misfits},
    {.id = "attachment-stale",
     .family = "attachment",
     .severity = AuditSeverity::low,
     .input = AuditInput::attachments,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "What is attached is out of date",
     .remedy = "Scan the image again and attach the report; make the SBOM anew.",
     .run = check_freshness},
};

}  // namespace

std::span<const AuditCheck> attachment_checks() { return attachment_table; }

}  // namespace lade::sbom
