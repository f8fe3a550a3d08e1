#include "cmd/db_command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/vulndb.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct DbStatusFlags {
  unsigned max_age_days = 7;
  std::string format;
};

constexpr std::int64_t seconds_of_day = 86400;

Json row_of(const sbom::ProviderInfo& info, std::uint64_t size_bytes, bool has_texts,
            Timestamp now) {
  Json row;
  row["Provider"] = info.name;
  row["Kind"] = to_string(info.kind);
  row["Records"] = info.kind == sbom::ProviderKind::advisories ? info.advisories : info.packages;
  row["Packages"] = info.kind == sbom::ProviderKind::advisories ? info.packages : 0;
  row["Ecosystems"] = info.ecosystems;
  row["EcosystemCount"] = info.ecosystems.size();
  row["Texts"] = has_texts;
  row["DataTime"] = info.data_time ? Json(to_rfc3339(*info.data_time)) : Json(nullptr);
  row["AgeDays"] = info.data_time ? Json((now.seconds - info.data_time->seconds) / seconds_of_day)
                                  : Json(nullptr);
  row["Age"] = info.data_time ? age_in_words(*info.data_time, now) : "unknown";
  row["Size"] = human_size(size_bytes);
  row["SizeBytes"] = size_bytes;
  return row;
}

void show_status(Session& session, const DbStatusFlags& flags) {
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  Listing listing{.kind = "providers",
                  .default_format =
                      "table {{.Provider}}\t{{.Kind}}\t{{.Records}}\t{{.Packages}}\t"
                      "{{.EcosystemCount}}\t{{.Age}}\t{{.Size}}"};
  listing.headers = {{"Provider", "PROVIDER"},
                     {"Kind", "KIND"},
                     {"Records", "RECORDS"},
                     {"Packages", "PACKAGES"},
                     {"Ecosystems", "ECOSYSTEMS"},
                     {"EcosystemCount", "ECOSYSTEMS"},
                     {"Texts", "TEXTS"},
                     {"DataTime", "DATA OF"},
                     {"AgeDays", "DAYS"},
                     {"Age", "AGE"},
                     {"Size", "SIZE"},
                     {"SizeBytes", "SIZE"}};
  const Timestamp now = session.now();
  std::vector<std::string> warnings;
  for (const std::string& provider : folder.providers()) {
    const sbom::DatabaseFolder::Opened opened = folder.open(provider);
    const sbom::ProviderInfo& info = opened.records->info();
    listing.rows.push_back(row_of(info, folder.size_bytes(provider), opened.texts != nullptr, now));
    if (!info.data_time) continue;
    const std::int64_t days = (now.seconds - info.data_time->seconds) / seconds_of_day;
    if (days > std::int64_t{flags.max_age_days}) {
      warnings.push_back(fmt::format("the data of {} is {} days old", provider, days));
    }
  }
  session.print(format_listing(listing, flags.format));
  if (listing.rows.empty()) {
    session.warn("there is no data on vulnerabilities: lade db import, or lade db pull");
  }
  for (const std::string& warning : warnings) session.warn(warning);
}

}  // namespace

void declare_db_status(CLI::App& app, Session& session) {
  explain(app,
          "Lists whose data there is, how much, and how old: the age is that of the newest "
          "record, or what the data says of itself.",
          "  lade db status\n"
          "  lade db status --max-age 1 --format json");
  const auto flags = std::make_shared<DbStatusFlags>();
  app.add_option("--max-age", flags->max_age_days, "Warn of data older than this")
      ->type_name("DAYS")
      ->capture_default_str();
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.callback([&session, flags] { show_status(session, *flags); });
}

}  // namespace lade::cmd
