#include <optional>
#include <utility>

#include "cmd/attach_document.h"
#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_inventory.h"
#include "cmd/output/man.h"
#include "cmd/output_file.h"
#include "cmd/platform_flags.h"
#include "cmd/scan_bar.h"
#include "cmd/scan_report.h"
#include "cmd/version.h"
#include "cmd/vulndb.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "sbom/triage/ignore_rules.h"
#include "sbom/triage/vex.h"
#include "sbom/vuln/lifecycle.h"

namespace lade::cmd {
namespace {

struct ScanFlags {
  std::string image;
  std::vector<std::string> outputs;
  std::vector<std::string> bars;
  std::vector<std::string> vex;
  std::vector<std::string> ignores;
  PlatformFlags platform;
  KeyFlags key;
  ServiceFlags services;
  bool only_fixed = false;
  bool show_suppressed = false;
  bool attach = false;
};

constexpr std::uint64_t triage_limit_bytes = std::uint64_t{64} << 20U;

using ReportWriter = std::string (*)(const ScanReport&);

struct ReportForm {
  std::string_view name;
  ReportWriter write;
};
constexpr ReportForm forms[] = {
    {"table", scan_table}, {"json", scan_json},
    {"sarif", scan_sarif}, {"cyclonedx-json", scan_cyclonedx},
    {"junit", scan_junit}, {"gitlab", scan_gitlab},
};

struct ScanOutput {
  ReportWriter write = scan_table;
  std::optional<OutputFile> file{};
};

ScanOutput parse_scan_output(const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  std::vector<std::string> names;
  for (const ReportForm& form : forms) {
    names.emplace_back(form.name);
    if (form.name != name) continue;
    ScanOutput output{.write = form.write};
    if (equals != std::string::npos) output.file.emplace(word.substr(equals + 1));
    return output;
  }
  fail(ErrorKind::invalid, "there is no report \"{}\": {}", printable(name), join(names, ", "));
}

/// What stands in the way of "nothing was found".
std::vector<std::string> gaps_of(const ScanReport& report, Timestamp now) {
  std::vector<std::string> gaps;
  for (const sbom::Uncovered& uncovered : report.matches.uncovered) {
    gaps.push_back(fmt::format("there is no data on {}: {} {} looked up nowhere",
                               uncovered.ecosystem, uncovered.packages,
                               uncovered.packages == 1 ? "package was" : "packages were"));
  }
  if (const std::size_t count = report.matches.versionless_packages; count > 0) {
    gaps.push_back(
        fmt::format("{} no version, so nothing can be said of {}",
                    count == 1 ? "1 package has" : fmt::format("{} packages have", count),
                    count == 1 ? "it" : "them"));
  }
  const auto& distribution = report.inventory.distribution;
  const auto lifecycle = distribution ? sbom::find_end_of_life(*distribution) : std::nullopt;
  if (lifecycle && sbom::is_past(*lifecycle, now)) {
    gaps.push_back(fmt::format(
        "{} has had no support since {}: what is found in it is told nowhere",
        distribution->pretty_name.empty() ? distribution->id : distribution->pretty_name,
        lifecycle->last_day()));
  }
  for (const sbom::Remark& remark : report.inventory.remarks) {
    gaps.push_back(remark.path + ": " + remark.message);
  }
  return gaps;
}

/// Takes back what documents and rules say does not count, and notes what of them has no effect.
void triage(ScanReport& report, const ScanFlags& flags, Timestamp now) {
  std::vector<sbom::VexStatement> statements;
  for (const std::string& file : flags.vex) {
    const auto more = sbom::read_vex(read_file(file, triage_limit_bytes), file);
    statements.insert(statements.end(), more.begin(), more.end());
  }
  sbom::apply_vex(report.matches, report.inventory, statements);
  std::vector<sbom::IgnoreRule> rules;
  for (const std::string& file : flags.ignores) {
    const auto more = sbom::read_ignore_rules(read_file(file, triage_limit_bytes), file);
    rules.insert(rules.end(), more.begin(), more.end());
  }
  const auto ignored = sbom::apply_ignores(report.matches, report.inventory, rules, now);
  report.notes = ignored.expired;
  report.notes.insert(report.notes.end(), ignored.unused.begin(), ignored.unused.end());
}

std::string first_line(std::string_view text) { return printable(text.substr(0, text.find('\n'))); }

ScanReport scan(Session& session, const ScanFlags& flags) {
  ScanReport report{.target = flags.image,
                    .now = session.source_date_epoch().value_or(session.now()),
                    .show_suppressed = flags.show_suppressed};
  const VulnDatabases vulndb = open_vuln_databases(session);
  if (vulndb.databases.empty()) {
    fail(ErrorKind::not_found,
         "there is no database of vulnerabilities to look into: lade db import or lade db pull "
         "makes one");
  }
  report.inventory = read_inventory(session, flags.image, flags.platform.wanted(), false);
  report.matches = sbom::match(report.inventory, vulndb.databases);
  // what has expired has done so whatever date the report bears
  triage(report, flags, session.now());
  if (flags.only_fixed) {
    const auto left_out = std::erase_if(report.matches.findings, [](const sbom::Finding& finding) {
      return finding.fixed_in.empty();
    });
    if (left_out > 0) {
      report.notes.push_back(fmt::format("--only-fixed left out {} without a fix", left_out));
    }
  }
  for (const auto& database : vulndb.databases) report.providers.push_back(database->info());
  for (const sbom::Finding& finding : report.matches.findings) {
    report.ratings.push_back(sbom::rate(finding, report.inventory.packages[finding.package].type));
    std::string summary;
    for (const sbom::FindingSource& source : finding.sources) {
      const auto& texts = vulndb.texts.at(source.database);
      if (texts && summary.empty()) summary = first_line(texts->text_of(source.number).summary);
    }
    report.summaries.push_back(std::move(summary));
  }
  report.gaps = gaps_of(report, session.now());
  return report;
}

void attach_report(Session& session, const ScanFlags& flags, const ScanReport& report) {
  if (!report.inventory.subject.manifest || flags.image.starts_with("sbom:")) {
    fail(ErrorKind::invalid, "{} is no image that a report could be attached to", flags.image);
  }
  // cosign's vulnerability predicate: who scanned with what, when, and the report
  Json databases = Json::array();
  for (const sbom::ProviderInfo& provider : report.providers) {
    Json record = {{"uri", provider.name}, {"version", ""}};
    if (provider.data_time) record["lastUpdate"] = to_rfc3339(*provider.data_time);
    databases.push_back(std::move(record));
  }
  const std::string time = to_rfc3339(report.now);
  const Json predicate = {
      {"invocation",
       {{"parameters", Json::array()}, {"uri", ""}, {"event_id", ""}, {"builder.id", ""}}},
      {"scanner",
       {{"uri", "pkg:generic/lade@" + version_number()},
        {"version", version_number()},
        {"db", databases.empty() ? Json::object() : databases.front()},
        {"databases", databases},
        {"result", parse_json(scan_cyclonedx(report), "the report")}}},
      {"metadata", {{"scanStartedOn", time}, {"scanFinishedOn", time}}}};
  const auto attached =
      attach_documents(session, flags.image, *report.inventory.subject.manifest,
                       {{.media_type = "application/vnd.cyclonedx+json",
                         .predicate_type = "https://cosign.sigstore.dev/attestation/vuln/v1",
                         .bytes = to_compact(predicate)}},
                       {flags.key, flags.services});
  for (const Digest& digest : attached) session.print(digest.str() + "\n");
}

void run_scan(Session& session, const ScanFlags& flags) {
  session.heed_signals();
  if (flags.only_fixed && flags.attach) {
    fail(ErrorKind::invalid,
         "--only-fixed does not go with --attach: whoever reads the report could not see what it "
         "leaves out");
  }
  std::vector<ScanOutput> outputs;
  for (const std::string& word : flags.outputs) outputs.push_back(parse_scan_output(word));
  if (outputs.empty() && !flags.attach) outputs.emplace_back();
  std::vector<Bar> bars;
  for (const std::string& word : flags.bars) bars.push_back(Bar::parse(word));
  const ScanReport report = scan(session, flags);
  for (const std::string& gap : report.gaps) session.warn(printable(gap));
  for (const std::string& note : report.notes) session.warn(printable(note));
  for (const ScanOutput& output : outputs) {
    const std::string text = output.write(report);
    if (output.file) {
      output.file->write(text);
    } else {
      session.print(text);
    }
  }
  if (flags.attach) attach_report(session, flags, report);
  if (!bars.empty() && report.matches.matched_packages == 0 && !report.inventory.packages.empty()) {
    fail(
        ErrorKind::not_found,
        "whether {} reaches a bar of --fail-on cannot be told: of its {} packages there is no data",
        flags.image, report.inventory.packages.size());
  }
  if (is_over(report, bars)) session.exit_code = 2;
}

}  // namespace

void declare_scan(CLI::App& app, Session& session) {
  explain(
      app,
      "Looks up the packages of an image in the databases that lade db imported or pulled, and "
      "asks no network. A distribution's data decide about its packages and what they own; "
      "packages that there is no data for are told, and so is a distribution past its end: "
      "nothing found is not said where nobody could look. Exits with 0 if nothing reaches a bar "
      "of --fail-on, 2 if something does, 1 if it could not be told.",
      "  lade scan app:1\n"
      "  lade scan --fail-on high --fail-on kev docker://registry.example/app:1\n"
      "  lade scan sbom:app.cdx.json -o sarif=app.sarif -o json=app.json\n"
      "  lade scan --attach --key release.key app:1");
  const auto flags = std::make_shared<ScanFlags>();
  app.add_option("IMAGE", flags->image,
                 "An image, of any transport; dir:PATH for a directory, sbom:FILE for a document")
      ->required();
  app.add_option("-o,--output", flags->outputs,
                 "How it is reported, and where to: table, json, sarif, cyclonedx-json, junit or "
                 "gitlab, FORMAT or FORMAT=FILE, once for each report")
      ->type_name("FORMAT[=FILE]")
      ->allow_extra_args(false);
  app.add_option("--fail-on", flags->bars,
                 "Exit with 2 for a finding of this severity or a worse one, of none that anybody "
                 "knows (unknown), with a fix (fixable), known to be exploited (kev), or of this "
                 "risk (risk=10); high+fixable is both. With a bar it is an error if no package "
                 "could be looked up")
      ->type_name("BAR")
      ->allow_extra_args(false);
  app.add_option("--vex", flags->vex,
                 "An OpenVEX, CSAF or CycloneDX document that says what does not count, and why")
      ->type_name("FILE")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  app.add_option("--ignore-file", flags->ignores,
                 "Rules for what does not count (docs/vulnerabilities.md), or a .trivyignore")
      ->type_name("FILE")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  app.add_flag("--only-fixed", flags->only_fixed, "Leave out what has no fix");
  app.add_flag("--show-suppressed", flags->show_suppressed,
               "List what does not count, too, with the reasons");
  app.add_flag("--attach", flags->attach,
               "Attach the report to the image, where it is; with a key as a signed statement");
  flags->key.add_to(app, "The private key to sign it with");
  flags->services.add_to(app);
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run_scan(session, *flags); });
}

}  // namespace lade::cmd
