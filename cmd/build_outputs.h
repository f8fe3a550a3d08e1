#pragma once

#include <string>

#include "builder/build/build.h"
#include "cmd/build_flags.h"
#include "cmd/session.h"
#include "libimage/base/json.h"

namespace lade::cmd {

/// One --output.
struct BuildOutput {
  std::string type;         ///< local, tar, oci, docker, image, or a transport of copy
  std::string destination;  ///< a path; "-" is stdout; empty for image
};

/// "type=local,dest=DIR", "type=tar,dest=-", "DIR" (local) or "-" (tar). Throws `invalid`.
BuildOutput parse_output(const std::string& text);

/// Sends the image that was built to where the --output flags say. `set_owners`: files of a local
/// one get the owners they have in the image.
void write_outputs(const BuildFlags& flags, const builder::BuildRecord& record, bool set_owners,
                   Session& session);

/// What --metadata-file holds; the names are BuildKit's where it has one.
Json metadata(const builder::BuildOptions& options, const builder::BuildRecord& record);

/// --check: prints the findings; exit code 1 if there are any.
void check_only(const builder::BuildOptions& options, Session& session);

/// "64m", "1g", "4096": bytes. Throws `invalid` with the flag's name.
std::uint64_t parse_size(const std::string& text, std::string_view flag);

}  // namespace lade::cmd
