#include "builder/sandbox/limits.h"

#include <sys/resource.h>

#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 15> resources = {{
    {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},
    {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK},
    {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},
    {"rttime", RLIMIT_RTTIME},
    {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
}};

std::uint64_t parse_limit(std::string_view text, std::string_view whole) {
  if (text == "unlimited" || text == "-1") return ResourceLimit::unlimited;
  const auto number = parse_int(text);
  if (!number || *number < 0) {
    fail(ErrorKind::invalid, "ulimit \"{}\": \"{}\" is not a limit", printable(whole),
         printable(text));
  }
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

ResourceLimit parse_ulimit(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    fail(ErrorKind::invalid, "ulimit \"{}\" must be NAME=SOFT[:HARD]", printable(text));
  }
  const std::string_view name = text.substr(0, equals);
  const std::string_view limits = text.substr(equals + 1);
  const auto colon = limits.find(':');
  for (const auto& [known, resource] : resources) {
    if (known != name) continue;
    const std::uint64_t soft = parse_limit(limits.substr(0, colon), text);
    const std::uint64_t hard =
        colon == std::string_view::npos ? soft : parse_limit(limits.substr(colon + 1), text);
    if (soft > hard) {
      fail(ErrorKind::invalid, "ulimit \"{}\": the soft limit is above the hard one", text);
    }
    return {resource, soft, hard};
  }
  fail(ErrorKind::invalid, "ulimit \"{}\": there is no resource \"{}\"", printable(text),
       printable(name));
}

std::string_view resource_name(int resource) {
  for (const auto& [name, number] : resources) {
    if (number == resource) return name;
  }
  return "?";
}

}  // namespace lade::builder
