#include "libimage/base/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  posix_spawn_file_actions_t* get() { return &actions_; }
  void redirect(int from, int to) {
    if (from >= 0) posix_spawn_file_actions_adddup2(&actions_, from, to);
  }

 private:
  posix_spawn_file_actions_t actions_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

ExitStatus exit_status(int wait_status) {
  if (WIFSIGNALED(wait_status)) return {128 + WTERMSIG(wait_status), WTERMSIG(wait_status)};
  return {WEXITSTATUS(wait_status), 0};
}

Child::Child(const ChildOptions& options) {
  FileActions actions;
  if (options.stdin_fd < 0) {
    posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  }
  actions.redirect(options.stdin_fd, 0);
  actions.redirect(options.stdout_fd, 1);
  actions.redirect(options.stderr_fd, 2);
  if (!options.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(actions.get(), options.directory.c_str());
  }
  std::vector<std::string> arguments = options.argv;
  std::vector<std::string> variables;
  if (options.environment) {
    for (const auto& [name, value] : *options.environment) variables.push_back(name + "=" + value);
  }
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(variables);
  const int error = posix_spawnp(&pid_, argv[0], actions.get(), nullptr, argv.data(),
                                 options.environment ? envp.data() : environ);
  if (error != 0) {
    pid_ = -1;
    fail_errno(error, fmt::format("cannot run {}", options.argv[0]));
  }
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

ExitStatus Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) fail_errno("cannot wait for a child process");
  }
  pid_ = -1;
  return exit_status(status);
}

void Child::kill(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

std::optional<std::string> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const std::string& directory : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    const std::string candidate = directory + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

}  // namespace lade
