#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cmd/trust_flags.h"
#include "libimage/base/json.h"

namespace lade::cmd {

/// What a signature was found to be: verdict "valid", by whom, when, in which logs, by which
/// trusted root.
Json verdict_record(const signing::Verified& verified, const std::optional<TrustUsed>& used);
/// The same for people: a line a fact, behind `indent`. Ages are as of `now`.
std::string verdict_text(const signing::Verified& verified, const std::optional<TrustUsed>& used,
                         Timestamp now, std::string_view indent);

}  // namespace lade::cmd
