#include <map>
#include <optional>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/triage/vex_read.h"
#include "sbom/vulndata/json_members.h"
#include "sbom/vulndata/osv.h"

// `affects` names components of the same document by bom-ref, or those of another one by a BOM-Link
// ("urn:cdx:SERIAL/VERSION#bom-ref"), whose reference is a purl with most makers.
namespace lade::sbom {
namespace {

using Components = std::map<std::string, std::string>;  ///< bom-ref to purl, or name

void add_component(const Json& component, Components& known) {
  const std::string ref = text_member(component, "bom-ref");
  std::string id = text_member(component, "purl");
  if (id.empty() && text_member(component, "type") == "container") {
    id = text_member(component, "name");
    const std::string version = text_member(component, "version");
    if (!version.empty()) id += (version.find(':') == std::string::npos ? ":" : "@") + version;
  }
  if (!ref.empty() && !id.empty()) known.emplace(ref, id);
  for (const Json& inner : members_of(component, "components")) add_component(inner, known);
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      decoded += static_cast<char>((*byte)[0]);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string resolve_ref(std::string ref, const Components& known) {
  if (ref.starts_with("urn:cdx:") && ref.find('#') != std::string::npos) {
    ref = percent_decoded(std::string_view(ref).substr(ref.find('#') + 1));
  }
  const auto found = known.find(ref);
  return found == known.end() ? ref : found->second;
}

std::optional<VexStatus> cyclonedx_status(const std::string& state, const std::string& in) {
  if (state.empty()) return std::nullopt;
  if (state == "not_affected" || state == "false_positive") return VexStatus::not_affected;
  if (state == "resolved" || state == "resolved_with_pedigree") return VexStatus::fixed;
  if (state == "exploitable") return VexStatus::affected;
  if (state == "in_triage") return VexStatus::under_investigation;
  fail(ErrorKind::invalid, "{}.analysis.state: there is no state {}", in, printable(state));
}

std::vector<VexProduct> affected_products(const Json& vulnerability, const Components& known,
                                          const std::string& in) {
  std::vector<VexProduct> products;
  for (const Json& affects : list(vulnerability, "affects", in)) {
    const std::string id = resolve_ref(get_string(affects, "ref", in + ".affects"), known);
    std::vector<std::string> versions;
    for (const Json& version : members_of(affects, "versions")) {
      const std::string text = text_member(version, "version");
      if (!text.empty() && text_member(version, "status") != "unaffected") versions.push_back(text);
    }
    // a purl with a version says which; without one, these do
    const bool has_versions = !members_of(affects, "versions").empty();
    if (!has_versions || id.find('@', id.rfind('/') + 1) != std::string::npos) {
      add_once(products, {.id = id});
      continue;
    }
    const std::size_t name_end = std::min(id.find('?'), id.size());
    for (const std::string& version : versions) {
      add_once(products, {.id = id.substr(0, name_end) + "@" + version + id.substr(name_end)});
    }
  }
  return products;
}

}  // namespace

std::vector<VexStatement> read_cyclonedx_vex(const Json& document, const std::string& what) {
  Components known;
  const Json& metadata = json_member(document, "metadata");
  add_component(json_member(metadata, "component"), known);
  for (const Json& component : members_of(document, "components")) add_component(component, known);
  const auto time = metadata.is_object() ? find_time(metadata, "timestamp", what + ": metadata")
                                         : std::optional<Timestamp>();
  std::string author = text_member(json_member(metadata, "supplier"), "name");
  for (const Json& person : members_of(metadata, "authors")) {
    if (author.empty()) author = text_member(person, "name");
  }
  std::vector<VexStatement> statements;
  std::size_t number = 0;
  for (const Json& member : list(document, "vulnerabilities", what)) {
    const std::string in = fmt::format("{}: vulnerabilities[{}]", what, number++);
    const Json& analysis = json_member(member, "analysis");
    const auto status = cyclonedx_status(text_member(analysis, "state"), in);
    if (!status) continue;
    VexStatement statement{.vulnerabilities = {get_string(member, "id", in)},
                           .products = affected_products(member, known, in),
                           .status = *status,
                           .justification = text_member(analysis, "justification"),
                           .impact = text_member(analysis, "detail"),
                           .action = text_member(member, "recommendation"),
                           .author = author,
                           .time = find_time(analysis, "lastUpdated", in + ".analysis"),
                           .file = what};
    if (!statement.time) statement.time = find_time(member, "updated", in);
    if (!statement.time) statement.time = time;
    for (const Json& reference : members_of(member, "references")) {
      std::string id = text_member(reference, "id");
      if (!id.empty()) add_once(statement.vulnerabilities, std::move(id));
    }
    if (!statement.products.empty()) statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace lade::sbom
