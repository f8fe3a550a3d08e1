#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/base/time.h"

namespace lade::sbom {

/// A product of a CSAF document's tree. One that is a component of another names both.
struct CsafProduct {
  std::string name{};
  std::string purl{};
  std::string cpe{};
  std::string component{};  ///< product id; empty: the product is none of a relationship
  std::string platform{};   ///< product id of what the component belongs to
};

/// What is said of some products, in words: a remediation, a threat, a flag.
struct CsafRemark {
  std::string category{};  ///< "vendor_fix", "impact", "vulnerable_code_not_present"
  std::string details{};
  std::string url{};
  std::vector<std::string> products{};  ///< ids; empty: all
};

struct CsafScore {
  std::string scheme{};  ///< as SeverityClaim has it: "CVSS:3.1"
  std::string vector{};
  std::vector<std::string> products{};
};

struct CsafVulnerability {
  std::vector<std::string> ids{};  ///< the CVE first
  std::string title{};
  std::string description{};
  std::string cwe{};
  std::optional<Timestamp> published{};
  /// "fixed", "known_affected", "known_not_affected", "under_investigation", … to product ids.
  std::map<std::string, std::vector<std::string>, std::less<>> status{};
  std::vector<CsafRemark> remediations{};
  std::vector<CsafRemark> threats{};
  std::vector<CsafRemark> flags{};
  std::vector<CsafScore> scores{};
  std::vector<std::string> references{};
};

/// A CSAF 2.0 document (OASIS), as far as it tells of vulnerabilities of products.
struct CsafDocument {
  std::string id{};
  std::string category{};  ///< "csaf_vex"
  std::string publisher{};
  std::string severity{};  ///< of the document, in lower case
  std::optional<Timestamp> modified{};
  std::map<std::string, CsafProduct, std::less<>> products{};
  std::vector<CsafVulnerability> vulnerabilities{};
};

/// Throws `invalid`, naming `what` and the member, `unsupported` for other versions than 2.x.
CsafDocument read_csaf(std::string_view text, std::string_view what);
CsafDocument read_csaf(const Json& document, const std::string& what);

/// What a product consists of: its components from the outermost in, then what they belong to. Ids
/// without a product are left out, and chains that lead nowhere end.
std::vector<const CsafProduct*> parts_of(const CsafDocument& document, std::string_view id);

}  // namespace lade::sbom
