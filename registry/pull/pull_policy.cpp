#include "registry/pull/pull_policy.h"

#include <array>
#include <utility>

namespace lade::registry {

std::optional<PullPolicy> parse_pull_policy(std::string_view word) {
  using enum PullPolicy;
  static constexpr std::array<std::pair<std::string_view, PullPolicy>, 9> words = {{
      {"always", always},
      {"true", always},
      {"missing", missing},
      {"ifmissing", missing},
      {"ifnotpresent", missing},
      {"false", missing},
      {"newer", newer},
      {"ifnewer", newer},
      {"never", never},
  }};
  for (const auto& [known, policy] : words) {
    if (known == word) return policy;
  }
  return std::nullopt;
}

}  // namespace lade::registry
