#include "cmd/passphrase_flags.h"

#include "cmd/prompt.h"
#include "cmd/secret_input.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

constexpr std::string_view unattended =
    "give --passphrase-file, --passphrase-fd, LADE_KEY_PASSPHRASE or COSIGN_PASSWORD";

std::optional<Secret> passphrase_of_environment(const Session& session) {
  auto passphrase = session.secret_variable("LADE_KEY_PASSPHRASE");
  if (!passphrase) passphrase = session.secret_variable("COSIGN_PASSWORD");
  return passphrase;
}

}  // namespace

void PassphraseFlags::add_to(CLI::App& app, const std::string& prefix) {
  auto* by_file = app.add_option("--" + prefix + "passphrase-file", file,
                                 "Read the key's passphrase from this file (LADE_KEY_PASSPHRASE)")
                      ->type_name("FILE");
  app.add_option("--" + prefix + "passphrase-fd", descriptor,
                 "Read it from this open file descriptor")
      ->type_name("FD")
      ->check(CLI::NonNegativeNumber)
      ->excludes(by_file);
}

void PassphraseFlags::add_new_to(CLI::App& app) {
  auto* by_file = app.add_option("--new-passphrase-file", file,
                                 "Read the passphrase of what is written from this file")
                      ->type_name("FILE");
  auto* by_descriptor =
      app.add_option("--new-passphrase-fd", descriptor, "Read it from this open file descriptor")
          ->type_name("FD")
          ->check(CLI::NonNegativeNumber)
          ->excludes(by_file);
  app.add_flag("--no-passphrase", none, "Write the key without a passphrase")
      ->excludes(by_file)
      ->excludes(by_descriptor);
}

std::optional<Secret> find_passphrase(const PassphraseFlags& flags) {
  if (flags.none) return Secret();
  if (flags.descriptor >= 0) {
    return read_secret_line(flags.descriptor, fmt::format("descriptor {}", flags.descriptor));
  }
  if (!flags.file.empty()) return read_secret_line_of_file(flags.file);
  return std::nullopt;
}

Secret passphrase_to_open(const Session& session, const PassphraseFlags& flags,
                          const std::string& what) {
  if (auto given = find_passphrase(flags)) return std::move(*given);
  if (auto given = passphrase_of_environment(session)) return std::move(*given);
  return ask_secret(fmt::format("Passphrase of {}: ", what), unattended);
}

bool is_unattended(const Session& session, const PassphraseFlags& flags) {
  return flags.is_silent() && !passphrase_of_environment(session) && !session.stdin_is_terminal();
}

void fail_unattended() {
  fail(ErrorKind::invalid, "there is no terminal to ask at: {}", unattended);
}

Secret passphrase_to_protect(const Session& session, const PassphraseFlags& flags) {
  std::optional<Secret> passphrase = find_passphrase(flags);
  if (!passphrase) {
    if (auto given = passphrase_of_environment(session)) return std::move(*given);
    passphrase = ask_secret("Passphrase for the private key: ", unattended);
    if (!(ask_secret("The same again: ", unattended) == *passphrase)) {
      fail(ErrorKind::invalid, "the two passphrases differ");
    }
  }
  if (passphrase->empty() && !flags.none) {
    fail(ErrorKind::invalid, "an empty passphrase protects nothing; --no-passphrase says so");
  }
  return std::move(*passphrase);
}

}  // namespace lade::cmd
