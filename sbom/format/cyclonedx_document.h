#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "sbom/format/options.h"
#include "sbom/format/party.h"
#include "sbom/model/inventory.h"

namespace lade::sbom {

// A CycloneDX document as values (ECMA-424), which its JSON and its XML are written from and read
// into. Empty stands for absent.

struct CdxHash {
  std::string algorithm;  ///< "SHA-256"
  std::string content;
};

struct CdxProperty {
  std::string name;
  std::string value;
};

struct CdxLicense {
  enum class Form : unsigned char { id, name, expression };
  Form form = Form::expression;
  std::string value{};
  std::string acknowledgement{};  ///< "declared", "concluded"; since 1.6
};

struct CdxReference {
  std::string type;
  std::string url;
  std::vector<CdxHash> hashes{};
};

struct CdxComponent {
  std::string type{};  ///< "library"
  std::string ref{};
  std::string group{};
  std::string name{};
  std::string version{};
  Party supplier{};
  Party manufacturer{};  ///< since 1.6
  std::string author{};  ///< read only
  std::string publisher{};
  std::string description{};
  std::string scope{};  ///< "excluded" for what is declared only
  std::vector<CdxHash> hashes{};
  std::vector<CdxLicense> licenses{};
  std::string cpe{};
  std::string purl{};
  std::vector<CdxReference> references{};
  std::vector<CdxProperty> properties{};
  std::vector<CdxLicense> found_licenses{};  ///< evidence
  std::vector<std::string> occurrences{};    ///< evidence: paths; since 1.5
  std::string parent{};                      ///< ref of the component it stands in; read only
};

struct CdxDependency {
  std::string ref;
  std::vector<std::string> depends_on{};
};

struct CdxComposition {
  std::string aggregate;  ///< "complete", "incomplete", "unknown"
  std::vector<std::string> assemblies{};
  std::vector<std::string> dependencies{};
};

struct CdxAnnotation {
  std::string text;
};

struct CdxDocument {
  std::string version{};  ///< "1.6"
  std::string timestamp{};
  std::vector<CdxComponent> tools{};
  Party author{};
  CdxComponent root{};  ///< none if it has no name
  std::vector<CdxComponent> components{};
  std::vector<CdxDependency> dependencies{};
  std::vector<CdxComposition> compositions{};
  std::vector<CdxAnnotation> annotations{};  ///< of the root, by the tool
  std::vector<CdxProperty> properties{};     ///< of the metadata
};

CdxDocument to_cyclonedx(const Inventory& inventory, const WriteOptions& options,
                         std::string_view version);
/// What the document calls each package of the inventory: its bom-ref.
std::vector<std::string> cyclonedx_refs(const Inventory& inventory);
Inventory from_cyclonedx(const CdxDocument& document);

std::string write_cyclonedx_json(const CdxDocument& document);
std::string write_cyclonedx_xml(const CdxDocument& document);

/// Versions 1.2 to 1.7; `invalid` and `unsupported`, naming `what`.
CdxDocument read_cyclonedx_json(const Json& json, std::string_view what);
CdxDocument read_cyclonedx_xml(std::string_view text, std::string_view what);

/// Throws `unsupported` unless documents of the version can be read.
void require_cyclonedx_version(std::string_view version, std::string_view what);

}  // namespace lade::sbom
