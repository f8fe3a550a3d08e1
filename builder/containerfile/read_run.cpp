#include <fmt/format.h>

#include <optional>

#include "builder/containerfile/duration.h"
#include "builder/containerfile/readers.h"
#include "builder/containerfile/record.h"
#include "builder/containerfile/runes.h"
#include "builder/containerfile/suggestion.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

constexpr std::int64_t shortest_interval_ns = 1'000'000;

/// Runs `read`, and points at byte `offset` if it throws.
template <class Read>
auto read_at(const Request& request, std::size_t offset, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    request.fail_at(offset, error.message());
  }
}

/// Which of `names` the flag's value is; 0 if it is not given.
template <std::size_t Count>
std::size_t choice(const Request& request, const Flags& flags, std::string_view flag,
                   const std::string_view (&names)[Count]) {
  const std::vector<Word> values = flags.list(flag);
  if (values.empty()) return 0;
  for (std::size_t i = 0; i < Count; ++i) {
    if (names[i] == values.front().text) return i;
  }
  request.fail_at(values.front().offset,
                  fmt::format("unknown value {} of \"--{}\"{}", quote(values.front().text), flag,
                              suggestion(values.front().text, names)));
}

Device parse_device(std::string_view text) {
  Device device;
  for (const std::string& field : split_record(text)) {
    const std::size_t equals = field.find('=');
    const std::string key = to_lower(std::string_view(field).substr(0, equals));
    const bool has_value = equals != std::string::npos;
    const std::string value = has_value ? field.substr(equals + 1) : "";
    if (key == "required") {
      device.required = !has_value || parse_boolean(key, value);
    } else if (has_value && key != "name" && field.find('/') > equals) {
      fail(ErrorKind::invalid, "unknown device key {}, want \"name\" or \"required\"", quote(key));
    } else if (!device.name.empty()) {
      fail(ErrorKind::invalid, "a device has one name, got {} and {}", quote(device.name),
           quote(field));
    } else {
      device.name = key == "name" && has_value ? value : field;
    }
  }
  if (device.name.empty()) fail(ErrorKind::invalid, "the device has no name");
  return device;
}

std::int64_t read_interval(const Request& request, const Flags& flags, std::string_view flag) {
  const std::vector<Word> values = flags.list(flag);
  if (values.empty() || values.front().text.empty()) return 0;
  const Word& value = values.front();
  const auto interval = parse_duration(value.text);
  if (!interval) {
    request.fail_at(value.offset, fmt::format("\"--{}\" is {}, want a time such as 30s or 1m30s",
                                              flag, quote(value.text)));
  }
  if (*interval != 0 && *interval < shortest_interval_ns) {
    request.fail_at(value.offset,
                    fmt::format("\"--{}\" is {}, want 0 or at least 1ms", flag, quote(value.text)));
  }
  return *interval;
}

std::int32_t read_retries(const Request& request, const Flags& flags) {
  const std::vector<Word> values = flags.list("retries");
  if (values.empty() || values.front().text.empty()) return 0;
  const auto retries = parse_int(values.front().text);
  if (!retries || *retries < 0 || *retries > INT32_MAX) {
    request.fail_at(values.front().offset,
                    fmt::format("\"--retries\" is {}, want a number from 0 to {}",
                                quote(values.front().text), INT32_MAX));
  }
  return static_cast<std::int32_t>(*retries);
}

}  // namespace

Command read_command(const Node& node, std::size_t first) {
  Command command;
  command.json = node.json;
  for (std::size_t i = first; i < node.arguments.size(); ++i) {
    command.words.push_back(node.arguments[i].text);
  }
  return command;
}

Run read_run(const Request& request) {
  constexpr FlagSpec specs[] = {{"mount", FlagKind::list},
                                {"network", FlagKind::text},
                                {"security", FlagKind::text},
                                {"device", FlagKind::list}};
  constexpr std::string_view networks[] = {"default", "none", "host"};
  constexpr std::string_view securities[] = {"sandbox", "insecure"};
  const Flags flags(request, specs);
  Run run;
  run.command = read_command(request.node);
  run.heredocs = request.node.heredocs;
  if (run.command.words.empty()) request.fail_here("RUN needs a command");
  run.network = static_cast<NetworkMode>(choice(request, flags, "network", networks));
  run.security = static_cast<SecurityMode>(choice(request, flags, "security", securities));
  for (const Word& mount : flags.list("mount")) {
    run.mounts.push_back(read_at(request, mount.offset, [&] { return parse_mount(mount.text); }));
  }
  for (const Word& device : flags.list("device")) {
    run.devices.push_back(
        read_at(request, device.offset, [&] { return parse_device(device.text); }));
  }
  return run;
}

Healthcheck read_healthcheck(const Request& request) {
  constexpr FlagSpec specs[] = {{"interval", FlagKind::text},
                                {"timeout", FlagKind::text},
                                {"start-period", FlagKind::text},
                                {"start-interval", FlagKind::text},
                                {"retries", FlagKind::text}};
  const Flags flags(request, specs);
  const std::vector<Word>& words = request.node.arguments;
  if (words.empty()) request.fail_here("HEALTHCHECK needs CMD and a command, or NONE");
  Healthcheck check;
  const std::string type = to_lower(words.front().text);
  if (type == "none") {
    if (words.size() > 1) request.fail_at(words[1].offset, "HEALTHCHECK NONE takes no arguments");
    check.none = true;
    return check;
  }
  if (type != "cmd") {
    request.fail_at(
        words.front().offset,
        fmt::format("unknown kind {} of HEALTHCHECK, want CMD or NONE", quote(words.front().text)));
  }
  check.command = read_command(request.node, 1);
  if (check.command.words.empty()) request.fail_here("HEALTHCHECK CMD needs a command");
  check.interval_ns = read_interval(request, flags, "interval");
  check.timeout_ns = read_interval(request, flags, "timeout");
  check.start_period_ns = read_interval(request, flags, "start-period");
  check.start_interval_ns = read_interval(request, flags, "start-interval");
  check.retries = read_retries(request, flags);
  return check;
}

std::string with_heredocs(std::string_view text, const std::vector<Heredoc>& heredocs) {
  std::string whole(text);
  for (const Heredoc& heredoc : heredocs) whole += "\n" + heredoc.content + heredoc.name;
  return whole;
}

std::optional<RunScript> find_run_script(const Run& run) {
  if (run.heredocs.empty() || run.command.words.size() != 1) return std::nullopt;
  const std::string& text = run.command.words.front();
  // a heredoc alone is the script itself; with a command around it, it is that command's input
  if (run.heredocs.size() == 1 && find_heredoc(text)) {
    const Heredoc& script = run.heredocs.front();
    return RunScript{script.text(), script.content.starts_with("#!")};
  }
  return RunScript{with_heredocs(text, run.heredocs), false};
}

}  // namespace lade::containerfile
