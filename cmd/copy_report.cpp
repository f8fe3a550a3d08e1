#include "cmd/copy_report.h"

#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

std::string plural(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string printable_name(const Referrer& referrer) {
  if (!referrer.tag.empty()) return referrer.tag;
  return fmt::format("{} ({})", referrer.descriptor.digest.str(),
                     printable(referrer.descriptor.artifact_type));
}

Json record_of(const CopiedReferrer& one) {
  Json record{{"digest", one.referrer.descriptor.digest.str()},
              {"subject", one.subject.str()},
              {"artifactType", one.referrer.descriptor.artifact_type},
              {"copied", one.left_out.empty()}};
  if (!one.referrer.tag.empty()) record["tag"] = one.referrer.tag;
  if (!one.left_out.empty()) record["reason"] = one.left_out;
  return record;
}

}  // namespace

std::string summary(const CopyReport& report, bool dry_run) {
  const std::string digest = report.target.digest.str();
  if (report.unchanged) return digest + ": nothing to do\n";
  std::string text = fmt::format("{}: {} {} ({})", digest, plural(report.blobs_copied, "blob"),
                                 dry_run ? "to copy" : "copied", human_size(report.bytes_copied));
  if (report.blobs_present > 0) text += fmt::format(", {} present already", report.blobs_present);
  if (report.signatures_copied > 0) {
    text += ", " + plural(report.signatures_copied, "signature") + " in files";
  }
  if (report.signatures_made > 0) text += ", signed";
  std::string with;
  std::size_t taken = 0;
  for (const CopiedReferrer& one : report.referrers) {
    if (!one.left_out.empty()) continue;
    ++taken;
    with += "  " + printable_name(one.referrer) + "\n";
  }
  if (taken > 0) text += fmt::format(", with {} to it:\n{}", plural(taken, "reference"), with);
  return taken > 0 ? text : text + "\n";
}

Json copy_record(const CopyReport& report) {
  Json referrers = Json::array();
  for (const CopiedReferrer& one : report.referrers) referrers.push_back(record_of(one));
  Json record{{"digest", report.target.digest.str()},
              {"mediaType", report.target.media_type},
              {"unchanged", report.unchanged},
              {"blobsCopied", report.blobs_copied},
              {"blobsPresent", report.blobs_present},
              {"bytesCopied", report.bytes_copied},
              {"signaturesCopied", report.signatures_copied},
              {"signaturesMade", report.signatures_made},
              {"referrers", referrers},
              {"notes", report.notes}};
  if (!report.part.empty()) record["part"] = report.part;
  return record;
}

void tell_part(const Session& session, const CopyReport& report, const std::string& about) {
  if (!report.part.empty()) session.warn(about + "copied " + report.part);
}

void tell_notes(const Session& session, const CopyReport& report, const std::string& about) {
  for (const std::string& note : report.notes) session.warn(about + note);
  for (const CopiedReferrer& one : report.referrers) {
    if (one.left_out.empty()) continue;
    session.warn(fmt::format("{}left out {}, which refers to {}: {}", about,
                             printable_name(one.referrer), one.subject.str(), one.left_out));
  }
}

}  // namespace lade::cmd
