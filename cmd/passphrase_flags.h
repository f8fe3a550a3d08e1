#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cmd/session.h"
#include "libimage/base/secret.h"

namespace lade::cmd {

/// Where a passphrase comes from, as typed.
struct PassphraseFlags {
  std::string file{};
  int descriptor = -1;
  bool none = false;

  /// --passphrase-file and --passphrase-fd.
  void add_to(CLI::App& app, const std::string& prefix = "");
  /// --new-passphrase-file, --new-passphrase-fd and --no-passphrase: of what is written.
  void add_new_to(CLI::App& app);
  bool is_silent() const { return file.empty() && descriptor < 0 && !none; }
};

/// What the flags name; nothing if they are silent.
std::optional<Secret> find_passphrase(const PassphraseFlags& flags);

/// To open `what`: from the flags, LADE_KEY_PASSPHRASE, COSIGN_PASSWORD, or asked for.
Secret passphrase_to_open(const Session& session, const PassphraseFlags& flags,
                          const std::string& what);
/// Is there no passphrase, and nobody to ask for one?
bool is_unattended(const Session& session, const PassphraseFlags& flags);
/// Says so (`invalid`).
[[noreturn]] void fail_unattended();
/// To protect a new key: the same, but asked for twice, and empty only if flags or environment say
/// so.
Secret passphrase_to_protect(const Session& session, const PassphraseFlags& flags);

}  // namespace lade::cmd
