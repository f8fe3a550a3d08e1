#pragma once

#include <cstdint>
#include <string_view>

namespace lade::builder {

/// One limit of setrlimit(2) for a container; what is not named is inherited.
struct ResourceLimit {
  static constexpr std::uint64_t unlimited = UINT64_MAX;

  int resource = 0;  ///< RLIMIT_…
  std::uint64_t soft = unlimited;
  std::uint64_t hard = unlimited;
};

/// "nofile=1024:2048" or "nofile=1024" (both limits), as `--ulimit` takes it; -1 and "unlimited"
/// are no limit. Throws `invalid` for an unknown name, a malformed number or soft above hard.
ResourceLimit parse_ulimit(std::string_view text);
/// "nofile" for RLIMIT_NOFILE.
std::string_view resource_name(int resource);

}  // namespace lade::builder
