#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "signing/policy/policy.h"

namespace lade::signing {

/// Something in a policy that is allowed and cannot be meant.
struct PolicyWarning {
  std::string where{};  ///< "transports.docker.\"busybox\""
  std::string what{};
};

/// Scopes that no image belongs to, requirements that nothing fulfils, keys that cannot be read.
/// `trouble_with` tells why a file of keys cannot be read, or nothing.
std::vector<PolicyWarning> warnings_of(
    const Policy& policy,
    const std::function<std::optional<std::string>(const std::string& path)>& trouble_with);

}  // namespace lade::signing
