#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lade::builder {

/// A set of Linux capabilities: bit n is capability number n of capabilities(7).
using CapabilitySet = std::uint64_t;

/// The number of a capability; "CAP_CHOWN", "cap_chown" and "chown" are the same. Nothing if there
/// is no such capability.
std::optional<unsigned> find_capability(std::string_view name);
/// "CAP_CHOWN" for 0; a number the table does not know is "CAP_<n>".
std::string capability_name(unsigned number);
/// As find_capability, as a set; "ALL" is every capability. Throws `invalid` for an unknown name.
CapabilitySet parse_capability(std::string_view name);

/// What a container may do unless told otherwise: the fourteen capabilities that Docker and Buildah
/// leave to one (CHOWN, DAC_OVERRIDE, FSETID, FOWNER, MKNOD, NET_RAW, SETGID, SETUID, SETFCAP,
/// SETPCAP, NET_BIND_SERVICE, SYS_CHROOT, KILL, AUDIT_WRITE).
inline constexpr CapabilitySet default_capabilities = 0xa80425fb;

}  // namespace lade::builder
