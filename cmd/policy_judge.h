#pragma once

#include <memory>

#include "cmd/admission.h"

namespace lade::cmd {

/// The policy.json that counts; null if there is none, or it allows whatever comes. Throws what
/// loading it throws.
std::unique_ptr<ImageJudge> find_policy_judge(Session& session);

}  // namespace lade::cmd
