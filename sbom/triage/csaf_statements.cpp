#include <algorithm>
#include <map>
#include <utility>

#include "sbom/triage/vex_read.h"
#include "sbom/vulndata/csaf.h"

// A product of CSAF is a package, or a package in something. Where that is an image, the package is
// the subcomponent; where it is a distribution, whose purl nobody has, the package's own says it.
namespace lade::sbom {
namespace {

struct NamedStatus {
  std::string_view name;
  VexStatus status;
};
constexpr NamedStatus csaf_statuses[] = {{"known_not_affected", VexStatus::not_affected},
                                         {"known_affected", VexStatus::affected},
                                         {"fixed", VexStatus::fixed},
                                         {"first_fixed", VexStatus::fixed},
                                         {"under_investigation", VexStatus::under_investigation}};

VexProduct csaf_product(const CsafDocument& document, const std::string& id) {
  VexProduct product;
  for (const CsafProduct* part : parts_of(document, id)) {
    if (part->purl.empty()) continue;
    // from the inside out: what was the product so far is in this
    if (!product.id.empty()) product.subcomponents = {product.id};
    product.id = part->purl;
  }
  return product;
}

std::string details_about(const std::vector<CsafRemark>& remarks, const std::string& id,
                          std::string_view category = "") {
  for (const CsafRemark& remark : remarks) {
    const auto& ids = remark.products;
    const bool is_meant = ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
    if (!is_meant || (!category.empty() && remark.category != category)) continue;
    return remark.details.empty() ? remark.category : remark.details;
  }
  return "";
}

}  // namespace

std::vector<VexStatement> read_csaf_statements(const Json& document, const std::string& what) {
  const CsafDocument csaf = read_csaf(document, what);
  std::vector<VexStatement> statements;
  for (const CsafVulnerability& vulnerability : csaf.vulnerabilities) {
    for (const NamedStatus& row : csaf_statuses) {
      const auto ids = vulnerability.status.find(row.name);
      if (ids == vulnerability.status.end()) continue;
      for (const std::string& id : ids->second) {
        VexProduct product = csaf_product(csaf, id);
        if (product.id.empty()) continue;
        statements.push_back({.vulnerabilities = vulnerability.ids,
                              .products = {std::move(product)},
                              .status = row.status,
                              .justification = details_about(vulnerability.flags, id),
                              .impact = details_about(vulnerability.threats, id, "impact"),
                              .action = details_about(vulnerability.remediations, id),
                              .author = csaf.publisher,
                              .time = csaf.modified,
                              .file = what});
      }
    }
  }
  return statements;
}

}  // namespace lade::sbom
