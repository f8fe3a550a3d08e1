#include "cmd/build_bench.h"

#include <unistd.h>

#include "cmd/build_contexts.h"
#include "cmd/image_finder.h"
#include "cmd/output/progress_json.h"
#include "cmd/output/progress_plain.h"
#include "cmd/output/progress_tty.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"

namespace lade::cmd {
namespace {

constexpr std::size_t boot_id_limit_bytes = 128;

/// What git may see of the environment.
registry::GitEnvironment git_environment(const BuildFlags& flags, const Session& session) {
  registry::GitEnvironment environment;
  for (const char* name :
       {"PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY",
        "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
    if (const auto value = session.variable(name)) environment[name] = *value;
  }
  const std::string socket = ssh_socket_of(flags, session);
  if (!socket.empty()) environment["SSH_AUTH_SOCK"] = socket;
  return environment;
}

std::unique_ptr<Progress> make_progress(const BuildFlags& flags, const Session& session) {
  const std::string& kind = flags.progress;
  if (flags.quiet || kind == "none") return nullptr;
  if (kind == "json") {
    return make_json_progress(
        [](const std::string& line) { write_full(STDERR_FILENO, as_bytes(line)); });
  }
  const bool lively = kind == "tty" || (kind == "auto" && session.stderr_is_terminal());
  if (lively) return make_tty_progress(STDERR_FILENO, session.colors());
  return make_plain_progress(STDERR_FILENO);
}

}  // namespace

BuildBench::BuildBench(BuildFlags& flags, Session& session)
    : images_(make_image_resolver(session, parse_policy(flags.pull, "--pull"))),
      urls_(session.http()),
      repositories_(git_environment(flags, session)),
      progress_(make_progress(flags, session)) {
  world_.store = session.store();
  world_.images = images_.get();
  world_.urls = &urls_;
  world_.repositories = &repositories_;
  world_.progress = progress_ ? progress_.get() : &no_progress();
  world_.environment = [&session](const std::string& name) { return session.variable(name); };
  world_.warn = [&flags, &session](const std::string& text) {
    if (!flags.quiet) session.warn(text);
  };
  world_.now = session.now();
  world_.boot_id = read_file("/proc/sys/kernel/random/boot_id", boot_id_limit_bytes);
  const bool from_stdin = flags.context == "-";
  fetched_ = fetch_contexts(flags, world_);
  if (!from_stdin) context_uri_ = flags.fetched_context;
}

}  // namespace lade::cmd
