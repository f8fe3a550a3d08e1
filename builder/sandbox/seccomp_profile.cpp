#include "builder/sandbox/seccomp_profile.h"

#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

#if defined(__x86_64__)
constexpr std::array<std::string_view, 3> own_architectures = {"amd64", "x32", "x86"};
#else
constexpr std::array<std::string_view, 2> own_architectures = {"arm64", "arm"};
#endif

constexpr std::array<std::pair<std::string_view, SeccompOperator>, 7> operators = {{
    {"SCMP_CMP_NE", SeccompOperator::not_equal},
    {"SCMP_CMP_LT", SeccompOperator::less},
    {"SCMP_CMP_LE", SeccompOperator::less_or_equal},
    {"SCMP_CMP_EQ", SeccompOperator::equal},
    {"SCMP_CMP_GE", SeccompOperator::greater_or_equal},
    {"SCMP_CMP_GT", SeccompOperator::greater},
    {"SCMP_CMP_MASKED_EQ", SeccompOperator::masked_equal},
}};

std::uint32_t parse_action(const std::string& name, std::optional<std::int64_t> errno_value,
                           std::string_view what) {
  if (errno_value && (*errno_value < 0 || *errno_value > 4095)) {
    fail(ErrorKind::invalid, "{}: {} is not an errno", what, *errno_value);
  }
  const auto data = static_cast<std::uint32_t>(errno_value.value_or(EPERM));
  if (name == "SCMP_ACT_ALLOW") return SECCOMP_RET_ALLOW;
  if (name == "SCMP_ACT_ERRNO") return SECCOMP_RET_ERRNO | data;
  if (name == "SCMP_ACT_TRACE") return SECCOMP_RET_TRACE | data;
  if (name == "SCMP_ACT_TRAP") return SECCOMP_RET_TRAP;
  if (name == "SCMP_ACT_LOG") return SECCOMP_RET_LOG;
  if (name == "SCMP_ACT_KILL_PROCESS") return SECCOMP_RET_KILL_PROCESS;
  if (name == "SCMP_ACT_KILL" || name == "SCMP_ACT_KILL_THREAD") return SECCOMP_RET_KILL_THREAD;
  if (name == "SCMP_ACT_NOTIFY") {
    fail(ErrorKind::unsupported, "{}: SCMP_ACT_NOTIFY needs an agent, which no build has", what);
  }
  fail(ErrorKind::invalid, "{}: \"{}\" is no seccomp action", what, printable(name));
}

/// A whole number of up to 64 bits, which find_int would refuse.
std::uint64_t number_or_zero(const Json& object, std::string_view key, std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr) return 0;
  if (!member->is_number_unsigned()) {
    fail(ErrorKind::invalid, "{}: \"{}\" must be a number from 0", what, key);
  }
  return member->get<std::uint64_t>();
}

SeccompCondition parse_condition(const Json& argument, std::string_view what) {
  const std::uint64_t index = number_or_zero(argument, "index", what);
  if (index > 5) fail(ErrorKind::invalid, "{}: a system call has no argument {}", what, index);
  const std::string op = get_string(argument, "op", what);
  for (const auto& [name, value] : operators) {
    if (name != op) continue;
    SeccompCondition condition{static_cast<unsigned>(index), value,
                               number_or_zero(argument, "value", what)};
    if (value == SeccompOperator::masked_equal) {
      condition.mask = std::exchange(condition.value, number_or_zero(argument, "valueTwo", what));
    }
    return condition;
  }
  fail(ErrorKind::invalid, "{}: \"{}\" is no comparison", what, printable(op));
}

bool has_own_architecture(const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return std::find(own_architectures.begin(), own_architectures.end(), name) !=
           own_architectures.end();
  });
}

KernelVersion parse_kernel(const std::string& text, std::string_view what) {
  const std::vector<std::string> parts = split(text, '.');
  const auto major = parse_int(parts[0]);
  const auto minor = parts.size() > 1 ? parse_int(parts[1]) : std::optional<std::int64_t>{};
  if (!major || !minor) {
    fail(ErrorKind::invalid, "{}: \"{}\" is no kernel version", what, printable(text));
  }
  return {static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
}

/// How much of a rule's "includes" or "excludes" holds here.
struct Filter {
  bool all = true;   ///< every stated requirement is met
  bool any = false;  ///< at least one is
};

Filter evaluate(const Json& rule, std::string_view key, std::string_view what,
                CapabilitySet capabilities, KernelVersion kernel) {
  Filter result;
  const Json* filter = find_object(rule, key, what);
  if (filter == nullptr) return result;
  const auto note = [&](bool met) {
    result.all = result.all && met;
    result.any = result.any || met;
  };
  for (const std::string& name : find_strings(*filter, "caps", what)) {
    const auto number = find_capability(name);
    note(number && (capabilities >> *number & 1) != 0);
  }
  const std::vector<std::string> arches = find_strings(*filter, "arches", what);
  if (!arches.empty()) note(has_own_architecture(arches));
  if (const auto least = find_string(*filter, "minKernel", what)) {
    note(kernel >= parse_kernel(*least, what));
  }
  return result;
}

void parse_rule(const Json& rule, std::string_view what, CapabilitySet capabilities,
                KernelVersion kernel, SeccompProfile& profile) {
  SeccompRule parsed{find_strings(rule, "names", what), 0, {}};
  if (const auto name = find_string(rule, "name", what)) parsed.names.push_back(*name);
  if (parsed.names.empty()) fail(ErrorKind::invalid, "{}: a rule names no system call", what);
  parsed.action =
      parse_action(get_string(rule, "action", what), find_int(rule, "errnoRet", what), what);
  std::set<unsigned> arguments;
  bool repeats = false;
  if (const Json* args = find_array(rule, "args", what)) {
    for (const Json& argument : *args) {
      parsed.conditions.push_back(parse_condition(argument, what));
      repeats = !arguments.insert(parsed.conditions.back().argument).second || repeats;
    }
  }
  if (!evaluate(rule, "includes", what, capabilities, kernel).all) return;
  if (evaluate(rule, "excludes", what, capabilities, kernel).any) return;
  if (!repeats) {
    profile.rules.push_back(std::move(parsed));
    return;
  }
  // the format's own oddity: conditions on one argument are alternatives
  for (const SeccompCondition& condition : parsed.conditions) {
    profile.rules.push_back({parsed.names, parsed.action, {condition}});
  }
}

}  // namespace

KernelVersion running_kernel() {
  utsname names{};
  if (::uname(&names) != 0) fail_errno("cannot ask for the kernel's version");
  return parse_kernel(names.release, "uname");
}

SeccompProfile parse_seccomp_profile(std::string_view text, std::string_view what,
                                     CapabilitySet capabilities, KernelVersion kernel) {
  const Json root = parse_json(text, what);
  SeccompProfile profile;
  profile.default_action = parse_action(get_string(root, "defaultAction", what),
                                        find_int(root, "defaultErrnoRet", what), what);
  const Json* rules = find_array(root, "syscalls", what);
  if (rules == nullptr) return profile;
  for (const Json& rule : *rules) parse_rule(rule, what, capabilities, kernel, profile);
  return profile;
}

void add_fake_ownership(SeccompProfile& profile) {
  constexpr std::uint32_t pretend = SECCOMP_RET_ERRNO;
  std::vector<SeccompRule> rules;
  rules.push_back({{"chown", "chown32", "fchown", "fchown32", "fchownat", "lchown", "lchown32",
                    "setgroups", "setgroups32"},
                   pretend,
                   {}});
  for (const mode_t type : {mode_t{S_IFCHR}, mode_t{S_IFBLK}}) {
    rules.push_back({{"mknod"}, pretend, {{1, SeccompOperator::masked_equal, type, S_IFMT}}});
    rules.push_back({{"mknodat"}, pretend, {{2, SeccompOperator::masked_equal, type, S_IFMT}}});
  }
  profile.rules.insert(profile.rules.begin(), rules.begin(), rules.end());
}

}  // namespace lade::builder
