#include "sbom/triage/vex.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/model/purl.h"
#include "sbom/triage/vex_read.h"
#include "sbom/vulndata/json_members.h"

namespace lade::sbom {
namespace {

constexpr std::size_t vex_limit_bytes = std::size_t{64} << 20U;

/// Red Hat writes "redhat" where os-release has "rhel".
std::string vendor_of(const Purl& purl) {
  return purl.type == "rpm" && purl.name_space == "rhel" ? "redhat" : purl.name_space;
}

/// What the purl does not say may be anything.
bool agrees(const Purl& said, const Purl& package) {
  if (said.type != package.type || vendor_of(said) != vendor_of(package) ||
      said.name != package.name) {
    return false;
  }
  if (!said.version.empty() && said.version != package.version) return false;
  return std::all_of(said.qualifiers.begin(), said.qualifiers.end(), [&](const auto& qualifier) {
    const auto found = package.qualifiers.find(qualifier.first);
    return found != package.qualifiers.end() && found->second == qualifier.second;
  });
}

bool is_package(const Purl& said, const Package& package) {
  const auto purl = Purl::parse(package.purl);
  if (!purl) return false;
  if (agrees(said, *purl)) return true;
  if (!is_distribution_type(package.type) || package.source_name.empty()) return false;
  Purl source = *purl;
  source.name = package.source_name;
  if (!package.source_version.empty()) source.version = package.source_version;
  source.qualifiers["arch"] = purl->type == "rpm" ? "src" : "source";
  return agrees(said, source);
}

bool is_subcomponent(const std::string& said, const Package& package) {
  const auto purl = Purl::parse(said);
  return purl && is_package(*purl, package);
}

/// "registry.example/team/app" is what "team/app" and "app" mean.
bool is_name_of(std::string_view said, const Subject& subject) {
  if (said.empty() || subject.name.empty()) return false;
  return subject.name == said || subject.name.ends_with("/" + std::string(said));
}

bool is_version_of(std::string_view said, const Subject& subject) {
  return said.empty() || said == subject.version ||
         (subject.manifest && said == subject.manifest->str());
}

bool is_image_purl(const Purl& said, const Subject& subject) {
  if (said.type != "oci" && said.type != "docker") return false;
  const auto find = [&](const std::string& key) {
    const auto found = said.qualifiers.find(key);
    return found == said.qualifiers.end() ? std::string() : found->second;
  };
  const std::string name = said.name_space.empty() ? said.name : said.name_space + "/" + said.name;
  const std::string place = find("repository_url");
  const bool is_there =
      place.empty() || is_name_of(place, subject) || is_name_of(place + "/" + name, subject);
  const std::string tag = find("tag");
  return is_name_of(name, subject) && is_there && is_version_of(said.version, subject) &&
         (tag.empty() || tag == subject.version);
}

bool is_image(const VexProduct& product, const Subject& subject) {
  if (subject.kind != SubjectKind::image) return false;
  if (!product.digest.empty()) return subject.manifest && product.digest == subject.manifest->str();
  if (const auto purl = Purl::parse(product.id)) return is_image_purl(*purl, subject);
  std::string_view name = product.id;
  std::string_view version;
  const std::size_t at = name.find('@');
  const std::size_t colon = name.rfind(':');
  if (at != std::string_view::npos) {
    version = name.substr(at + 1);
    name = name.substr(0, std::min(at, name.substr(0, at).rfind(':')));
  } else if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    version = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  return is_name_of(name, subject) && is_version_of(version, subject);
}

bool names_finding(const VexStatement& statement, const Finding& finding) {
  const auto& names = statement.vulnerabilities;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name == finding.id ||
           std::find(finding.aliases.begin(), finding.aliases.end(), name) != finding.aliases.end();
  });
}

std::string reason_of(const VexStatement& statement) {
  std::string reason(to_string(statement.status));
  std::string why = statement.justification;
  std::replace(why.begin(), why.end(), '_', ' ');
  if (!why.empty()) reason += ": " + why;
  if (!statement.impact.empty()) reason += (why.empty() ? ": " : "; ") + statement.impact;
  reason += " (";
  if (!statement.author.empty()) reason += statement.author + ", ";
  return reason + statement.file + ")";
}

const VexStatement* find_statement(const Finding& finding, const Inventory& inventory,
                                   const std::vector<VexStatement>& statements) {
  const VexStatement* latest = nullptr;
  const Package& package = inventory.packages[finding.package];
  for (const VexStatement& statement : statements) {
    if (!names_finding(statement, finding)) continue;
    if (latest != nullptr && statement.time < latest->time) continue;
    if (std::any_of(
            statement.products.begin(), statement.products.end(),
            [&](const VexProduct& product) { return is_about(product, inventory, package); })) {
      latest = &statement;
    }
  }
  return latest;
}

}  // namespace

std::string_view to_string(VexStatus status) {
  switch (status) {
    case VexStatus::not_affected:
      return "not affected";
    case VexStatus::affected:
      return "affected";
    case VexStatus::fixed:
      return "fixed";
    case VexStatus::under_investigation:
      return "under investigation";
  }
  return "affected";
}

std::vector<VexStatement> read_vex(std::string_view text, std::string_view what_text) {
  const std::string what(what_text);
  if (text.size() > vex_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {} allowed", what, text.size(),
         vex_limit_bytes);
  }
  const Json document = parse_json(text, what);
  if (text_member(document, "@context").starts_with("https://openvex.dev/ns")) {
    return read_openvex(document, what);
  }
  if (text_member(document, "bomFormat") == "CycloneDX") return read_cyclonedx_vex(document, what);
  if (json_member(document, "document").is_object()) return read_csaf_statements(document, what);
  fail(ErrorKind::unsupported, "{} is none of OpenVEX, CSAF and CycloneDX", what);
}

bool is_about(const VexProduct& product, const Inventory& inventory, const Package& package) {
  const auto is_meant = [&](const std::string& said) { return is_subcomponent(said, package); };
  const auto& inner = product.subcomponents;
  if (is_image(product, inventory.subject)) {
    return inner.empty() || std::any_of(inner.begin(), inner.end(), is_meant);
  }
  const auto purl = Purl::parse(product.id);
  if (!purl) return false;
  if (inner.empty()) return is_package(*purl, package);
  // something in a package, which has to be there
  return std::any_of(inner.begin(), inner.end(), is_meant) &&
         std::any_of(inventory.packages.begin(), inventory.packages.end(),
                     [&](const Package& outer) { return is_package(*purl, outer); });
}

std::size_t apply_vex(Matches& matches, const Inventory& inventory,
                      const std::vector<VexStatement>& statements) {
  std::size_t count = 0;
  for (Finding& finding : matches.findings) {
    if (!finding.suppressed.empty()) continue;
    const VexStatement* const statement = find_statement(finding, inventory, statements);
    if (statement == nullptr) continue;
    if (statement->status == VexStatus::not_affected || statement->status == VexStatus::fixed) {
      finding.suppressed_by = "vex";
      finding.suppressed = reason_of(*statement);
      ++count;
    } else if (finding.note.empty()) {
      finding.note = statement->action;
    }
  }
  return count;
}

}  // namespace lade::sbom
