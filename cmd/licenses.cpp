#include <algorithm>
#include <map>
#include <utility>

#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_inventory.h"
#include "cmd/license_texts.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/output/table.h"
#include "cmd/output_file.h"
#include "cmd/platform_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "sbom/format/license_terms.h"
#include "sbom/license_policy/license_policy.h"

namespace lade::cmd {
namespace {

struct LicensesFlags {
  std::string image;
  std::string policy;
  std::string bundle;
  std::string format;
  bool summary = false;
  PlatformFlags platform;
};

/// A package and what there is to say of its licence.
struct LicensedRow {
  const sbom::Package* package = nullptr;
  std::string license{};  ///< SPDX; empty if nobody knows
  std::optional<sbom::LicenseJudgement> judgement{};
};

std::optional<sbom::SpdxExpression> find_expression(const std::string& license) {
  if (license.empty()) return std::nullopt;
  try {
    return sbom::SpdxExpression::parse(license);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) throw;
    return std::nullopt;
  }
}

std::vector<LicensedRow> rows_of(const sbom::Inventory& inventory,
                                 const std::optional<sbom::LicensePolicy>& policy, Timestamp now) {
  std::vector<LicensedRow> rows;
  for (const sbom::Package& package : inventory.packages) {
    LicensedRow& row = rows.emplace_back();
    row.package = &package;
    row.license = sbom::license_terms(package).concluded;
    if (!policy) continue;
    row.judgement = sbom::judge(*policy,
                                {.purl = package.purl,
                                 .name = package.name,
                                 .version = package.version,
                                 .expression = find_expression(row.license)},
                                now);
  }
  return rows;
}

Json record_of(const sbom::LicenseJudgement& judgement) {
  Json record = {{"verdict", to_string(judgement.verdict)}, {"objections", Json::array()}};
  for (const sbom::LicenseObjection& objection : judgement.objections) {
    record["objections"].push_back({{"license", objection.license},
                                    {"verdict", to_string(objection.verdict)},
                                    {"reason", objection.reason}});
  }
  if (judgement.exception) record["exception"] = judgement.exception->reason;
  if (!judgement.notes.empty()) record["notes"] = judgement.notes;
  return record;
}

Json record_of(const LicensedRow& row) {
  const sbom::Package& package = *row.package;
  Json record = {{"name", package.name},
                 {"version", package.version},
                 {"type", to_string(package.type)},
                 {"purl", package.purl},
                 {"license", row.license.empty() ? Json() : Json(row.license)},
                 {"claims", Json::array()}};
  for (const sbom::LicenseClaim& claim : package.licenses) {
    Json one = {{"expression", claim.expression}};
    if (!claim.written.empty()) one["written"] = claim.written;
    if (!claim.path.empty()) one["path"] = "/" + claim.path;
    record["claims"].push_back(std::move(one));
  }
  if (row.judgement) record.update(record_of(*row.judgement));
  return record;
}

/// What stands in the way, in a line.
std::string objections_of(const sbom::LicenseJudgement& judgement) {
  std::vector<std::string> reasons;
  for (const sbom::LicenseObjection& objection : judgement.objections) {
    reasons.push_back(objection.license.empty() ? objection.reason
                                                : objection.license + ": " + objection.reason);
  }
  if (judgement.exception) reasons.push_back("excepted: " + judgement.exception->reason);
  return join(reasons, "; ");
}

std::string table_of(const std::vector<LicensedRow>& rows, bool judged) {
  std::vector<std::string> titles{"NAME", "VERSION", "TYPE", "LICENSE"};
  if (judged) titles.insert(titles.end(), {"VERDICT", "WHY"});
  Table table(titles);
  for (const LicensedRow& row : rows) {
    std::vector<std::string> cells{row.package->name, row.package->version,
                                   std::string(to_string(row.package->type)),
                                   row.license.empty() ? "unknown" : row.license};
    if (row.judgement) {
      cells.emplace_back(to_string(row.judgement->verdict));
      cells.push_back(objections_of(*row.judgement));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

/// Each licence with the number of packages under it, the commonest first.
std::string summary_of(const std::vector<LicensedRow>& rows) {
  std::map<std::string, std::size_t> counts;
  for (const LicensedRow& row : rows) ++counts[row.license.empty() ? "unknown" : row.license];
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  Table table({"PACKAGES", "LICENSE"});
  table.align_right(0);
  for (const auto& [license, count] : sorted) table.add({std::to_string(count), license});
  return table.text();
}

std::optional<sbom::LicensePolicy> policy_of(const LicensesFlags& flags) {
  if (flags.policy.empty()) return std::nullopt;
  return sbom::parse_license_policy(read_file(flags.policy, sbom::LicensePolicy::size_limit_bytes),
                                    flags.policy);
}

/// Could the packages of a distribution not be told, all of them? Nobody can say then that nothing
/// is denied.
bool lacks_a_database(const sbom::Inventory& inventory) {
  return std::any_of(inventory.remarks.begin(), inventory.remarks.end(),
                     [](const sbom::Remark& remark) {
                       const auto names = {"dpkg: ", "apk: ", "rpm: ", "pacman: ", "opkg: "};
                       return std::any_of(names.begin(), names.end(), [&remark](const char* name) {
                         return remark.message.starts_with(name);
                       });
                     });
}

void run_licenses(Session& session, const LicensesFlags& flags) {
  session.heed_signals();
  const auto policy = policy_of(flags);
  std::optional<OutputFile> bundle;
  if (!flags.bundle.empty()) bundle.emplace(flags.bundle);
  const sbom::Inventory inventory =
      read_inventory(session, flags.image, flags.platform.wanted(), false);
  warn_of_remarks(session, inventory);
  const std::vector<LicensedRow> rows = rows_of(inventory, policy, session.now());
  if (bundle) {
    bundle->write(license_texts(session, flags.image, flags.platform.wanted(), inventory));
  }
  if (!flags.format.empty()) {
    Listing listing{"packages", "{{.name}}\t{{.license}}"};
    for (const LicensedRow& row : rows) listing.rows.push_back(record_of(row));
    session.print(format_listing(listing, flags.format));
  } else if (!bundle) {
    session.print(flags.summary ? summary_of(rows) : table_of(rows, policy.has_value()));
  }
  const bool denied = std::any_of(rows.begin(), rows.end(), [](const LicensedRow& row) {
    return row.judgement && row.judgement->verdict == sbom::LicenseVerdict::denied;
  });
  if (denied) {
    session.exit_code = 2;
  } else if (policy && lacks_a_database(inventory)) {
    session.exit_code = 1;
  }
}

}  // namespace

void declare_licenses(CLI::App& app, Session& session) {
  explain(app,
          "Tells under which licences the packages of an image are, as SPDX expressions: what "
          "their metadata declares, and what copyright and licence files say. A licenses.toml "
          "allows and denies (docs/licenses.md). Exits with 0 if nothing is denied, 2 if "
          "something is, 1 if it could not be told.",
          "  lade licenses app:1\n"
          "  lade licenses --license-policy licenses.toml docker://registry.example/app:1\n"
          "  lade licenses --summary sbom:app.spdx.json\n"
          "  lade licenses --bundle THIRD-PARTY-NOTICES app:1");
  const auto flags = std::make_shared<LicensesFlags>();
  app.add_option("IMAGE", flags->image,
                 "An image, of any transport; dir:PATH for a directory, sbom:FILE for a document")
      ->required();
  app.add_option("--license-policy", flags->policy, "The licenses.toml that allows and denies")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  app.add_flag("--summary", flags->summary, "How many packages are under each licence");
  app.add_option("--bundle", flags->bundle,
                 "Write the copyright and licence texts that are in the image to one file")
      ->type_name("FILE");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run_licenses(session, *flags); });
}

}  // namespace lade::cmd
