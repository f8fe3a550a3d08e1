#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lade {

/// How a child process ended.
struct ExitStatus {
  int code = 0;    ///< exit code; 128 + signal if it was killed, as shells say it
  int signal = 0;  ///< the signal that killed it, or 0
};

/// Which program to run. Nothing is inherited by accident: every descriptor of Lade's is O_CLOEXEC.
struct ChildOptions {
  std::vector<std::string> argv;  ///< argv[0] is searched in PATH unless it holds a slash
  std::optional<std::map<std::string, std::string>> environment;  ///< none: Lade's own
  int stdin_fd = -1;                                              ///< -1: /dev/null
  int stdout_fd = -1;                                             ///< -1: Lade's own
  int stderr_fd = -1;                                             ///< -1: Lade's own
  std::string directory;                                          ///< empty: Lade's own
};

/// A program started with posix_spawn, waited for by its owner; killed and reaped if forgotten.
class Child {
 public:
  explicit Child(const ChildOptions& options);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  ExitStatus wait();
  void kill(int signal) const;

 private:
  pid_t pid_ = -1;
};

/// The status of a waitpid(2) result.
ExitStatus exit_status(int wait_status);
/// The full path of a program in PATH, if there is one.
std::optional<std::string> find_program(const std::string& name);

}  // namespace lade
