#pragma once

#include <optional>
#include <string_view>

namespace lade::registry {

/// When a registry is asked for an image that the store may have.
enum class PullPolicy {
  always,   ///< each time
  missing,  ///< if the store does not have it
  newer,    ///< each time, but what the store has will do if nobody answers
  never     ///< the store has it or nobody
};

/// By the words of podman, buildah and Compose: "ifnotpresent", "ifnewer", "true" and "false" too.
std::optional<PullPolicy> parse_pull_policy(std::string_view word);

}  // namespace lade::registry
