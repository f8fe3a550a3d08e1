#include <fmt/format.h>

#include <array>
#include <cstring>

#include "libimage/base/text.h"
#include "sbom/audit/tree_facts.h"

namespace lade::sbom {
namespace {

constexpr std::array<std::string_view, 41> capability_names = {"chown",
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

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8U * i);
  }
  return value;
}

std::string names_of(std::uint64_t set) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((set >> bit & 1U) == 0) continue;
    names.push_back(bit < capability_names.size() ? fmt::format("cap_{}", capability_names[bit])
                                                  : fmt::format("capability {}", bit));
  }
  return join(names, ",");
}

}  // namespace

std::string describe_capabilities(std::string_view xattr) {
  constexpr std::string_view unreadable = "capabilities that cannot be read";
  if (xattr.size() < 4) return std::string(unreadable);
  const std::uint32_t magic = word_at(xattr, 0);
  const std::uint32_t revision = magic >> 24U;
  const std::size_t words = revision == 1 ? 1 : 2;
  const std::size_t size = 4 + words * 8 + (revision == 3 ? 4 : 0);
  if (revision < 1 || revision > 3 || xattr.size() != size) return std::string(unreadable);
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
  for (std::size_t i = 0; i < words; ++i) {
    permitted |= std::uint64_t{word_at(xattr, 4 + i * 8)} << (32U * i);
    inheritable |= std::uint64_t{word_at(xattr, 8 + i * 8)} << (32U * i);
  }
  const bool is_effective = (magic & 1U) != 0;
  std::vector<std::string> parts;
  if (permitted != 0) parts.push_back(names_of(permitted) + (is_effective ? "=ep" : "=p"));
  if (inheritable != 0) parts.push_back(names_of(inheritable) + "=i");
  return parts.empty() ? "no capability, which takes all from root" : join(parts, " ");
}

}  // namespace lade::sbom
