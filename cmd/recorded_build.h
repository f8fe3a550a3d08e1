#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmd/build_flags.h"
#include "libimage/base/json.h"
#include "libimage/base/temp_dir.h"

namespace lade::cmd {

/// A build as its provenance tells it (docs/provenance.md).
struct RecordedBuild {
  Json parameters;            ///< `request` of the predicate
  std::string context_uri{};  ///< empty: a local directory
  std::string containerfile_path{};
  std::string containerfile_digest{};              ///< sha256, hex
  std::optional<std::string> containerfile{};      ///< its text, if the record has it
  std::map<std::string, std::string> images{};     ///< by name: the digest that was used
  std::map<std::string, std::string> materials{};  ///< everything else: "sha256:…" by URI or name
};

/// `unsupported` for what another program built, `invalid` for a record that is not whole.
RecordedBuild parse_recorded_build(const Json& predicate);

/// Sets what `flags` leaves open as it was then. Throws `invalid`, naming all that is missing
/// (values of build arguments, secrets), and `conflict` if the Containerfile is another one now.
void set_as_recorded(BuildFlags& flags, const RecordedBuild& recorded);

}  // namespace lade::cmd
