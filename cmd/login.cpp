#include "cmd/command.h"
#include "cmd/login_flags.h"
#include "cmd/output/man.h"
#include "cmd/prompt.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

using registry::Credentials;

constexpr std::string_view unattended = "give --username and --password-stdin";

struct LoginFlags {
  std::string registry;
  std::string username;
  std::string password;
  bool password_from_stdin = false;
  bool get_login = false;
  bool verbose = false;
  std::string compat_file;

  bool are_silent() const { return username.empty() && password.empty() && !password_from_stdin; }
};

class Login {
 public:
  Login(Session& session, const LoginFlags& flags)
      : session_(session),
        flags_(flags),
        options_(login_options(session, flags.compat_file)),
        key_(login_key(flags.registry, options_)),
        known_(registry::find_credentials(options_.credentials, key_, session.warnings())) {}

  void run() {
    if (flags_.get_login) return print_user();
    if (flags_.are_silent() && known_ && stays_logged_in()) return;
    const Credentials credentials = ask();
    check(credentials);
    const std::string place = registry::store_credentials(options_.credentials, key_, credentials);
    if (flags_.verbose) session_.print(fmt::format("Used: {}\n", place));
    session_.print("Login Succeeded!\n");
  }

 private:
  void print_user() {
    if (!known_) fail(ErrorKind::not_found, "not logged in to {}", key_);
    session_.print((known_->username.empty() ? "<token>" : known_->username) + "\n");
  }

  /// Who says nothing wants to know whether what is kept is still good.
  bool stays_logged_in() {
    session_.print(fmt::format("Authenticating with existing credentials for {}\n", key_));
    try {
      check(*known_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::denied || !session_.stdin_is_terminal()) throw;
      session_.warn(fmt::format("the existing credentials are refused: {}", error.message()));
      return false;
    }
    session_.print(fmt::format("Existing credentials are valid. Already logged in to {}\n", key_));
    return true;
  }

  Credentials ask() const {
    Credentials credentials{.username = flags_.username};
    if (credentials.username.empty()) {
      if (flags_.password_from_stdin) {
        fail(ErrorKind::invalid, "--password-stdin goes with --username");
      }
      const std::string known = known_ ? known_->username : "";
      credentials.username = ask_line(
          known.empty() ? "Username: " : fmt::format("Username ({}): ", known), unattended);
      if (credentials.username.empty()) credentials.username = known;
      if (credentials.username.empty())
        fail(ErrorKind::invalid, "there is no login without a user");
    }
    if (flags_.password_from_stdin) {
      credentials.password = read_secret_from_stdin();
    } else if (!flags_.password.empty()) {
      session_.warn(
          "--password shows the password to everybody on this machine; "
          "--password-stdin does not");
      credentials.password = Secret(flags_.password);
    } else {
      credentials.password = ask_secret("Password: ", unattended);
    }
    credentials.source = "this login";
    return credentials;
  }

  void check(const Credentials& credentials) {
    registry::DockerOptions options = options_;
    options.credentials.given = credentials;
    if (registry::DockerTransport(std::move(options)).registry(key_)->check_login()) return;
    session_.warn(fmt::format("{} lets everybody in, so the password could not be checked", key_));
  }

  Session& session_;
  const LoginFlags& flags_;
  registry::DockerOptions options_;
  std::string key_;
  std::optional<Credentials> known_;
};

}  // namespace

void declare_login(CLI::App& app, Session& session) {
  explain(app,
          "Logs in to a registry: asks it whether it knows user and password, and keeps them for "
          "later commands, of Lade and of podman, buildah and skopeo: with the credential helper "
          "that registries.conf or the file names (credHelpers, credsStore), else in --authfile, "
          "REGISTRY_AUTH_FILE or ${XDG_RUNTIME_DIR}/containers/auth.json. Credentials for a part "
          "of a registry are kept under HOST/PATH. Without REGISTRY it is the first of "
          "unqualified-search-registries, else docker.io.",
          "  lade login quay.io\n"
          "  lade login -u me --password-stdin registry.example.com/team < token\n"
          "  lade login --get-login quay.io\n"
          "  lade login --compat-auth-file ~/.docker/config.json docker.io");
  const auto flags = std::make_shared<LoginFlags>();
  app.add_option("REGISTRY", flags->registry, "HOST[:PORT][/PATH]");
  app.add_option("-u,--username", flags->username, "Who to be")->type_name("USER");
  auto* password =
      app.add_option("-p,--password", flags->password, "The password; --password-stdin is safer")
          ->type_name("PASSWORD");
  app.add_flag("--password-stdin", flags->password_from_stdin, "Read the password from stdin")
      ->excludes(password);
  app.add_flag("--get-login", flags->get_login, "Print who is logged in, and ask nobody");
  app.add_flag("-v,--verbose", flags->verbose, "Print where the credentials are kept");
  app.add_option("--authfile", session.network().auth_file, "The file with credentials")
      ->type_name("FILE");
  app.add_option("--compat-auth-file", flags->compat_file,
                 "The same, written as Docker's own program reads it")
      ->type_name("FILE");
  session.network().add_trust_to(app);
  app.callback([&session, flags] {
    session.heed_signals();
    Login(session, *flags).run();
  });
}

}  // namespace lade::cmd
