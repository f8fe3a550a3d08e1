#include "cmd/sync_report.h"

#include "cmd/copy_report.h"
#include "cmd/output/listing.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using registry::SyncResult;

struct Counts {
  std::size_t copied = 0;
  std::size_t unchanged = 0;
  std::size_t failed = 0;
  std::size_t left = 0;  ///< that were not come to
  std::uint64_t bytes = 0;
};

Counts count(const std::vector<SyncResult>& results) {
  Counts counts;
  for (const SyncResult& result : results) {
    if (result.report) {
      ++(result.report->unchanged ? counts.unchanged : counts.copied);
      counts.bytes += result.report->bytes_copied;
    } else {
      ++(result.error ? counts.failed : counts.left);
    }
  }
  return counts;
}

Json record_of(const SyncResult& result) {
  Json record = result.report ? copy_record(*result.report) : Json::object();
  record["source"] = result.item.from;
  record["destination"] = result.item.to;
  if (result.error) record["error"] = result.error->message();
  return record;
}

Json record_of(const std::vector<SyncResult>& results, const Counts& counts) {
  Json images = Json::array();
  for (const SyncResult& result : results) images.push_back(record_of(result));
  return {{"copied", counts.copied},   {"unchanged", counts.unchanged}, {"failed", counts.failed},
          {"notStarted", counts.left}, {"bytesCopied", counts.bytes},   {"images", images}};
}

}  // namespace

void tell(Session& session, const SyncFlags& flags, const std::vector<SyncResult>& results) {
  const Counts counts = count(results);
  if (!flags.copy.format.empty()) {
    return session.print(format_record(record_of(results, counts), flags.copy.format));
  }
  if (flags.copy.quiet) return;
  for (const SyncResult& result : results) {
    if (flags.copy.dry_run && result.report && !result.report->unchanged) {
      session.print(fmt::format("{} -> {}\n", result.item.from, result.item.to));
    }
  }
  std::string text = fmt::format("{} {} ({}), {} unchanged", counts.copied,
                                 flags.copy.dry_run ? "to copy" : "copied",
                                 human_size(counts.bytes), counts.unchanged);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.left > 0) text += fmt::format(", {} not come to", counts.left);
  session.print(text + "\n");
}

}  // namespace lade::cmd
