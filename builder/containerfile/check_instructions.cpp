#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "builder/containerfile/findings.h"
#include "builder/containerfile/runes.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

/// Whether a variable of this name is likely to hold a secret: one of its parts is such a word.
bool names_secret(std::string_view name) {
  constexpr std::string_view secret[] = {"apikey", "auth",   "credential", "credentials",
                                         "key",    "passwd", "password",   "pword",
                                         "secret", "token"};
  bool found = false;
  for (const std::string& part : split(to_lower(name), '_')) {
    if (part == "public") return false;
    found = found || std::find(std::begin(secret), std::end(secret), part) != std::end(secret);
  }
  return found;
}

/// What has been seen of a stage, kept for the stages that are built on it.
struct StageState {
  bool absolute_workdir = false;
  bool own_shell = false;
  std::map<std::string, std::size_t> single;  // CMD, ENTRYPOINT, HEALTHCHECK: the last one's line
};

class InstructionChecks {
 public:
  InstructionChecks(const CheckOptions& options, Findings& findings, StageState& state)
      : options_(options), findings_(findings), state_(state) {}

  void run(const Instruction& instruction) {
    keyword_ = to_upper(instruction.keyword);
    line_ = instruction.first_line;
    std::visit(*this, instruction.value);
  }

  void operator()(const Cmd& cmd) { once(), command(cmd.command); }
  void operator()(const Entrypoint& entrypoint) { once(), command(entrypoint.command); }
  void operator()(const Healthcheck&) { once(); }
  void operator()(const Shell&) { state_.own_shell = true; }
  void operator()(const Maintainer&) {
    report("MaintainerDeprecated", "MAINTAINER is deprecated: use a label for the author");
  }
  void operator()(const Arg& arg) {
    for (const ArgDeclaration& declaration : arg.declarations) secret(declaration.name);
  }
  void operator()(const Env& env) {
    for (const KeyValue& pair : env.pairs) secret(pair.key);
    if (env.old_form) old_form();
  }
  void operator()(const Label& label) {
    if (label.old_form) old_form();
  }
  void operator()(const Workdir& workdir) {
    if (workdir.path.starts_with('/')) {
      state_.absolute_workdir = true;
    } else if (!state_.absolute_workdir && !workdir.path.starts_with('$')) {
      report("WorkdirRelativePath",
             fmt::format("WORKDIR '{}' is relative to whatever the base image has",
                         printable(workdir.path)));
    }
  }
  void operator()(const Expose& expose) {
    for (const std::string& port : expose.ports) exposed(port);
  }
  void operator()(const Copy& copy) {
    if (copy.from.empty()) ignored(copy.sources);
  }
  void operator()(const Add& add) { ignored(add.sources); }
  void operator()(const From&) {}
  void operator()(const Onbuild&) {}
  void operator()(const Run&) {}
  void operator()(const StopSignal&) {}
  void operator()(const User&) {}
  void operator()(const Volume&) {}

 private:
  void report(std::string_view rule, std::string message) {
    findings_.add(rule, line_, std::move(message));
  }
  void once() {
    const auto [before, first] = state_.single.try_emplace(keyword_, line_);
    if (first) return;
    // the earlier one is what has no effect
    findings_.add("MultipleInstructionsDisallowed", before->second,
                  fmt::format("A later {} of the stage replaces this one", keyword_));
    before->second = line_;
  }
  void command(const Command& command) {
    if (command.json || command.words.empty() || state_.own_shell) return;
    report("JSONArgsRecommended",
           fmt::format("{} should be a JSON array: a shell does not pass signals on", keyword_));
  }
  void secret(std::string_view name) {
    if (!names_secret(name)) return;
    report("SecretsUsedInArgOrEnv",
           fmt::format("{} '{}' looks like a secret, and stays in the image: use a secret mount",
                       keyword_, printable(name)));
  }
  void old_form() {
    report("LegacyKeyValueFormat",
           fmt::format("Write \"{0} key=value\" instead of \"{0} key value\"", keyword_));
  }
  void exposed(const std::string& port) {
    const std::size_t slash = port.find('/');
    if (slash != std::string::npos && to_lower(port.substr(slash)) != port.substr(slash) &&
        port.find('$', slash) == std::string::npos) {
      report("ExposeProtoCasing",
             fmt::format("The protocol of '{}' should be lower case", printable(port)));
    }
    // a colon inside ${name:-port} separates nothing
    const bool has_host =
        port.find('$') == std::string::npos && port.find(':') != std::string::npos;
    if (has_host) {
      report("ExposeInvalidFormat",
             fmt::format("'{}' names a host address or port, which EXPOSE does not map",
                         printable(port)));
    }
  }
  void ignored(const std::vector<std::string>& sources) {
    for (const std::string& source : sources) {
      if (!options_.ignore || source.find("://") != std::string::npos ||
          source.starts_with("git@") || source.find('$') != std::string::npos) {
        continue;
      }
      std::string path = clean_path(source);
      if (path.starts_with('/')) path.erase(0, 1);
      if (path.empty() || path == "." || !options_.ignore->excludes(path)) continue;
      report("CopyIgnoredFile", fmt::format("{} of '{}', which the ignore file leaves out",
                                            keyword_, printable(source)));
    }
  }

  const CheckOptions& options_;
  Findings& findings_;
  StageState& state_;
  std::string keyword_;
  std::size_t line_ = 1;
};

}  // namespace

void check_instructions(const Containerfile& file, const CheckOptions& options,
                        Findings& findings) {
  std::map<std::string, StageState> states;
  for (const Instruction& instruction : file.global_args) {
    StageState state;
    InstructionChecks(options, findings, state).run(instruction);
  }
  for (const Stage& stage : file.stages) {
    const auto base = states.find(to_lower(stage.from().base));
    StageState state = base == states.end() ? StageState{} : base->second;
    state.single.clear();
    InstructionChecks checks(options, findings, state);
    for (const Instruction& instruction : stage.instructions) checks.run(instruction);
    if (!stage.from().name.empty()) states[stage.from().name] = std::move(state);
  }
}

}  // namespace lade::containerfile
