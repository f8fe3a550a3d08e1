// What the configuration says of how containers run.
#include <algorithm>

#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

constexpr std::string_view sensitive_volumes[] = {"/",
                                                  "/bin",
                                                  "/boot",
                                                  "/dev",
                                                  "/etc",
                                                  "/lib",
                                                  "/lib64",
                                                  "/proc",
                                                  "/root",
                                                  "/run",
                                                  "/sbin",
                                                  "/sys",
                                                  "/usr",
                                                  "/var/run",
                                                  "/var/run/docker.sock",
                                                  "/run/docker.sock",
                                                  "/run/containerd/containerd.sock"};

struct RiskyPort {
  std::int64_t number;
  std::string_view why;
};
constexpr RiskyPort risky_ports[] = {{21, "ftp sends passwords in the clear"},
                                     {22, "ssh: a container is entered by its runtime"},
                                     {23, "telnet sends passwords in the clear"},
                                     {111, "rpcbind"},
                                     {445, "smb"},
                                     {512, "rexec asks for no key"},
                                     {513, "rlogin asks for no key"},
                                     {514, "rsh asks for no key"},
                                     {2375, "a Docker daemon that asks nobody who he is"},
                                     {3389, "rdp"},
                                     {5900, "vnc"}};

constexpr std::string_view signals[] = {"ABRT", "ALRM", "BUS",    "CHLD",  "CLD",  "CONT",   "FPE",
                                        "HUP",  "ILL",  "INT",    "IO",    "IOT",  "KILL",   "PIPE",
                                        "POLL", "PROF", "PWR",    "QUIT",  "SEGV", "STKFLT", "STOP",
                                        "SYS",  "TERM", "TRAP",   "TSTP",  "TTIN", "TTOU",   "URG",
                                        "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ"};

/// "/etc/" and "//etc" are "/etc".
std::string tidy_path(std::string_view path) {
  std::string tidy;
  for (const std::string& part : split(path, '/')) {
    if (!part.empty() && part != ".") tidy += "/" + part;
  }
  return tidy.empty() ? "/" : tidy;
}

void check_volumes(AuditContext& context) {
  for (const std::string& volume : context.run().volumes) {
    const std::string path = tidy_path(volume);
    if (std::find(std::begin(sensitive_volumes), std::end(sensitive_volumes), path) ==
        std::end(sensitive_volumes)) {
      continue;
    }
    context.add_config("VOLUME", path, "VOLUME", volume);
  }
}

/// "80/tcp", "8000-8010/udp"; the first and last port.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_ports(std::string_view text) {
  const std::string_view numbers = text.substr(0, text.find('/'));
  const auto dash = numbers.find('-');
  const auto first = parse_int(numbers.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_int(numbers.substr(dash + 1));
  if (!first || !last || *first < 1 || *last > 65535 || *first > *last) return std::nullopt;
  return std::pair(*first, *last);
}

void check_risky_ports(AuditContext& context) {
  for (const std::string& port : context.run().exposed_ports) {
    const auto range = parse_ports(port);
    if (!range) {
      context.add_config("EXPOSE", fmt::format("\"{}\" is no port", port), "EXPOSE");
      continue;
    }
    for (const RiskyPort& risky : risky_ports) {
      if (risky.number < range->first || risky.number > range->second) continue;
      context.add_config("EXPOSE", fmt::format("{}: {}", port, risky.why), "EXPOSE");
    }
  }
}

void check_low_ports(AuditContext& context) {
  for (const std::string& port : context.run().exposed_ports) {
    const auto range = parse_ports(port);
    if (range && range->first < 1024) context.add_config("EXPOSE", port, "EXPOSE");
  }
}

void check_healthcheck(AuditContext& context) {
  const auto& check = context.run().healthcheck;
  if (!check || check->test.empty()) {
    return context.add_config("HEALTHCHECK", "there is none");
  }
  if (check->test.front() == "NONE") {
    context.add_config("HEALTHCHECK", "it is switched off", "HEALTHCHECK");
  }
}

/// What Docker makes of the shell form: SHELL's words and the text.
bool is_shell_form(const std::vector<std::string>& words) {
  return words.size() == 3 && words[1] == "-c" &&
         (words[0].ends_with("/sh") || words[0].ends_with("/bash") || words[0].ends_with("/ash"));
}

void check_shell_form(AuditContext& context) {
  const RunConfig& run = context.run();
  const bool has_entrypoint = run.entrypoint && !run.entrypoint->empty();
  const auto& words = has_entrypoint ? run.entrypoint : run.cmd;
  if (!words || !is_shell_form(*words)) return;
  // sh that execs is gone by the time a signal comes
  if (trim((*words)[2]).starts_with("exec ")) return;
  const char* instruction = has_entrypoint ? "ENTRYPOINT" : "CMD";
  context.add_config(instruction, (*words)[2], instruction);
}

void check_command(AuditContext& context) {
  const RunConfig& run = context.run();
  const bool is_silent =
      (!run.entrypoint || run.entrypoint->empty()) && (!run.cmd || run.cmd->empty());
  if (is_silent) context.add_config("ENTRYPOINT", "neither it nor CMD is set");
}

void check_stop_signal(AuditContext& context) {
  std::string_view name = context.run().stop_signal;
  if (name.empty()) return;
  const auto report = [&](std::string_view why) {
    context.add_config("STOPSIGNAL", fmt::format("\"{}\" {}", name, why), "STOPSIGNAL");
  };
  const auto number = parse_int(name);
  std::string_view word = name;
  if (word.starts_with("SIG")) word.remove_prefix(3);
  const bool is_real_time = word.starts_with("RTMIN") || word.starts_with("RTMAX");
  const bool is_known = number ? *number >= 1 && *number <= 64
                               : is_real_time || std::find(std::begin(signals), std::end(signals),
                                                           word) != std::end(signals);
  if (!is_known) return report("is no signal");
  if (word == "KILL" || number == 9) report("gives no time to end in order");
  if (word == "STOP" || number == 19) report("ends nothing");
}

void check_working_directory(AuditContext& context) {
  const std::string& directory = context.run().working_dir;
  if (directory.empty() || directory.front() == '/') return;
  context.add_config("WORKDIR", fmt::format("\"{}\" is relative", directory), "WORKDIR");
}

constexpr AuditCheck config_table[] = {
    {.id = "config-volume",
     .family = "config",
     .severity = AuditSeverity::high,
     .cis = "",
     .others = "DKL-DI-0002",
     .title = "A VOLUME lies over a directory of the system",
     .remedy = "Make the volume a directory of the application.",
     .run = check_volumes},
    {.id = "config-port-risky",
     .family = "config",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "DL3011",
     .title = "A port of remote control or of an unsafe protocol is exposed",
     .remedy = "Leave the service out of the image.",
     .run = check_risky_ports},
    {.id = "config-port-low",
     .family = "config",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "A port below 1024 is exposed",
     .remedy = "Listen on a port from 1024 on: no capability is needed for those.",
     .run = check_low_ports},
    {.id = "config-healthcheck",
     .family = "config",
     .severity = AuditSeverity::low,
     .tier = AuditTier::normal,
     .cis = "4.6",
     .others = "CIS-DI-0006",
     .title = "There is no HEALTHCHECK",
     .remedy = "Add one, unless the orchestrator has probes of its own.",
     .run = check_healthcheck},
    {.id = "config-shell-form",
     .family = "config",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "DL3025",
     .title = "A shell stands between the runtime and the program",
     .remedy = "Write the JSON form, or exec the program: else signals do not reach it.",
     .run = check_shell_form},
    {.id = "config-command",
     .family = "config",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "The image says no program to run",
     .remedy = "Set ENTRYPOINT or CMD, unless it is only built upon.",
     .run = check_command},
    {.id = "config-stop-signal",
     .family = "config",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "",
     .title = "STOPSIGNAL stops nothing in order",
     .remedy = "Name the signal that the program ends on, SIGTERM mostly.",
     .run = check_stop_signal},
    {.id = "config-workdir",
     .family = "config",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "DL3000",
     .title = "The working directory is relative",
     .remedy = "Write WORKDIR with an absolute path.",
     .run = check_working_directory},
};

}  // namespace

std::span<const AuditCheck> config_checks() { return config_table; }

}  // namespace lade::sbom
