#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace lade {

/// One thing under way: a blob that is copied, a step that runs. Ends with its destructor.
/// All calls may come from any thread.
class ProgressTask {
 public:
  virtual ~ProgressTask() = default;
  /// More of the total is done.
  virtual void advance(std::uint64_t amount_bytes) = 0;
  /// Output that belongs to the task; may hold several lines or a part of one.
  virtual void output(std::string_view text) = 0;
  /// How it ended, in a word or two: "cached", "done", "exists", "failed".
  virtual void finish(std::string_view outcome) = 0;
};

/// Where libraries report what they do. They never print.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `total_bytes` is 0 where it is not known.
  virtual std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total_bytes) = 0;
  virtual void warning(std::string_view message) = 0;
};

/// Reports nothing.
Progress& no_progress();

}  // namespace lade
