#include <unistd.h>

#include <cstdio>

#include "builder/containerfile/duration.h"
#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/snapshot_owner.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/store/gc.h"

namespace lade::cmd {
namespace {

struct PruneFlags {
  bool all = false;
  bool force = false;
  bool build_cache = false;
  bool dry_run = false;
  std::vector<std::string> filters;
  std::optional<Timestamp> until{};
  std::string type{};  ///< of build cache: regular, exec.cachemount, empty for both
  std::string format;
};

/// "24h", "2024-01-31T12:00:00Z" or "1700000000".
Timestamp parse_until(const std::string& value, Timestamp now) {
  if (const auto seconds = parse_int(value)) return {*seconds, 0};
  if (const auto time = parse_rfc3339(value)) return *time;
  if (const auto age_ns = containerfile::parse_duration(value)) {
    return {now.seconds - *age_ns / 1'000'000'000, now.nanoseconds};
  }
  fail(ErrorKind::invalid, "--filter until= takes an age like 72h or a time, got \"{}\"",
       printable(value));
}

void read_filters(PruneFlags& flags, Timestamp now) {
  constexpr std::string_view until = "until=";
  constexpr std::string_view type = "type=";
  for (const std::string& filter : flags.filters) {
    if (filter.starts_with(until)) {
      flags.until = parse_until(filter.substr(until.size()), now);
    } else if (filter.starts_with(type)) {
      flags.type = filter.substr(type.size());
      if (flags.type != "regular" && flags.type != "exec.cachemount") {
        fail(ErrorKind::invalid, "--filter type= takes regular or exec.cachemount, got \"{}\"",
             printable(flags.type));
      }
    } else {
      fail(ErrorKind::invalid, "--filter takes until=AGE, until=TIME or type=TYPE, got \"{}\"",
           printable(filter));
    }
  }
  if (!flags.filters.empty() && !flags.build_cache) {
    fail(ErrorKind::invalid, "--filter is about the build cache: it goes with --build-cache");
  }
}

std::string question(const PruneFlags& flags) {
  std::string text = "This removes";
  text += flags.all ? "\n  - all images" : "\n  - all images without a name";
  const bool steps = flags.build_cache && flags.type != "exec.cachemount";
  const bool mounts = flags.build_cache && flags.type != "regular";
  if (steps) text += "\n  - the build cache";
  if (mounts) text += "\n  - what RUN --mount=type=cache keeps";
  return text + "\n  - all blobs and snapshots that nothing refers to\nGo on? [y/N] ";
}

bool is_confirmed(const Session& session, const PruneFlags& flags) {
  if (flags.force || flags.dry_run || ::isatty(STDIN_FILENO) != 1) return true;
  session.print(question(flags));
  char answer[16] = {};
  return std::fgets(answer, sizeof answer, stdin) != nullptr &&
         (answer[0] == 'y' || answer[0] == 'Y');
}

Json record_of(const GcReport& report) {
  return {{"removedImages", report.removed_images},
          {"removedBlobs", report.removed_blobs},
          {"removedSnapshots", report.removed_snapshots},
          {"removedCacheRecords", report.removed_cache_records},
          {"removedCacheMounts", report.removed_cache_mounts},
          {"freedBytes", report.freed_bytes},
          {"left", report.left}};
}

std::string text_of(const GcReport& report, bool dry_run) {
  std::string text;
  for (const std::string& image : report.removed_images) text += "Deleted: " + image + "\n";
  const auto count = [&](std::uint64_t number, std::string_view what) {
    if (number > 0) text += fmt::format("Deleted {} {}{}\n", number, what, number == 1 ? "" : "s");
  };
  count(report.removed_blobs, "blob");
  count(report.removed_snapshots, "snapshot");
  count(report.removed_cache_records, "cache record");
  count(report.removed_cache_mounts, "cache mount");
  text += fmt::format("Total {}: {}\n", dry_run ? "that would be freed" : "freed",
                      human_size(report.freed_bytes));
  return text;
}

void run(Session& session, PruneFlags& flags) {
  read_filters(flags, session.now());
  const GcOptions options{.all_images = flags.all,
                          .build_cache = flags.build_cache && flags.type != "exec.cachemount",
                          .cache_mounts = flags.build_cache && flags.type != "regular",
                          .unused_since = flags.until,
                          .dry_run = flags.dry_run};
  if (!is_confirmed(session, flags)) return;
  become_owner_of_snapshots(session);
  const GcReport report = collect_garbage(*session.store(), options);
  session.print(flags.format.empty() ? text_of(report, flags.dry_run)
                                     : format_record(record_of(report), flags.format));
  for (const std::string& left : report.left) session.warn(left);
}

}  // namespace

void declare_prune(CLI::App& app, Session& session) {
  explain(app,
          "Removes images without a name, and blobs and snapshots that nothing refers to. What a "
          "running command uses stays. On a terminal it asks first, unless told to be --force.",
          "  lade prune\n"
          "  lade prune -f --build-cache --filter until=72h\n"
          "  lade prune -f --build-cache --filter type=exec.cachemount\n"
          "  lade prune --all --dry-run");
  const auto flags = std::make_shared<PruneFlags>();
  app.add_flag("-a,--all", flags->all, "Images that have a name, too");
  app.add_flag("-f,--force", flags->force, "Do not ask");
  app.add_flag("--build-cache", flags->build_cache,
               "The results of build steps and what RUN --mount=type=cache keeps, too");
  app.add_option(
         "--filter", flags->filters,
         "Of the build cache: until=AGE|TIME, not used since; type=regular, results of steps; "
         "type=exec.cachemount, cache mounts")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  app.add_flag("--dry-run", flags->dry_run, "Remove nothing, tell what would be");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
