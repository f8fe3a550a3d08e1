#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/triage/vex_read.h"
#include "sbom/vulndata/json_members.h"
#include "sbom/vulndata/osv.h"

// OpenVEX 0.2.0 has objects where 0.0.1 has texts: of the vulnerability, of products, and of
// subcomponents, which were members of the statement then. Times and author of the document hold
// for statements that have none.
namespace lade::sbom {
namespace {

VexStatus openvex_status(const Json& statement, const std::string& in) {
  const std::string word = get_string(statement, "status", in);
  if (word == "not_affected") return VexStatus::not_affected;
  if (word == "affected") return VexStatus::affected;
  if (word == "fixed") return VexStatus::fixed;
  if (word == "under_investigation") return VexStatus::under_investigation;
  fail(ErrorKind::invalid,
       "{}.status: wanted not_affected, affected, fixed or under_investigation, got {}", in,
       printable(word));
}

std::string component_id(const Json& component, const std::string& in) {
  if (component.is_string()) return component.get<std::string>();
  std::string purl = text_member(json_member(component, "identifiers"), "purl");
  if (purl.empty()) purl = text_member(component, "@id");
  if (purl.empty() && !json_member(component, "identifiers").is_object()) {
    fail(ErrorKind::invalid, "{}: wanted @id or identifiers", in);
  }
  return purl;
}

std::vector<std::string> component_ids(const Json& list, const std::string& in) {
  std::vector<std::string> ids;
  for (const Json& component : list) ids.push_back(component_id(component, in));
  return ids;
}

VexProduct openvex_product(const Json& member, const Json& statement, const std::string& in) {
  VexProduct product{.id = component_id(member, in)};
  const std::string hash = text_member(json_member(member, "hashes"), "sha-256");
  if (!hash.empty()) product.digest = "sha256:" + to_lower(hash);
  product.subcomponents = component_ids(members_of(member, "subcomponents"), in);
  for (std::string& id : component_ids(members_of(statement, "subcomponents"), in)) {
    add_once(product.subcomponents, std::move(id));
  }
  return product;
}

std::vector<std::string> openvex_names(const Json& statement, const std::string& in) {
  const Json& vulnerability = json_member(statement, "vulnerability");
  if (vulnerability.is_string()) return {vulnerability.get<std::string>()};
  if (!vulnerability.is_object()) fail(ErrorKind::invalid, "{}: vulnerability is missing", in);
  std::vector<std::string> names{get_string(vulnerability, "name", in + ".vulnerability")};
  for (std::string& alias : find_strings(vulnerability, "aliases", in + ".vulnerability")) {
    add_once(names, std::move(alias));
  }
  return names;
}

}  // namespace

std::vector<VexStatement> read_openvex(const Json& document, const std::string& what) {
  const auto time_of = [](const Json& object, const std::string& in) {
    const auto updated = find_time(object, "last_updated", in);
    return updated ? updated : find_time(object, "timestamp", in);
  };
  const auto time = time_of(document, what);
  const std::string author = find_string(document, "author", what).value_or("");
  std::vector<VexStatement> statements;
  std::size_t number = 0;
  for (const Json& member : list(document, "statements", what)) {
    const std::string in = fmt::format("{}: statements[{}]", what, number++);
    VexStatement statement{.vulnerabilities = openvex_names(member, in),
                           .status = openvex_status(member, in),
                           .justification = find_string(member, "justification", in).value_or(""),
                           .impact = find_string(member, "impact_statement", in).value_or(""),
                           .action = find_string(member, "action_statement", in).value_or(""),
                           .author = author,
                           .time = time_of(member, in),
                           .file = what};
    if (!statement.time) statement.time = time;
    if (statement.status == VexStatus::not_affected && statement.justification.empty() &&
        statement.impact.empty()) {
      fail(ErrorKind::invalid, "{}: not_affected wants a justification or an impact_statement", in);
    }
    for (const Json& product : members_of(member, "products")) {
      statement.products.push_back(openvex_product(product, member, in + ".products"));
    }
    if (!statement.products.empty()) statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace lade::sbom
