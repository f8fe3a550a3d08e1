#include "builder/sandbox/capabilities.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::array<std::string_view, 41> names = {"chown",
                                                    "dac_override",
                                                    "dac_read_search",
                                                    "fowner",
                                                    "fsetid",
                                                    "kill",
                                                    "setgid",
                                                    "setuid",
                                                    "setpcap",
                                                    "linux_immutable",
                                                    "net_bind_service",
                                                    "net_broadcast",
                                                    "net_admin",
                                                    "net_raw",
                                                    "ipc_lock",
                                                    "ipc_owner",
                                                    "sys_module",
                                                    "sys_rawio",
                                                    "sys_chroot",
                                                    "sys_ptrace",
                                                    "sys_pacct",
                                                    "sys_admin",
                                                    "sys_boot",
                                                    "sys_nice",
                                                    "sys_resource",
                                                    "sys_time",
                                                    "sys_tty_config",
                                                    "mknod",
                                                    "lease",
                                                    "audit_write",
                                                    "audit_control",
                                                    "setfcap",
                                                    "mac_override",
                                                    "mac_admin",
                                                    "syslog",
                                                    "wake_alarm",
                                                    "block_suspend",
                                                    "audit_read",
                                                    "perfmon",
                                                    "bpf",
                                                    "checkpoint_restore"};

std::string bare(std::string_view name) {
  std::string lower = to_lower(name);
  return lower.starts_with("cap_") ? lower.substr(4) : lower;
}

}  // namespace

std::optional<unsigned> find_capability(std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), bare(name));
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(std::distance(names.begin(), found));
}

std::string capability_name(unsigned number) {
  if (number >= names.size()) return fmt::format("CAP_{}", number);
  std::string name = "CAP_";
  for (const char c : names[number]) {
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

CapabilitySet parse_capability(std::string_view name) {
  if (bare(name) == "all") return (CapabilitySet{1} << names.size()) - 1;
  const auto number = find_capability(name);
  if (!number) fail(ErrorKind::invalid, "there is no capability \"{}\"", printable(name));
  return CapabilitySet{1} << *number;
}

}  // namespace lade::builder
