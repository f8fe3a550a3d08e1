#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "builder/containerfile/containerfile.h"
#include "builder/plan/lower.h"
#include "builder/plan/op.h"
#include "builder/plan/stage_state.h"

namespace lade::builder {

/// Finds the node whose files a --from means.
class StageFinder {
 public:
  virtual ~StageFinder() = default;
  /// A stage before number `before`, by name or number, or else an image.
  virtual NodeId find_files(const std::string& name, std::size_t before,
                            const Platform& platform) = 0;
};

/// Carries one instruction after the other over into a stage's state and the graph.
class InstructionLowerer {
 public:
  InstructionLowerer(const containerfile::Containerfile& file, const LowerOptions& options,
                     const std::map<std::string, std::string>& global, StageFinder& stages,
                     Graph& graph, std::size_t stage_index)
      : file_(file),
        options_(options),
        global_(global),
        stages_(stages),
        graph_(graph),
        stage_index_(stage_index) {}

  /// Errors say file and line.
  void lower(StageState& state, const containerfile::Instruction& written);

 private:
  void apply(StageState& state, const containerfile::Add& add);
  void apply(StageState& state, const containerfile::Arg& arg);
  void apply(StageState& state, const containerfile::Cmd& cmd);
  void apply(StageState& state, const containerfile::Copy& copy);
  void apply(StageState& state, const containerfile::Entrypoint& entrypoint);
  void apply(StageState& state, const containerfile::Env& env);
  void apply(StageState& state, const containerfile::Expose& expose);
  void apply(StageState& state, const containerfile::From& from);
  void apply(StageState& state, const containerfile::Healthcheck& check);
  void apply(StageState& state, const containerfile::Label& label);
  void apply(StageState& state, const containerfile::Maintainer& maintainer);
  void apply(StageState& state, const containerfile::Onbuild& onbuild);
  void apply(StageState& state, const containerfile::Run& run);
  void apply(StageState& state, const containerfile::Shell& shell);
  void apply(StageState& state, const containerfile::StopSignal& signal);
  void apply(StageState& state, const containerfile::User& user);
  void apply(StageState& state, const containerfile::Volume& volume);
  void apply(StageState& state, const containerfile::Workdir& workdir);

  NodeId add_node(StageState& state, Op op, std::vector<NodeId> inputs, const std::string& text);
  void note(StageState& state, std::string created_by);
  CopyOp transfer(const StageState& state, const containerfile::Transfer& from) const;
  std::vector<std::string> command_line(const StageState& state,
                                        const containerfile::Command& command) const;
  std::vector<std::string> run_env(const StageState& state) const;
  std::vector<std::string> proxy_env(const std::vector<std::string>& env) const;
  RunMount lower_mount(const StageState& state, const containerfile::Mount& mount,
                       std::vector<NodeId>& inputs);

  const containerfile::Containerfile& file_;
  const LowerOptions& options_;
  const std::map<std::string, std::string>& global_;
  StageFinder& stages_;
  Graph& graph_;
  std::size_t stage_index_;
  int line_ = 0;
};

/// Does the instruction become a node?
bool makes_step(const containerfile::Instruction& instruction);
/// "[build 2/5] RUN make"
std::string step_label(StageState& state, const std::string& text);

}  // namespace lade::builder
