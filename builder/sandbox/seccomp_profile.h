#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builder/sandbox/capabilities.h"

namespace lade::builder {

/// How one argument of a system call is compared, unsigned, in 64 bits.
enum class SeccompOperator {
  not_equal,
  less,
  less_or_equal,
  equal,
  greater_or_equal,
  greater,
  masked_equal  ///< (argument & mask) == value
};

struct SeccompCondition {
  unsigned argument = 0;  ///< 0..5
  SeccompOperator op = SeccompOperator::equal;
  std::uint64_t value = 0;
  std::uint64_t mask = UINT64_MAX;  ///< used by masked_equal alone
};

/// What happens to some system calls. Holds when every condition does; of the rules for one call
/// the first that holds decides.
struct SeccompRule {
  std::vector<std::string> names;
  std::uint32_t action = 0;  ///< SECCOMP_RET_…, with its errno
  std::vector<SeccompCondition> conditions;
};

/// Which calls a process may make. A call that no rule names gets the default.
struct SeccompProfile {
  std::uint32_t default_action = 0;  ///< SECCOMP_RET_…, with its errno
  std::vector<SeccompRule> rules;
};

/// A kernel's version, e.g. {6, 1}.
struct KernelVersion {
  unsigned major = 0;
  unsigned minor = 0;

  auto operator<=>(const KernelVersion&) const = default;
};
/// The running kernel's.
KernelVersion running_kernel();

/// The profile of a container that holds `capabilities`: what Docker's and containers-common's
/// default profiles allow. Calls it knows and does not allow fail with EPERM, calls it does not
/// know with ENOSYS, so that a C library falls back to an older call.
SeccompProfile default_seccomp_profile(CapabilitySet capabilities);

/// Reads a profile in Docker's JSON format (`--security-opt seccomp=FILE`), keeping the rules that
/// apply to this machine, `kernel` and `capabilities`. Throws `invalid` for what is not such a
/// profile and `unsupported` for SCMP_ACT_NOTIFY, both named after `what`.
SeccompProfile parse_seccomp_profile(std::string_view text, std::string_view what,
                                     CapabilitySet capabilities, KernelVersion kernel);

/// Fake ownership: puts rules before all others that let the chown family, setgroups and the making
/// of device nodes succeed without doing anything. Needed where one id alone is mapped: a package
/// manager that unpacks files of other owners would fail there, and no other owner can exist.
void add_fake_ownership(SeccompProfile& profile);

}  // namespace lade::builder
