#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/base/time.h"

namespace lade::signing {

/// Who built, as a SLSA provenance (1 or 0.2) says; empty if it does not.
std::string provenance_builder(const Json& predicate);
/// The repositories that a build was asked to build, as URLs: without "git+" and what stands behind
/// "@" or "#", and without ".git". What a build only fetched on its way is none.
std::vector<std::string> provenance_sources(const Json& predicate);
/// When what a predicate tells of was finished, by its type; nothing if it does not say.
std::optional<Timestamp> predicate_time(const std::string& type, const Json& predicate);

}  // namespace lade::signing
