#include "cmd/command.h"
#include "cmd/login_flags.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

struct LogoutFlags {
  std::string registry;
  bool all = false;
  std::string compat_file;
};

void log_out_of_all(Session& session, const registry::CredentialOptions& options) {
  const std::vector<std::string> places = registry::remove_all_credentials(options);
  session.print(places.empty() ? "There were no credentials\n"
                               : "Removed login credentials for all registries\n");
}

void run(Session& session, const LogoutFlags& flags) {
  const registry::DockerOptions options = login_options(session, flags.compat_file);
  if (flags.all) return log_out_of_all(session, options.credentials);
  const std::string key = login_key(flags.registry, options);
  const bool removed = !registry::remove_credentials(options.credentials, key).empty();
  const auto left = registry::find_credentials(options.credentials, key, session.warnings());
  const std::string rest =
      left ? fmt::format("{} still has credentials for {}", left->source, key) : "";
  if (!removed) {
    fail(ErrorKind::not_found, "not logged in to {}{}", key, left ? ", but " + rest : "");
  }
  session.print(fmt::format("Removed login credentials for {}\n", key));
  if (left) session.warn(rest);
}

}  // namespace

void declare_logout(CLI::App& app, Session& session) {
  explain(app,
          "Forgets the credentials that login keeps for a registry, or for HOST/PATH alone. What "
          "other files have is left alone, and told of.",
          "  lade logout quay.io\n"
          "  lade logout --all");
  const auto flags = std::make_shared<LogoutFlags>();
  auto* registry = app.add_option("REGISTRY", flags->registry, "HOST[:PORT][/PATH]");
  app.add_flag("-a,--all", flags->all, "Forget all credentials of the file and its helpers")
      ->excludes(registry);
  app.add_option("--authfile", session.network().auth_file, "The file with credentials")
      ->type_name("FILE");
  app.add_option("--compat-auth-file", flags->compat_file, "The same, in Docker's form")
      ->type_name("FILE");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
