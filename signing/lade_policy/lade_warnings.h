#pragma once

#include <vector>

#include "signing/lade_policy/lade_policy.h"
#include "signing/policy/warnings.h"

namespace lade::signing {

/// What a policy.toml says that is allowed and cannot be meant: waivers that have expired, keys
/// whose time is over, signers that nobody asks for, modes that leave no trace.
std::vector<PolicyWarning> warnings_of(const LadePolicy& policy, Timestamp now);

}  // namespace lade::signing
