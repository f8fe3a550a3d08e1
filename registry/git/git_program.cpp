#include "registry/git/git_program.h"

#include <fcntl.h>
#include <unistd.h>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t output_limit_bytes = 64U << 20U;
constexpr std::size_t message_limit_bytes = 64U << 10U;

/// "user:password" of an http URL, decoded; empty if it has none.
std::string userinfo_of(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const std::string_view authority = url.substr(begin, url.find('/', begin) - begin);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string decoded = percent_decode(authority.substr(0, at));
  return decoded.find(':') == std::string::npos ? decoded + ":" : decoded;
}

/// An ssh URL names a user, who is no secret; a password has no use there.
std::string without_password(const std::string& url) {
  const auto mark = url.find("://");
  if (mark == std::string::npos) return url;
  const auto begin = mark + 3;
  const auto at = url.substr(begin, url.find('/', begin) - begin).rfind('@');
  if (at == std::string::npos) return url;
  const std::string user = url.substr(begin, std::min(at, url.find(':', begin) - begin));
  return url.substr(0, begin) + user + url.substr(begin + at);
}

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// ssh asks nothing, and finds the user's files also in a user namespace, where it takes the user
/// for root.
std::string ssh_command(const GitEnvironment& environment) {
  std::string command = "ssh -F /dev/null -o BatchMode=yes";
  const auto home = environment.find("HOME");
  if (home == environment.end()) return command;
  const std::string directory = home->second + "/.ssh/";
  command += " -o UserKnownHostsFile=" + quoted(directory + "known_hosts");
  for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"}) {
    if (file_exists(directory + name)) command += " -i " + quoted(directory + name);
  }
  return command;
}

ErrorKind kind_of(const std::string& message) {
  const std::string text = to_lower(message);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (says("authentication failed") || says("could not read username") ||
      says("permission denied") || says("access denied")) {
    return ErrorKind::denied;
  }
  if (says("not found") || says("does not exist")) return ErrorKind::not_found;
  return ErrorKind::unavailable;
}

/// The lines that tell most, as one.
std::string summary(const std::string& errors) {
  std::string text;
  for (const std::string& line : split(errors, '\n')) {
    if (trim(line).empty() || line.starts_with("hint:")) continue;
    text += (text.empty() ? "" : "; ") + printable(trim(line));
  }
  return text.empty() ? "git failed and did not say why" : text;
}

std::string content_of(int file, std::uint64_t limit_bytes) {
  if (::lseek(file, 0, SEEK_SET) < 0) fail_errno("cannot read what git printed");
  return read_all(file, "the output of git", limit_bytes);
}

/// Ends with an error if git does.
class GitSource final : public Source {
 public:
  GitSource(Child child, Fd output, Fd errors, std::string what)
      : child_(std::move(child)),
        output_(std::move(output), "the output of git"),
        errors_(std::move(errors)),
        what_(std::move(what)) {}

  std::size_t read(std::span<std::byte> buffer) override {
    if (ended_) return 0;
    const std::size_t count = output_.read(buffer);
    if (count > 0) return count;
    ended_ = true;
    if (child_.wait().code != 0) {
      const std::string errors = content_of(errors_.get(), message_limit_bytes);
      fail(ErrorKind::corrupt, "{}: {}", what_, summary(errors));
    }
    return 0;
  }

 private:
  Child child_;
  FdSource output_;
  Fd errors_;
  std::string what_;
  bool ended_ = false;
};

}  // namespace

GitProgram::GitProgram(std::string repository, std::string work_directory, std::string remote,
                       const GitEnvironment& environment)
    : repository_(std::move(repository)), work_directory_(std::move(work_directory)) {
  const bool over_http = to_lower(remote.substr(0, 4)) == "http";
  remote_ = over_http ? without_userinfo(remote) : without_password(remote);
  if (!find_program("git")) {
    fail(ErrorKind::not_found,
         "cannot fetch {}: there is no program git on this machine (package git)", remote_);
  }
  environment_ = environment;
  environment_["HOME"] = "/dev/null";
  environment_["LC_ALL"] = "C";
  environment_["GIT_DIR"] = repository_;
  environment_["GIT_TERMINAL_PROMPT"] = "0";
  environment_["GIT_ASKPASS"] = "";
  environment_["SSH_ASKPASS"] = "";
  environment_["GIT_CONFIG_NOSYSTEM"] = "1";
  environment_["GIT_CONFIG_GLOBAL"] = "/dev/null";
  environment_["GIT_ATTR_NOSYSTEM"] = "1";
  environment_["GIT_ALLOW_PROTOCOL"] = "http:https:ssh:git";
  environment_["GIT_PROTOCOL_FROM_USER"] = "0";
  environment_["GIT_SSH_COMMAND"] = ssh_command(environment);
  const std::string userinfo = over_http ? userinfo_of(remote) : std::string();
  if (userinfo.empty()) return;
  environment_["GIT_CONFIG_COUNT"] = "1";
  environment_["GIT_CONFIG_KEY_0"] = fmt::format("http.{}.extraHeader", remote_);
  environment_["GIT_CONFIG_VALUE_0"] = "Authorization: Basic " + to_base64(userinfo);
}

Fd GitProgram::scratch_file() const { return open_fd(work_directory_, O_TMPFILE | O_RDWR, 0600); }

Child GitProgram::start(const std::vector<std::string>& arguments, int output, int errors) const {
  ChildOptions options;
  options.argv = {"git", "--no-replace-objects"};
  for (const char* setting :
       {"protocol.file.allow=never", "protocol.ext.allow=never", "core.hooksPath=/dev/null",
        "core.fsmonitor=false", "core.askPass=", "core.attributesFile=/dev/null", "gc.auto=0",
        "credential.helper=", "submodule.recurse=false", "fetch.recurseSubmodules=false",
        "maintenance.auto=false", "core.logAllRefUpdates=false", "advice.detachedHead=false",
        "http.lowSpeedLimit=1", "http.lowSpeedTime=60", "tar.umask=0022", "pack.threads=1"}) {
    options.argv.insert(options.argv.end(), {"-c", setting});
  }
  options.argv.insert(options.argv.end(), {"-c", "remote.origin.url=" + remote_});
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.environment = environment_;
  options.stdout_fd = output;
  options.stderr_fd = errors;
  options.directory = work_directory_;
  return Child(options);
}

bool GitProgram::try_run(const std::vector<std::string>& arguments, std::string& reason) const {
  const Fd output = scratch_file();
  const Fd errors = scratch_file();
  if (start(arguments, output.get(), errors.get()).wait().code == 0) return true;
  reason = content_of(errors.get(), message_limit_bytes);
  return false;
}

std::string GitProgram::run(const std::vector<std::string>& arguments) const {
  const Fd output = scratch_file();
  const Fd errors = scratch_file();
  if (start(arguments, output.get(), errors.get()).wait().code == 0) {
    return content_of(output.get(), output_limit_bytes);
  }
  const std::string text = content_of(errors.get(), message_limit_bytes);
  fail(kind_of(text), "cannot fetch {}: {}", remote_, summary(text));
}

std::unique_ptr<Source> GitProgram::open(const std::vector<std::string>& arguments) const {
  auto [reading, writing] = make_pipe();
  Fd errors = scratch_file();
  Child child = start(arguments, writing.get(), errors.get());
  return std::make_unique<GitSource>(std::move(child), std::move(reading), std::move(errors),
                                     "cannot read the files of " + remote_);
}

}  // namespace lade::registry
