#pragma once

#include <string>

#include "libimage/base/time.h"

namespace lade::sbom {

/// What a document says of itself that no inventory knows.
struct WriteOptions {
  Timestamp created{};  ///< told in whole seconds
  std::string tool_name = "lade";
  std::string tool_version{};
  /// Who makes the document, "Example <sbom@example.org>" or "Example <https://example.org>"; empty
  /// names the tool alone.
  std::string author{};
  // GitHub's dependency snapshots (github-json)
  std::string commit{};      ///< 40 hex digits
  std::string ref{};         ///< "refs/heads/main"
  std::string correlator{};  ///< tells snapshots of different jobs apart
  std::string job{};         ///< the run's id
};

}  // namespace lade::sbom
