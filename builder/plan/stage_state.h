#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "builder/plan/lower.h"
#include "builder/plan/op.h"

namespace lade::builder {

/// A stage while its instructions are read, and what is left of it afterwards.
struct StageState {
  NodeId top = 0;
  ImageConfig config;
  std::vector<PlannedHistory> history;
  std::optional<BaseImage> base;
  std::size_t base_layers = 0;
  Platform platform;
  std::string name;  ///< for labels; empty if it is the only stage

  std::map<std::string, std::string> args;  ///< ARGs declared so far that have a value
  std::vector<std::string> declared;        ///< their names, in order
  bool cmd_set = false;
  std::size_t step = 0;   ///< steps so far
  std::size_t steps = 0;  ///< steps in all
  bool no_cache = false;

  std::optional<std::string> lookup(std::string_view variable) const {
    if (auto value = find_env(config.config.env, variable)) return value;
    const auto found = args.find(std::string(variable));
    if (found == args.end()) return std::nullopt;
    return found->second;
  }

  std::vector<std::string> shell() const {
    return config.config.shell.value_or(std::vector<std::string>{"/bin/sh", "-c"});
  }
};

}  // namespace lade::builder
