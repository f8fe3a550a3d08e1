#include "sbom/vuln/match.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/time.h"
#include "sbom/version/affected.h"
#include "sbom/version/ecosystem.h"
#include "sbom/vuln/ecosystems.h"

// Each package is a question or two (ecosystem, name) to each database that has the ecosystem; what
// is answered is held against its version. Many packages of a distribution are built from one
// source, so answers are kept. An advisory of a distribution may be about many CVEs: each is a
// finding, and what several sources say of one CVE is one finding. What a distribution says is not
// so, or is fixed, of a package that owns a language's package takes back what others say of that.
namespace lade::sbom {
namespace {

/// Of a package that owns others: what its distribution says of each vulnerability.
struct OwnerStatements {
  std::map<std::string, std::string, std::less<>> cleared{};  ///< id to reason
  std::set<std::string, std::less<>> claimed{};
};

bool is_cve(std::string_view id) { return id.starts_with("CVE-"); }

/// The ids that the findings of an advisory bear.
std::vector<std::string> finding_ids(const Advisory& advisory) {
  if (is_cve(advisory.id)) return {advisory.id};
  std::vector<std::string> ids;
  std::copy_if(advisory.aliases.begin(), advisory.aliases.end(), std::back_inserter(ids), is_cve);
  if (ids.empty()) ids.push_back(advisory.id);
  return ids;
}

/// A build of one stream of a module is not held against another stream, nor against plain builds.
bool is_same_stream(const AffectedPackage& affected, const Package& package) {
  const auto label = package.qualifiers.find("modularity");
  const std::string module = label == package.qualifiers.end() ? std::string() : label->second;
  if (!affected.module.empty()) {
    return module == affected.module || module.starts_with(affected.module + ":");
  }
  const bool built_in_module = std::any_of(
      affected.ranges.begin(), affected.ranges.end(), [](const std::vector<VersionEvent>& events) {
        return std::any_of(events.begin(), events.end(), [](const VersionEvent& event) {
          return event.version.find(".module") != std::string::npos;
        });
      });
  return module.empty() != built_in_module || affected.ranges.empty();
}

struct Judgement {
  bool vulnerable = false;
  std::optional<std::string> fix{};
  bool has_fix = false;  ///< not vulnerable, and a fixed version was before
};

std::string without_epoch(const std::string& version) {
  const std::size_t colon = version.find(':');
  return colon == std::string::npos ? version : version.substr(colon + 1);
}

Judgement judge(const AffectedPackage& affected, const std::string& version);

/// The same with no epochs on either side; a fix is still told as the advisory has it.
Judgement judge_without_epochs(const AffectedPackage& affected, const std::string& version) {
  AffectedPackage bare = affected;
  std::map<std::string, std::string> spelled;
  for (std::string& one : bare.versions) one = without_epoch(one);
  for (std::vector<VersionEvent>& events : bare.ranges) {
    for (VersionEvent& event : events) {
      std::string stripped = without_epoch(event.version);
      spelled.emplace(stripped, event.version);
      event.version = std::move(stripped);
    }
  }
  Judgement judgement = judge(bare, without_epoch(version));
  if (judgement.fix) judgement.fix = spelled.at(*judgement.fix);
  return judgement;
}

Judgement judge(const AffectedPackage& affected, const std::string& version) {
  if (affected.state == FixState::not_affected) return {};
  if (affected.ranges.empty() && affected.versions.empty()) return {.vulnerable = true};
  const auto scheme = find_version_scheme(affected.ecosystem);
  if (!scheme) {
    const auto& list = affected.versions;
    return {.vulnerable = std::find(list.begin(), list.end(), version) != list.end()};
  }
  Judgement judgement{.vulnerable = is_enumerated(*scheme, affected.versions, version)};
  for (const std::vector<VersionEvent>& events : affected.ranges) {
    const AffectedRange range(*scheme, events);
    judgement.vulnerable = judgement.vulnerable || range.contains(version);
    const auto fix = range.find_fix(version);
    if (fix && (!judgement.fix || compare_versions(*scheme, *fix, *judgement.fix) < 0)) {
      judgement.fix = fix;
    }
    judgement.has_fix =
        judgement.has_fix || std::any_of(events.begin(), events.end(), [&](const auto& event) {
          return event.kind == VersionEvent::Kind::fixed &&
                 compare_versions(*scheme, event.version, version) <= 0;
        });
  }
  return judgement;
}

template <class T>
void add_new(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

class Matcher {
 public:
  Matcher(const Inventory& inventory, const Databases& databases)
      : inventory_(inventory), databases_(databases) {
    for (const Relation& relation : inventory.relations) {
      if (relation.kind != RelationKind::owned_by) continue;
      owners_.emplace(relation.from, relation.to);
      statements_.try_emplace(relation.to);
    }
  }

  Matches run() {
    std::map<std::string, std::size_t> uncovered;
    for (std::size_t i = 0; i < inventory_.packages.size(); ++i) {
      const Package& package = inventory_.packages[i];
      if (package.version.empty()) {
        ++matches_.versionless_packages;
        continue;
      }
      if (match_package(i, package)) {
        ++matches_.matched_packages;
      } else {
        ++uncovered[ecosystem_title(package, inventory_.distribution)];
      }
    }
    take_back_denied();
    take_back_owned();
    for (auto& [key, finding] : findings_) {
      std::vector<SeverityClaim> severities = std::move(own_severities_[key]);
      for (const SeverityClaim& claim : finding.severities) add_new(severities, claim);
      finding.severities = std::move(severities);
      finish(finding);
      matches_.findings.push_back(std::move(finding));
    }
    for (const auto& [ecosystem, count] : uncovered) {
      matches_.uncovered.push_back({ecosystem, count});
    }
    return std::move(matches_);
  }

 private:
  /// An advisory that says explicitly that a package is not affected.
  struct Denial {
    std::string ecosystem;
    std::size_t database;
  };

  /// The database and what it calls the ecosystem of such packages.
  using Place = std::pair<std::size_t, std::string>;

  const std::vector<Place>& places_of(PackageType type) {
    const auto [at, is_new] = places_.try_emplace(type);
    if (!is_new) return at->second;
    const bool is_distribution = is_distribution_type(type);
    for (std::size_t i = 0; i < databases_.size(); ++i) {
      for (const std::string& ecosystem : databases_[i]->info().ecosystems) {
        const bool fits = is_distribution ? inventory_.distribution &&
                                                is_ecosystem_of(ecosystem, *inventory_.distribution)
                                          : ecosystem == language_ecosystem(type);
        if (fits) at->second.emplace_back(i, ecosystem);
      }
    }
    return at->second;
  }

  const std::vector<AdvisoryMatch>& answers(const Place& place, const std::string& name) {
    const auto [at, is_new] = answers_.try_emplace({place.first, place.second, name});
    if (is_new) at->second = databases_[place.first]->find(place.second, name);
    return at->second;
  }

  /// False if there is no data for such packages, or none that could be held against a version:
  /// without an order of versions only those that are enumerated can.
  bool match_package(std::size_t index, const Package& package) {
    bool is_covered = false;
    for (const Place& place : places_of(package.type)) {
      const bool has_order = find_version_scheme(place.second).has_value();
      is_covered = is_covered || has_order;
      for (const Lookup& lookup : lookups_of(package)) {
        for (const AdvisoryMatch& answer : answers(place, lookup.name)) {
          is_covered = is_covered || answer.affected.ranges.empty();
          if (is_same_stream(answer.affected, package)) {
            hold_against(index, lookup, place.first, answer);
          }
        }
      }
    }
    return is_covered;
  }

  void hold_against(std::size_t index, const Lookup& lookup, std::size_t database,
                    const AdvisoryMatch& answer) {
    const Judgement judgement = lookup.has_epoch
                                    ? judge(answer.affected, lookup.version)
                                    : judge_without_epochs(answer.affected, lookup.version);
    const auto owner = statements_.find(index);
    const bool is_owner = owner != statements_.end();
    const bool is_denied = answer.affected.state == FixState::not_affected;
    if (!judgement.vulnerable && !is_owner && !is_denied) return;
    const Advisory advisory = databases_[database]->advisory(answer.advisory);
    for (const std::string& id : finding_ids(advisory)) {
      if (judgement.vulnerable) {
        add(index, id, database, answer, advisory, judgement);
        if (is_owner && !advisory.withdrawn) owner->second.claimed.insert(id);
        continue;
      }
      if (advisory.withdrawn) continue;
      if (is_denied) denials_[{index, id}].push_back({answer.affected.ecosystem, database});
      if (is_owner) {
        owner->second.cleared.try_emplace(id,
                                          judgement.has_fix ? "has the fix" : "is not affected");
      }
    }
  }

  void add(std::size_t index, const std::string& id, std::size_t database,
           const AdvisoryMatch& answer, const Advisory& advisory, const Judgement& judgement) {
    const AffectedPackage& affected = answer.affected;
    Finding& finding = findings_[{index, id}];
    const bool is_first = finding.sources.empty();
    finding.package = index;
    finding.id = id;
    if (is_first) finding.state = affected.state;
    if (is_first || finding.note.empty()) finding.note = affected.note;
    if (advisory.id != id) add_new(finding.aliases, advisory.id);
    if (is_cve(advisory.id)) {
      for (const std::string& alias : advisory.aliases) add_new(finding.aliases, alias);
    } else if (finding_ids(advisory).size() == 1) {
      for (const std::string& alias : advisory.aliases) {
        if (alias != id) add_new(finding.aliases, alias);
      }
    }
    if (judgement.fix) add_new(finding.fixed_in, *judgement.fix);
    // what is said of the package itself counts before what is said of the vulnerability
    std::vector<SeverityClaim>& own = own_severities_[{index, id}];
    for (const SeverityClaim& claim : affected.severities) add_new(own, claim);
    for (const SeverityClaim& claim : advisory.severities) add_new(finding.severities, claim);
    for (const std::string& cwe : advisory.cwes) add_new(finding.cwes, cwe);
    if (!finding.published) finding.published = advisory.published;
    if (!finding.modified || finding.modified < advisory.modified) {
      finding.modified = advisory.modified;
    }
    add_new(finding.sources, {.provider = databases_[database]->info().name,
                              .advisory = advisory.id,
                              .ecosystem = affected.ecosystem,
                              .name = affected.name,
                              .database = database,
                              .number = answer.advisory});
    // one source that stands by it is enough
    if (advisory.withdrawn && (is_first || finding.suppressed_by == "withdrawn")) {
      finding.suppressed_by = "withdrawn";
      finding.suppressed = "withdrawn on " + to_rfc3339(*advisory.withdrawn).substr(0, 10);
    } else if (finding.suppressed_by == "withdrawn") {
      finding.suppressed_by.clear();
      finding.suppressed.clear();
    }
  }

  /// Of data on one release by several providers the one that looked closely counts: what it says
  /// explicitly not to be so takes back what others derive from versions.
  void take_back_denied() {
    for (const auto& [key, denials] : denials_) {
      const auto found = findings_.find(key);
      if (found == findings_.end() || !found->second.suppressed.empty()) continue;
      Finding& finding = found->second;
      const auto& said = denials;
      const bool are_all = std::all_of(
          finding.sources.begin(), finding.sources.end(), [&](const FindingSource& source) {
            return std::any_of(said.begin(), said.end(), [&](const Denial& denial) {
              return denial.ecosystem == source.ecosystem && denial.database != source.database;
            });
          });
      if (!are_all) continue;
      finding.suppressed_by = "distribution";
      finding.suppressed = fmt::format("{}: is not affected, by {}", said.front().ecosystem,
                                       databases_[said.front().database]->info().name);
    }
  }

  void take_back_owned() {
    for (auto& [key, finding] : findings_) {
      const auto [first, last] = owners_.equal_range(finding.package);
      for (auto owner = first; owner != last && finding.suppressed.empty(); ++owner) {
        take_back(finding, owner->second);
      }
    }
  }

  void take_back(Finding& finding, std::size_t owner) const {
    const OwnerStatements& said = statements_.at(owner);
    const Package& package = inventory_.packages[owner];
    std::vector<std::string> ids = finding.aliases;
    ids.insert(ids.begin(), finding.id);
    for (const std::string& id : ids) {
      const auto cleared = said.cleared.find(id);
      const bool is_claimed = said.claimed.contains(id);
      if (!is_claimed && cleared == said.cleared.end()) continue;
      finding.suppressed_by = "distribution";
      finding.suppressed =
          is_claimed ? fmt::format("told of {} {}, which owns it", package.name, package.version)
                     : fmt::format("{}: {} {}, which owns it, {}",
                                   ecosystem_title(package, inventory_.distribution), package.name,
                                   package.version, cleared->second);
      return;
    }
  }

  void finish(Finding& finding) const {
    std::sort(finding.aliases.begin(), finding.aliases.end());
    std::sort(finding.cwes.begin(), finding.cwes.end());
    for (const auto& database : databases_) {
      if (!finding.epss) finding.epss = database->find_epss(finding.id);
      if (!finding.kev) finding.kev = database->find_kev(finding.id);
    }
  }

  const Inventory& inventory_;
  const Databases& databases_;
  std::multimap<std::size_t, std::size_t> owners_;
  std::map<std::size_t, OwnerStatements> statements_;  ///< of packages that own others
  std::map<PackageType, std::vector<Place>> places_;
  std::map<std::tuple<std::size_t, std::string, std::string>, std::vector<AdvisoryMatch>> answers_;
  std::map<std::pair<std::size_t, std::string>, Finding> findings_;
  /// What is said of the findings' packages, and not of the vulnerability anywhere.
  std::map<std::pair<std::size_t, std::string>, std::vector<SeverityClaim>> own_severities_;
  std::map<std::pair<std::size_t, std::string>, std::vector<Denial>> denials_;
  Matches matches_;
};

}  // namespace

Matches match(const Inventory& inventory, const Databases& databases) {
  return Matcher(inventory, databases).run();
}

}  // namespace lade::sbom
