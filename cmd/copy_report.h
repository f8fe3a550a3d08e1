#pragma once

#include <string>

#include "cmd/session.h"
#include "libimage/base/json.h"
#include "libimage/image/copy.h"

namespace lade::cmd {

/// What a copy did, for people.
std::string summary(const CopyReport& report, bool dry_run);
/// The same for programs.
Json copy_record(const CopyReport& report);
/// A warning that an index was not taken whole, for those who may not expect it.
void tell_part(const Session& session, const CopyReport& report, const std::string& about = {});
/// What was converted and left out, as warnings that begin with `about`.
void tell_notes(const Session& session, const CopyReport& report, const std::string& about = {});

}  // namespace lade::cmd
