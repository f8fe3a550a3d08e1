#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/format/options.h"
#include "sbom/model/inventory.h"

namespace lade::sbom {

// An SPDX document as values (SPDX 2.3), which its JSON, its tag-value form and SPDX 3 are written
// from and read into. Texts are as in SPDX 2.3; empty stands for absent.

struct SpdxChecksum {
  std::string algorithm;  ///< "SHA256"
  std::string value;
};

struct SpdxExternalRef {
  std::string category;  ///< "PACKAGE-MANAGER", "SECURITY"
  std::string type;      ///< "purl", "cpe23Type"
  std::string locator;
};

struct SpdxPackage {
  std::string id{};  ///< "SPDXRef-…"
  std::string name{};
  std::string version{};
  std::string file_name{};
  std::string supplier{};    ///< "Organization: …"
  std::string originator{};  ///< likewise
  std::string download{};
  std::string homepage{};
  std::string source_info{};
  std::string license_concluded{};
  std::string license_declared{};
  std::string description{};
  std::string summary{};
  std::string purpose{};                ///< "LIBRARY"
  std::vector<std::string> purposes{};  ///< what SPDX 3 says of its file besides: "archive"
  std::vector<SpdxChecksum> checksums{};
  std::vector<SpdxExternalRef> refs{};
  std::vector<std::string> attributions{};
  std::vector<std::string> annotations{};  ///< their comments
};

/// The ids are views of what the document keeps.
struct SpdxRelationship {
  std::string_view from;
  std::string type;  ///< "DEPENDS_ON"
  std::string_view to;
  std::string comment{};
  std::optional<bool> is_complete{};  ///< SPDX 3 only: `from` has no others of the type
};

/// A licence that the list does not have.
struct SpdxExtracted {
  std::string id;
  std::string name;
  std::string text;
};

struct SpdxDocument {
  std::string version{};  ///< "SPDX-2.3"
  std::string name{};
  std::string name_space{};  ///< URI, where the UUID is to follow; all of it if it was read
  std::string created{};
  std::string annotator{};  ///< of all annotations; not read
  std::vector<std::string> creators{};
  std::vector<std::string> describes{};
  std::vector<SpdxPackage> packages{};
  std::vector<SpdxRelationship> relationships{};
  std::vector<SpdxExtracted> extracted{};
  /// What the relationships are between: there are many times more of them than of ids.
  std::unique_ptr<std::deque<std::string>> ids = std::make_unique<std::deque<std::string>>();

  std::string_view keep(std::string id) { return ids->emplace_back(std::move(id)); }
  std::vector<std::string> annotations{};
};

inline constexpr std::string_view spdx_document_id = "SPDXRef-DOCUMENT";

SpdxDocument to_spdx(const Inventory& inventory, const WriteOptions& options);
Inventory from_spdx(const SpdxDocument& document);

/// SPDX 2.3 JSON, tag-value, and SPDX 3.0.1 JSON-LD of a document whose namespace lacks its UUID.
std::string write_spdx_json(const SpdxDocument& document);
std::string write_spdx_tags(const SpdxDocument& document);
std::string write_spdx3(const SpdxDocument& document);

}  // namespace lade::sbom
