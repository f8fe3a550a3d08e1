#pragma once

#include <functional>
#include <string>
#include <vector>

#include "builder/sandbox/native_runner.h"
#include "libimage/base/temp_dir.h"

namespace lade::builder {

/// The mapping of the test process, which enters its namespace on first use; throws as
/// enter_user_namespace does.
const IdMapping& test_mapping();

/// How a run ended and what it wrote.
struct Ran {
  ExitStatus status;
  std::string out;
  std::string err;
  std::vector<std::string> warnings;
};

/// A root file system of busybox alone below a temporary directory: one lower layer, an upper one.
class Sandbox {
 public:
  Sandbox();

  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
  std::string lower() const { return path("lower"); }
  std::string upper() const { return path("upper"); }

  /// A specification that runs a shell script as root of the container.
  RunSpec script(const std::string& text) const;
  /// Runs it with the test's mapping, or with `ids`.
  static Ran run(const RunSpec& spec, const CancelToken* cancel = nullptr);
  static Ran run(const RunSpec& spec, const IdMapping& ids);
  Ran sh(const std::string& text) const { return run(script(text)); }

  /// Every path in the upper directory, sorted, relative to it.
  std::vector<std::string> upper_entries() const;

 private:
  TempDir dir_;
};

/// Runs `body` in a forked process and answers its exit code; what escapes `body` is 99, with its
/// message on standard error.
int in_child(const std::function<int()>& body);

/// The reason why containers cannot be tested here; empty if they can.
std::string obstacle();

void write_file(const std::string& path, const std::string& text);

}  // namespace lade::builder

/// Leaves the test, saying why, where the kernel allows no containers or busybox is missing.
#define REQUIRE_CONTAINERS()                                    \
  if (const std::string reason = obstacle(); !reason.empty()) { \
    WARN("skipped: " << reason);                                \
    return;                                                     \
  }
