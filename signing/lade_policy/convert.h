#pragma once

#include <functional>
#include <string>
#include <vector>

#include "signing/lade_policy/lade_policy.h"
#include "signing/notation/trust_policy.h"
#include "signing/policy/policy.h"

namespace lade::signing {

/// A policy in another form. What it cannot say there is in `losses`, and the scope that it is of
/// refuses all images: a conversion never allows more.
struct ConvertedPolicy {
  std::string text{};
  std::vector<std::string> losses{};  ///< "docker \"example.com/app\": signedBy …"
};

/// policy.json as policy.toml.
ConvertedPolicy to_lade_policy(const Policy& policy);
/// Notation's trust policy as policy.toml; `files_of` lists the certificates of a trust store.
ConvertedPolicy to_lade_policy(
    const TrustPolicy& policy,
    const std::function<std::vector<std::string>(const TrustStoreName&)>& files_of);
/// policy.toml as policy.json, for images of registries and in files.
ConvertedPolicy to_policy_json(const LadePolicy& policy);

}  // namespace lade::signing
