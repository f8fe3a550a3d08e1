#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "builder/build/build.h"
#include "builder/build/provenance.h"
#include "cmd/session.h"
#include "cmd/signing_keys.h"

namespace lade::cmd {

/// What --provenance and --attest say.
struct ProvenanceFlags {
  std::string provenance = "min";
  std::vector<std::string> attest;
  std::string format = "referrer";
  KeyFlags key;  ///< signs the record, and the image

  void add_to(CLI::App& app);
  /// Mode and builder id, the rest empty. Throws `invalid` with the flag's name.
  builder::ProvenanceFacts facts(const Session& session) const;
};

/// Records how an image was built and attaches that to it in the store: as a referrer or, if it
/// is to be BuildKit's format, in an index that its names stand for from then on. A record that
/// says the same but for the times is left as it is. Returns what the names stand for.
Descriptor attach_provenance(Session& session, const ProvenanceFlags& flags,
                             const builder::BuildOptions& options,
                             const builder::BuildRecord& record,
                             const builder::ProvenanceFacts& facts, Lease& lease);

}  // namespace lade::cmd
