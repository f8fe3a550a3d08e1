#pragma once

#include <array>
#include <string>
#include <string_view>

#include "builder/sandbox/runner.h"
#include "libimage/base/progress.h"

namespace lade::builder {

/// What a process writes to two streams, handed on by whole lines: so that a line of the one never
/// begins in a line of the other. A line longer than the limit is cut.
class OutputLines {
 public:
  static constexpr std::size_t line_limit_bytes = 16U << 10U;

  explicit OutputLines(ProgressTask& task) : task_(task) {}

  void add(OutputStream stream, std::string_view text);
  /// Hands on the lines that were not ended.
  void finish();

 private:
  ProgressTask& task_;
  std::array<std::string, 2> begun_;
};

}  // namespace lade::builder
