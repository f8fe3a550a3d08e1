#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "builder/build/build.h"
#include "libimage/base/json.h"
#include "libimage/base/time.h"

namespace lade::builder {

/// What of a build is recorded. Neither holds a secret: those are named by their ids.
enum class ProvenanceMode {
  off,
  min,  ///< all inputs and parameters by name and digest, but no values of build arguments
  max   ///< with values, the Containerfile's text and the layer that each step made
};

/// What the build itself does not know of its provenance.
struct ProvenanceFacts {
  ProvenanceMode mode = ProvenanceMode::min;
  std::string builder_id;   ///< whom one trusts to have built this as said; a URI
  std::string version;      ///< of Lade
  std::string context_uri;  ///< where the main context was fetched from; empty: a local directory
  Timestamp started;        ///< not told in a reproducible build, nor is `finished`
  Timestamp finished{};
};

/// The type of a SLSA v1 provenance predicate.
inline constexpr std::string_view provenance_type = "https://slsa.dev/provenance/v1";
/// Its `buildType`: what the parameters mean (docs/provenance.md).
inline constexpr std::string_view containerfile_build_type = "urn:lade:build:containerfile:v1";

/// The predicate (SLSA v1.0, "Provenance"): equal builds with an epoch give equal bytes.
Json provenance_predicate(const BuildOptions& options, const BuildRecord& record,
                          const ProvenanceFacts& facts);

}  // namespace lade::builder
