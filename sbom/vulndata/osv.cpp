#include "sbom/vulndata/osv.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "sbom/version/ecosystem.h"
#include "sbom/vuln/ecosystems.h"
#include "sbom/vulndata/json_members.h"

// A record names its vulnerability by `aliases`. A distribution's advisory is about several, which
// it has in `upstream` (schema 1.7) or, before that, in `related`; there, and only there, those are
// taken for names, since others list in `related` what is merely similar.
namespace lade::sbom {
namespace {

constexpr std::array distribution_prefixes{
    std::string_view("DSA-"),       std::string_view("DLA-"),   std::string_view("DTSA-"),
    std::string_view("USN-"),       std::string_view("LSN-"),   std::string_view("UBUNTU-CVE-"),
    std::string_view("ALSA-"),      std::string_view("ALBA-"),  std::string_view("ALEA-"),
    std::string_view("RLSA-"),      std::string_view("RXSA-"),  std::string_view("RHSA-"),
    std::string_view("RHBA-"),      std::string_view("RHEA-"),  std::string_view("SUSE-"),
    std::string_view("ELSA-"),      std::string_view("MGASA-"), std::string_view("openSUSE-"),
    std::string_view("FEDORA-"),    std::string_view("OESA-"),  std::string_view("CGA-"),
    std::string_view("PHSA-"),      std::string_view("ALAS"),   std::string_view("DEBIAN-CVE-"),
    std::string_view("ALPINE-CVE-")};

bool is_of_distribution(std::string_view id) {
  return std::any_of(distribution_prefixes.begin(), distribution_prefixes.end(),
                     [&](std::string_view prefix) { return id.starts_with(prefix); });
}

/// Who speaks by the prefix of an id.
std::string source_of(std::string_view id) {
  struct Prefix {
    std::string_view prefix;
    std::string_view source;
  };
  constexpr std::array known{Prefix{"BIT", "bitnami"},    Prefix{"PYSEC", "pypa"},
                             Prefix{"ALSA", "almalinux"}, Prefix{"DSA", "debian"},
                             Prefix{"DLA", "debian"},     Prefix{"USN", "ubuntu"},
                             Prefix{"RLSA", "rocky"},     Prefix{"RHSA", "redhat"}};
  const std::string_view prefix = id.substr(0, id.find('-'));
  for (const Prefix& row : known) {
    if (row.prefix == prefix) return std::string(row.source);
  }
  return to_lower(prefix);
}

class OsvReader {
 public:
  OsvReader(const Json& record, std::string_view what) : record_(record), what_(what) {}

  Advisory read() {
    if (!record_.is_object()) fail(ErrorKind::invalid, "{}: wanted an object", what_);
    check_version();
    Advisory advisory{.id = get_string(record_, "id", what_)};
    if (advisory.id.empty()) fail(ErrorKind::invalid, "{}: id is empty", what_);
    source_ = source_of(advisory.id);
    advisory.modified = find_time(record_, "modified", what_);
    if (!advisory.modified) fail(ErrorKind::invalid, "{}: modified is missing", what_);
    advisory.published = find_time(record_, "published", what_);
    // Go's zero time, which its database has where nothing was modified
    if (advisory.modified->seconds < 0) advisory.modified = advisory.published;
    advisory.withdrawn = find_time(record_, "withdrawn", what_);
    read_aliases(advisory);
    advisory.severities = severities(record_, what_);
    if (const Json* own = find_object(record_, "database_specific", what_)) {
      add_word(advisory.severities, *own, "severity");
      for (const Json& cwe : members_of(*own, "cwe_ids")) {
        if (cwe.is_string()) add_once(advisory.cwes, cwe.get<std::string>());
      }
    }
    read_affected(advisory);
    advisory.summary = find_string(record_, "summary", what_).value_or("");
    advisory.details = find_string(record_, "details", what_).value_or("");
    for (const Json& reference : list(record_, "references", what_)) {
      add_once(advisory.references, get_string(reference, "url", what_ + ": references"));
    }
    return advisory;
  }

 private:
  void check_version() const {
    const auto version = find_string(record_, "schema_version", what_);
    if (version && !version->starts_with("1.")) {
      fail(ErrorKind::unsupported, "{}: schema_version: wanted 1.x, got {}", what_,
           printable(*version));
    }
  }

  void read_aliases(Advisory& advisory) const {
    std::vector<std::string> names = find_strings(record_, "aliases", what_);
    for (const std::string_view key : {"upstream", "related"}) {
      if (key == "related" && !is_of_distribution(advisory.id)) continue;
      for (std::string& name : find_strings(record_, key, what_)) {
        if (key == "upstream" || name.starts_with("CVE-")) names.push_back(std::move(name));
      }
    }
    for (std::string& name : names) {
      if (name != advisory.id) add_once(advisory.aliases, std::move(name));
    }
  }

  std::vector<SeverityClaim> severities(const Json& object, const std::string& what) const {
    std::vector<SeverityClaim> claims;
    for (const Json& severity : list(object, "severity", what)) {
      const std::string in = what + ": severity";
      const std::string type = get_string(severity, "type", in);
      const std::string value = get_string(severity, "score", in);
      if (type == "CVSS_V2") add_once(claims, {"CVSS:2.0", value, source_});
      if (type == "CVSS_V3" || type == "CVSS_V4") {
        std::string scheme = value.substr(0, value.find('/'));
        if (!scheme.starts_with("CVSS:")) scheme = type == "CVSS_V3" ? "CVSS:3.1" : "CVSS:4.0";
        add_once(claims, {std::move(scheme), value, source_});
      }
      if (type == "Ubuntu") add_once(claims, {"word", to_lower(value), "ubuntu"});
    }
    return claims;
  }

  void add_word(std::vector<SeverityClaim>& claims, const Json& object,
                std::string_view key) const {
    const Json& word = json_member(object, key);
    if (!word.is_string()) return;
    std::string text = to_lower(word.get<std::string>());
    if (text.empty() || text == "not yet assigned") return;
    if (text.starts_with("cvss:") || text.find('/') != std::string::npos) return;
    add_once(claims, {"word", std::move(text), source_});
  }

  void read_affected(Advisory& advisory) const {
    std::size_t number = 0;
    for (const Json& affected : list(record_, "affected", what_)) {
      const std::string what = fmt::format("{}: affected[{}]", what_, number++);
      const Json* package = find_object(affected, "package", what);
      if (package == nullptr) continue;
      AffectedPackage said{.ecosystem = get_string(*package, "ecosystem", what + ".package"),
                           .name = get_string(*package, "name", what + ".package")};
      if (said.ecosystem.empty() || said.name.empty() ||
          said.ecosystem.find('\0') != std::string::npos) {
        fail(ErrorKind::invalid, "{}.package: wanted an ecosystem and a name", what);
      }
      said.name = advisory_name(said.ecosystem, said.name);
      said.versions = find_strings(affected, "versions", what);
      read_ranges(affected, said, what);
      // as OSV evaluates it, no version is affected then; in a database it would be every one
      if (said.ranges.empty() && said.versions.empty()) continue;
      leave_out_contained(said);
      said.severities = severities(affected, what);
      for (const std::string_view key : {"database_specific", "ecosystem_specific"}) {
        add_word(said.severities, json_member(affected, key), "severity");
        add_word(said.severities, json_member(affected, key), "urgency");
      }
      add_once(advisory.affected, std::move(said));
    }
  }

  /// Ranges of commits are passed over.
  static void read_ranges(const Json& affected, AffectedPackage& said, const std::string& what) {
    std::size_t number = 0;
    for (const Json& range : list(affected, "ranges", what)) {
      const std::string in = fmt::format("{}.ranges[{}]", what, number++);
      const std::string type = get_string(range, "type", in);
      if (type == "GIT") continue;
      if (type != "SEMVER" && type != "ECOSYSTEM") {
        fail(ErrorKind::invalid, "{}.type: wanted SEMVER, ECOSYSTEM or GIT, got {}", in,
             printable(type));
      }
      std::vector<VersionEvent> events;
      for (const Json& event : list(range, "events", in)) events.push_back(event_of(event, in));
      if (events.empty()) fail(ErrorKind::invalid, "{}: events is missing or empty", in);
      said.ranges.push_back(std::move(events));
    }
  }

  static VersionEvent event_of(const Json& event, const std::string& what) {
    if (event.is_object() && event.size() == 1) {
      const auto kind = find_event_kind(event.begin().key());
      if (kind) return {*kind, get_string(event, event.begin().key(), what + ".events")};
    }
    fail(ErrorKind::invalid, "{}.events: wanted one of introduced, fixed, last_affected, limit",
         what);
  }

  /// Distributions enumerate every version there was, which would be most of a database.
  static void leave_out_contained(AffectedPackage& said) {
    const auto scheme = find_version_scheme(said.ecosystem);
    constexpr std::size_t work_limit = 4'000'000;
    if (!scheme || said.versions.empty()) return;
    for (const std::vector<VersionEvent>& events : said.ranges) {
      if (events.size() * said.versions.size() > work_limit) return;
      const AffectedRange range(*scheme, events);
      std::erase_if(said.versions,
                    [&](const std::string& version) { return range.contains(version); });
    }
  }

  const Json& record_;
  std::string what_;
  std::string source_;
};

}  // namespace

Advisory read_osv(std::string_view text, std::string_view what) {
  if (text.size() > record_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {} allowed", what, text.size(),
         record_limit_bytes);
  }
  const Json record = parse_json(text, what);
  return OsvReader(record, what).read();
}

std::string_view ecosystem_family(std::string_view ecosystem) {
  return ecosystem.substr(0, ecosystem.find(':'));
}

}  // namespace lade::sbom
