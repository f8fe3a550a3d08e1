#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/auth/credentials.h"

namespace lade::registry {

/// A program docker-credential-NAME, spoken to by Docker's protocol: the action is its one
/// argument, secrets go over its standard input and output only.
class CredentialHelper {
 public:
  /// `invalid` if the name is no part of a program's name.
  explicit CredentialHelper(std::string name);

  /// Whether the program is in PATH.
  bool installed() const;
  /// get; nothing if it has none for `server`. The user "<token>" makes an identity token of the
  /// secret. `invalid` if the program is missing, `unavailable` if it fails, `corrupt` if what it
  /// answers is not what the protocol says.
  std::optional<Credentials> find(const std::string& server) const;
  /// store; an identity token goes under the user "<token>".
  void store(const std::string& server, const Credentials& credentials) const;
  /// erase; false if it had none.
  bool erase(const std::string& server) const;
  /// list: the servers it has credentials for.
  std::vector<std::string> list() const;

  /// "the credential helper NAME"
  std::string description() const;

 private:
  struct Answer;
  Answer run(const char* action, std::string_view input) const;
  [[noreturn]] void failed(const char* action, const Answer& answer) const;

  std::string name_;
};

}  // namespace lade::registry
