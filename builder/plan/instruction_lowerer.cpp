#include "builder/plan/instruction_lowerer.h"

#include <algorithm>
#include <utility>

#include "builder/containerfile/git_source.h"
#include "builder/plan/history_text.h"
#include "builder/plan/variables.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::builder {

namespace cf = lade::containerfile;

namespace {

bool is_url(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

/// What the flags of ADD and the query of a repository say must agree.
RemoteRepository lower_repository(const cf::Add& add, cf::GitSource source) {
  if (source.submodules.value_or(false)) {
    fail(ErrorKind::unsupported, "ADD {}: submodules are not fetched", source.remote);
  }
  if (!add.checksum.empty()) {
    const std::string given = cf::parse_commit_checksum(add.checksum);
    if (!source.checksum.empty() && source.checksum != given) {
      fail(ErrorKind::invalid, "--checksum={} and the repository's checksum={} differ", given,
           source.checksum);
    }
    source.checksum = given;
  }
  if (add.keep_git_dir && source.keep_git_dir && *add.keep_git_dir != *source.keep_git_dir) {
    fail(ErrorKind::invalid, "--keep-git-dir and the repository's keep-git-dir differ");
  }
  const bool keep = add.keep_git_dir.value_or(source.keep_git_dir.value_or(false));
  return {std::move(source.remote), std::move(source.ref), std::move(source.checksum),
          std::move(source.subdir), keep};
}

/// One line for labels, cut where a terminal would wrap it badly.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  constexpr std::size_t longest = 160;
  if (text.size() > longest) text = text.substr(0, longest) + "…";
  return text;
}

std::vector<std::string> expand_ports(const std::string& text) {
  const auto slash = text.find('/');
  const std::string protocol =
      slash == std::string::npos ? "tcp" : to_lower(text.substr(slash + 1));
  const std::string ports = text.substr(0, slash);
  const auto dash = ports.find('-');
  const auto first = parse_int(ports.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_int(ports.substr(dash + 1));
  if (!first || !last || *first < 1 || *last > 65535 || *first > *last ||
      (protocol != "tcp" && protocol != "udp" && protocol != "sctp")) {
    fail(ErrorKind::invalid, "EXPOSE {}: wanted PORT[-PORT][/tcp|udp|sctp], ports 1 to 65535",
         text);
  }
  std::vector<std::string> list;
  for (std::int64_t port = *first; port <= *last; ++port) {
    list.push_back(fmt::format("{}/{}", port, protocol));
  }
  return list;
}

}  // namespace

bool makes_step(const cf::Instruction& instruction) {
  return std::holds_alternative<cf::Run>(instruction.value) ||
         std::holds_alternative<cf::Copy>(instruction.value) ||
         std::holds_alternative<cf::Add>(instruction.value) ||
         std::holds_alternative<cf::Workdir>(instruction.value);
}

std::string step_label(StageState& state, const std::string& text) {
  ++state.step;
  return fmt::format("[{}{}{}/{}] {}", state.name, state.name.empty() ? "" : " ", state.step,
                     state.steps, one_line(text));
}

void InstructionLowerer::lower(StageState& state, const cf::Instruction& written) {
  cf::Instruction instruction = written;
  line_ = static_cast<int>(written.first_line);
  cf::expand(file_, instruction, [&](std::string_view name) { return state.lookup(name); });
  try {
    std::visit([&](const auto& value) { apply(state, value); }, instruction.value);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::invalid || error.kind() == ErrorKind::not_found) {
      error.add_context(fmt::format("{}:{}", options_.file_name, line_));
    }
    throw;
  }
}

NodeId InstructionLowerer::add_node(StageState& state, Op op, std::vector<NodeId> inputs,
                                    const std::string& text) {
  Node node{std::move(op), state.top, std::move(inputs)};
  node.label = step_label(state, text);
  node.place = fmt::format("{}:{}", options_.file_name, line_);
  node.cacheable = !state.no_cache;
  graph_.nodes.push_back(std::move(node));
  state.top = graph_.nodes.size() - 1;
  PlannedHistory line;
  line.entry.created_by = text;
  line.node = state.top;
  state.history.push_back(std::move(line));
  return state.top;
}

void InstructionLowerer::note(StageState& state, std::string created_by) {
  PlannedHistory line;
  line.entry.created_by = std::move(created_by);
  state.history.push_back(std::move(line));
}

std::vector<std::string> InstructionLowerer::command_line(const StageState& state,
                                                          const cf::Command& command) const {
  if (command.json) return command.words;
  std::vector<std::string> argv = state.shell();
  if (!command.words.empty()) argv.push_back(command.words.front());
  return argv;
}

CopyOp InstructionLowerer::transfer(const StageState& state, const cf::Transfer& from) const {
  CopyOp op;
  op.sources = from.sources;
  for (const auto& file : from.files) op.inline_files.push_back({file.name, file.text});
  op.destination = from.destination;
  op.working_dir = state.config.config.working_dir.empty() ? "/" : state.config.config.working_dir;
  op.chown = from.chown;
  op.chmod = from.chmod;
  op.excludes = from.exclude;
  op.link = from.link;
  const std::size_t count = op.sources.size() + op.inline_files.size();
  if (count > 1 && !op.destination.ends_with('/') && op.destination != ".") {
    fail(ErrorKind::invalid,
         "with more than one source the destination must be a directory and end with /, got {}",
         op.destination);
  }
  return op;
}

void InstructionLowerer::apply(StageState& state, const cf::Copy& copy) {
  for (const std::string& source : copy.sources) {
    if (!is_url(source) && !cf::find_git_source(source)) continue;
    fail(ErrorKind::invalid, "COPY takes nothing from the network, ADD does: {}",
         without_userinfo(source));
  }
  CopyOp op = transfer(state, copy);
  op.parents = copy.parents;
  std::vector<NodeId> inputs;
  const auto named = options_.named_contexts.find(copy.from);
  const bool directory =
      named != options_.named_contexts.end() && named->second.find("://") == std::string::npos;
  if (directory) {
    op.context = copy.from;
  } else if (!copy.from.empty()) {
    op.from = stages_.find_files(copy.from, stage_index_, state.platform);
    inputs.push_back(*op.from);
  }
  add_node(state, std::move(op), std::move(inputs), copy_text(copy));
}

void InstructionLowerer::apply(StageState& state, const cf::Add& add) {
  CopyOp op = transfer(state, add);
  std::vector<std::string> local;
  for (std::string& source : op.sources) {
    if (auto repository = cf::find_git_source(source)) {
      op.repositories.push_back(lower_repository(add, *std::move(repository)));
    } else if (is_url(source)) {
      std::optional<Digest> checksum;
      if (!add.checksum.empty()) checksum = Digest::parse(add.checksum);
      op.remote_files.push_back({source, checksum});
    } else {
      local.push_back(std::move(source));
    }
  }
  op.sources = std::move(local);
  const std::size_t remotes = op.remote_files.size() + op.repositories.size();
  if (!add.checksum.empty() && remotes != 1) {
    fail(ErrorKind::invalid, "--checksum goes with exactly one URL, got {}", remotes);
  }
  op.unpack_local = add.unpack.value_or(true);
  op.unpack_remote = add.unpack.value_or(false);
  add_node(state, std::move(op), {}, add_text(add));
}

void InstructionLowerer::apply(StageState& state, const cf::Arg& arg) {
  std::string text = "ARG";
  for (const auto& declaration : arg.declarations) {
    std::optional<std::string> value = declaration.value;
    const auto given = options_.build_args.find(declaration.name);
    const auto global = global_.find(declaration.name);
    if (given != options_.build_args.end()) {
      value = given->second;
    } else if (!value && global != global_.end()) {
      value = global->second;
    } else if (!value && declaration.name == "SOURCE_DATE_EPOCH" && options_.epoch) {
      value = std::to_string(options_.epoch->seconds);
    }
    text += " " + declaration.name + (value ? "=" + *value : "");
    if (!value) continue;
    if (!state.args.contains(declaration.name)) state.declared.push_back(declaration.name);
    state.args[declaration.name] = *value;
  }
  note(state, text);
}

void InstructionLowerer::apply(StageState& state, const cf::Cmd& cmd) {
  const std::vector<std::string> argv = command_line(state, cmd.command);
  state.config.config.cmd = argv;
  state.config.config.args_escaped = false;
  state.cmd_set = true;
  note(state, "CMD " + json_list(argv));
}

void InstructionLowerer::apply(StageState& state, const cf::Entrypoint& entrypoint) {
  const std::vector<std::string> argv = command_line(state, entrypoint.command);
  state.config.config.entrypoint = argv;
  // the base image's arguments were meant for its own entry point
  if (!state.cmd_set) state.config.config.cmd.reset();
  note(state, "ENTRYPOINT " + json_list(argv));
}

void InstructionLowerer::apply(StageState& state, const cf::Env& env) {
  for (const auto& pair : env.pairs) set_env(state.config.config.env, pair.key, pair.value);
  note(state, pairs_text("ENV", env.pairs));
}

void InstructionLowerer::apply(StageState& state, const cf::Expose& expose) {
  for (const std::string& text : expose.ports) {
    for (std::string& port : expand_ports(text)) {
      state.config.config.exposed_ports.insert(std::move(port));
    }
  }
  note(state, "EXPOSE " + join(expose.ports, " "));
}

void InstructionLowerer::apply(StageState&, const cf::From&) {
  fail(ErrorKind::internal, "FROM inside a stage");
}

void InstructionLowerer::apply(StageState& state, const cf::Healthcheck& check) {
  Healthcheck& health = state.config.config.healthcheck.emplace();
  if (check.none) {
    health.test = {"NONE"};
  } else {
    health.test = {check.command.json ? "CMD" : "CMD-SHELL"};
    health.test.insert(health.test.end(), check.command.words.begin(), check.command.words.end());
  }
  health.interval_ns = check.interval_ns;
  health.timeout_ns = check.timeout_ns;
  health.start_period_ns = check.start_period_ns;
  health.start_interval_ns = check.start_interval_ns;
  health.retries = check.retries;
  note(state, "HEALTHCHECK " + json_list(health.test));
}

void InstructionLowerer::apply(StageState& state, const cf::Label& label) {
  for (const auto& pair : label.pairs) state.config.config.labels[pair.key] = pair.value;
  note(state, pairs_text("LABEL", label.pairs));
}

void InstructionLowerer::apply(StageState& state, const cf::Maintainer& maintainer) {
  state.config.author = maintainer.name;
  note(state, "MAINTAINER " + maintainer.name);
}

void InstructionLowerer::apply(StageState& state, const cf::Onbuild& onbuild) {
  state.config.config.on_build.push_back(onbuild.expression);
  note(state, "ONBUILD " + onbuild.expression);
}

std::vector<std::string> InstructionLowerer::run_env(const StageState& state) const {
  std::vector<std::string> env = state.config.config.env;
  for (const std::string& name : state.declared) {
    if (!find_env(env, name)) set_env(env, name, state.args.at(name));
  }
  if (!find_env(env, "PATH")) {
    set_env(env, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }
  return env;
}

std::vector<std::string> InstructionLowerer::proxy_env(const std::vector<std::string>& env) const {
  std::vector<std::string> proxies;
  for (const auto& [name, value] : options_.build_args) {
    if (is_proxy_arg(name) && !find_env(env, name)) proxies.push_back(name + "=" + value);
  }
  return proxies;
}

RunMount InstructionLowerer::lower_mount(const StageState& state, const cf::Mount& mount,
                                         std::vector<NodeId>& inputs) {
  RunMount lowered;
  lowered.type = static_cast<RunMount::Type>(mount.type);
  lowered.target = mount.target;
  const std::string working_dir =
      state.config.config.working_dir.empty() ? "/" : state.config.config.working_dir;
  if (!lowered.target.empty() && !lowered.target.starts_with('/')) {
    lowered.target = working_dir + (working_dir.ends_with('/') ? "" : "/") + lowered.target;
  }
  lowered.source = mount.source;
  lowered.read_only = mount.read_only;
  lowered.id = mount.id;
  lowered.required = mount.required;
  lowered.env = mount.env.value_or("");
  lowered.mode = mount.mode;
  lowered.uid = mount.uid.value_or(0);
  lowered.gid = mount.gid.value_or(0);
  lowered.size_bytes = mount.size_bytes.value_or(0);
  if (mount.sharing) lowered.sharing = static_cast<RunMount::Sharing>(*mount.sharing);
  const bool takes_files = mount.type == cf::MountType::bind || mount.type == cf::MountType::cache;
  const auto named = options_.named_contexts.find(mount.from);
  if (named != options_.named_contexts.end() && named->second.find("://") == std::string::npos) {
    lowered.context = mount.from;
  } else if (takes_files && !mount.from.empty()) {
    lowered.from = stages_.find_files(mount.from, stage_index_, state.platform);
    inputs.push_back(*lowered.from);
  }
  return lowered;
}

void InstructionLowerer::apply(StageState& state, const cf::Run& run) {
  RunOp op;
  const auto script = cf::find_run_script(run);
  if (!script) {
    op.argv = command_line(state, run.command);
  } else if (script->is_program) {
    constexpr std::string_view place = "/dev/pipes/script";
    op.scripts.push_back({std::string(place), script->text});
    op.argv = {std::string(place)};
  } else {
    op.argv = state.shell();
    op.argv.push_back(script->text);
  }
  if (run.security == cf::SecurityMode::insecure) op.insecure = true;
  if (!run.devices.empty()) {
    fail(ErrorKind::unsupported, "RUN --device={}: CDI devices need a privileged runtime",
         run.devices.front().name);
  }
  op.env = run_env(state);
  op.proxy_env = proxy_env(op.env);
  op.platform = state.platform.str();
  op.working_dir = state.config.config.working_dir.empty() ? "/" : state.config.config.working_dir;
  op.user = state.config.config.user;
  op.network = run.network != cf::NetworkMode::none;
  std::vector<NodeId> inputs;
  for (const cf::Mount& mount : run.mounts) {
    op.mounts.push_back(lower_mount(state, mount, inputs));
  }
  std::vector<std::string> args;
  for (const std::string& name : state.declared) args.push_back(name + "=" + state.args.at(name));
  const std::string text = run_text(op.argv, args);
  const std::string label =
      "RUN " +
      (run.command.words.empty() || script ? join(op.argv, " ") : join(run.command.words, " "));
  add_node(state, std::move(op), std::move(inputs), label);
  state.history.back().entry.created_by = text;
}

void InstructionLowerer::apply(StageState& state, const cf::Shell& shell) {
  state.config.config.shell = shell.words;
  note(state, "SHELL " + json_list(shell.words));
}

void InstructionLowerer::apply(StageState& state, const cf::StopSignal& signal) {
  state.config.config.stop_signal = signal.signal;
  note(state, "STOPSIGNAL " + signal.signal);
}

void InstructionLowerer::apply(StageState& state, const cf::User& user) {
  state.config.config.user = user.user;
  note(state, "USER " + user.user);
}

void InstructionLowerer::apply(StageState& state, const cf::Volume& volume) {
  for (const std::string& path : volume.paths) state.config.config.volumes.insert(path);
  note(state, "VOLUME " + json_list(volume.paths));
}

void InstructionLowerer::apply(StageState& state, const cf::Workdir& workdir) {
  std::string path = workdir.path;
  if (!path.starts_with('/')) {
    const std::string& before = state.config.config.working_dir;
    path = (before.empty() || before == "/" ? "/" : before + "/") + path;
  }
  std::vector<std::string> parts;
  for (std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else {
      parts.push_back(std::move(part));
    }
  }
  path = fmt::format("/{}", join(parts, "/"));
  state.config.config.working_dir = path;
  add_node(state, MakeDirOp{path, state.config.config.user}, {}, "WORKDIR " + path);
}

}  // namespace lade::builder
