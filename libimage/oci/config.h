#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/base/time.h"
#include "libimage/oci/digest.h"
#include "libimage/oci/platform.h"

namespace lade {

/// Docker's HEALTHCHECK extension; durations in nanoseconds, 0 where inherited.
struct Healthcheck {
  std::vector<std::string> test;  ///< {"NONE"}, {"CMD", …} or {"CMD-SHELL", text}
  std::int64_t interval_ns = 0;
  std::int64_t timeout_ns = 0;
  std::int64_t start_period_ns = 0;
  std::int64_t start_interval_ns = 0;
  int retries = 0;

  bool operator==(const Healthcheck&) const = default;
};

/// How a container of the image runs by default (image-spec 1.1, config.md, "config", and the
/// Docker fields that builders honour).
struct RunConfig {
  std::string user;
  std::set<std::string> exposed_ports;
  std::vector<std::string> env;  ///< NAME=value, in order
  std::optional<std::vector<std::string>> entrypoint;
  std::optional<std::vector<std::string>> cmd;
  std::set<std::string> volumes;
  std::string working_dir;
  std::map<std::string, std::string> labels;
  std::string stop_signal;
  std::optional<Healthcheck> healthcheck;
  std::vector<std::string> on_build;
  std::optional<std::vector<std::string>> shell;
  std::optional<int> stop_timeout;
  bool args_escaped = false;

  bool operator==(const RunConfig&) const = default;
};

struct HistoryEntry {
  std::optional<Timestamp> created;
  std::string created_by;
  std::string author;
  std::string comment;
  bool empty_layer = false;

  bool operator==(const HistoryEntry&) const = default;
};

/// An image configuration (image-spec 1.1, config.md).
struct ImageConfig {
  std::optional<Timestamp> created;
  std::string author;
  Platform platform;
  RunConfig config;
  std::vector<Digest> diff_ids;
  std::vector<HistoryEntry> history;

  bool operator==(const ImageConfig&) const = default;
};

/// Throws `invalid` for what the specification forbids; unknown members are ignored. An absent os,
/// architecture or rootfs is tolerated, as configs of artifacts have none; Docker's single string
/// in place of a list of words is read as a list of one.
ImageConfig parse_config(std::string_view bytes, std::string_view what);
/// Compact JSON, members in the specification's order. The same config is the same bytes.
std::string serialize(const ImageConfig& config);

/// The chain id of a stack of layers, at least one (image-spec 1.1, config.md, "Layer ChainID").
Digest chain_id(std::span<const Digest> diff_ids);

/// The value of a variable in a NAME=value list, the last one if it is there twice, and its
/// replacement or addition.
std::optional<std::string> find_env(const std::vector<std::string>& env, std::string_view name);
void set_env(std::vector<std::string>& env, std::string_view name, std::string_view value);

}  // namespace lade
