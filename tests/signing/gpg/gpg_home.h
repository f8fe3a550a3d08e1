#pragma once

#include <fcntl.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"

namespace lade::signing {

inline std::string policy_corpus(const std::string& name) {
  const char* given = std::getenv("LADE_CORPORA");
  return std::string(given != nullptr ? given : LADE_CORPORA_DEFAULT) + "/policy/" + name;
}

/// A user's home of gpg with keys of its own. The agent that gpg starts ends with it.
class GpgHome {
 public:
  GpgHome() : directory_("/tmp", "lade-gpg-test-") {}
  GpgHome(const GpgHome&) = delete;
  GpgHome& operator=(const GpgHome&) = delete;
  ~GpgHome() { run({"gpgconf", "--kill", "all"}); }

  const std::string& path() const { return directory_.path(); }
  /// Runs gpg; false if it failed.
  bool gpg(std::vector<std::string> arguments) {
    std::vector<std::string> argv{"gpg", "--batch", "--quiet", "--yes"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(std::move(argv));
  }
  void make_key(const std::string& user, const std::string& passphrase = "",
                const std::string& expiry = "never") {
    gpg({"--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-generate-key", user,
         "ed25519", "sign", expiry});
  }
  std::string exported(const std::string& user) {
    const std::string file = path() + "/exported";
    gpg({"--output", file, "--export", user});
    return read_file(file, 1 << 20);
  }
  /// What gpg makes of a payload with other options than ours.
  std::string made(const std::string& payload, std::vector<std::string> options) {
    const std::string in = path() + "/payload";
    const std::string out = path() + "/message";
    write_file_atomic(in, payload);
    options.insert(options.begin(), {"--output", out});
    options.push_back(in);
    gpg(std::move(options));
    return read_file(out, 1 << 20);
  }

 private:
  bool run(std::vector<std::string> argv) {
    const char* search = std::getenv("PATH");
    ChildOptions options;
    options.argv = std::move(argv);
    options.environment = {{"GNUPGHOME", path()}, {"PATH", search == nullptr ? "" : search}};
    const Fd nowhere = open_fd("/dev/null", O_WRONLY);
    options.stderr_fd = nowhere.get();
    return Child(options).wait().code == 0;
  }

  TempDir directory_;
};

}  // namespace lade::signing
