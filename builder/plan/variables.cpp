#include "builder/plan/variables.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"

namespace lade::builder {

std::map<std::string, std::string> platform_args(const Platform& build, const Platform& target) {
  std::map<std::string, std::string> args;
  const auto add = [&](const std::string& prefix, const Platform& platform) {
    args[prefix + "PLATFORM"] = platform.str();
    args[prefix + "OS"] = platform.os;
    args[prefix + "OSVERSION"] = platform.os_version;
    args[prefix + "ARCH"] = platform.architecture;
    args[prefix + "VARIANT"] = platform.variant;
  };
  add("BUILD", build);
  add("TARGET", target);
  return args;
}

bool is_proxy_arg(std::string_view name) {
  static constexpr std::array<std::string_view, 5> names = {"http_proxy", "https_proxy",
                                                            "ftp_proxy", "no_proxy", "all_proxy"};
  const std::string lower = to_lower(name);
  return std::find(names.begin(), names.end(), lower) != names.end();
}

}  // namespace lade::builder
