#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/model/inventory.h"
#include "sbom/vuln/match.h"

namespace lade::sbom {

enum class VexStatus : unsigned char { not_affected, affected, fixed, under_investigation };

/// "not affected", "under investigation", …
std::string_view to_string(VexStatus status);

/// What a statement is about: an image, or a package wherever it is.
struct VexProduct {
  std::string id{};      ///< a purl, else a name of an image as it was written
  std::string digest{};  ///< of an image: "sha256:…"
  /// purls of the packages in it that are meant; empty: all of it.
  std::vector<std::string> subcomponents{};

  bool operator==(const VexProduct&) const = default;
};

/// What somebody says of a vulnerability in some products.
struct VexStatement {
  std::vector<std::string> vulnerabilities{};  ///< names of one
  std::vector<VexProduct> products{};
  VexStatus status = VexStatus::affected;
  std::string justification{};  ///< "vulnerable_code_not_present"
  std::string impact{};         ///< why it is not affected, in words
  std::string action{};         ///< what to do about it
  std::string author{};
  std::optional<Timestamp> time{};
  std::string file{};
};

/// Reads OpenVEX (0.0.1 to 0.2.0), CSAF 2.0 and CycloneDX (JSON, `vulnerabilities[].analysis`),
/// told apart by what they say. Statements about nothing are left out. Throws `invalid`, naming
/// `what` and the member, `unsupported` for anything else.
std::vector<VexStatement> read_vex(std::string_view text, std::string_view what);

/// Whether a statement about `product` holds for a package of an inventory: if the product is the
/// package (by type, namespace and name, by version and qualifiers where the purl has them; of a
/// distribution's package by its source's name too), or the image, and the package is meant.
bool is_about(const VexProduct& product, const Inventory& inventory, const Package& package);

/// Suppresses findings that statements say are none, or fixed: by "vex", with justification, author
/// and file as the reason. Of statements on one finding the latest counts, and of those of one time
/// the last. Returns how many it suppressed.
std::size_t apply_vex(Matches& matches, const Inventory& inventory,
                      const std::vector<VexStatement>& statements);

}  // namespace lade::sbom
