#include "registry/auth/credential_helper.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "libimage/base/child.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "registry/auth/secret_json.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t answer_limit_bytes = 1U << 20U;
constexpr std::string_view token_user = "<token>";

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

/// A file in memory to read from: unlike a pipe it neither fills up nor breaks.
Fd input_of(std::string_view text) {
  Fd file(::memfd_create("lade-credential", MFD_CLOEXEC));
  if (!file) fail_errno("cannot make a file in memory");
  write_full(file.get(), as_bytes(text));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) fail_errno("cannot rewind a file in memory");
  return file;
}

bool says_absent(std::string_view text) {
  return to_lower(text).find("credentials not found") != std::string::npos;
}

}  // namespace

struct CredentialHelper::Answer {
  std::string text = {};
  int code = 0;

  ~Answer() { wipe(text); }
};

CredentialHelper::CredentialHelper(std::string name) : name_(std::move(name)) {
  if (!is_name(name_)) {
    fail(ErrorKind::invalid,
         "invalid credential helper \"{}\": wanted what follows \"docker-credential-\" in the "
         "name of a program",
         printable(name_));
  }
}

std::string CredentialHelper::description() const {
  return fmt::format("the credential helper {}", name_);
}

bool CredentialHelper::installed() const {
  return find_program("docker-credential-" + name_).has_value();
}

CredentialHelper::Answer CredentialHelper::run(const char* action, std::string_view input) const {
  const std::string program = "docker-credential-" + name_;
  if (!installed()) {
    fail(ErrorKind::invalid, "cannot {} credentials with {}: there is no program {} in PATH",
         action, description(), program);
  }
  const Fd input_file = input_of(input);
  auto [reading, writing] = make_pipe();
  ChildOptions options;
  options.argv = {program, action};
  options.stdin_fd = input_file.get();
  options.stdout_fd = writing.get();
  Child child(options);
  writing.reset();
  Answer answer;
  answer.text = read_all(reading.get(), "the answer of " + description(), answer_limit_bytes);
  answer.code = child.wait().code;
  return answer;
}

void CredentialHelper::failed(const char* action, const Answer& answer) const {
  // by the protocol a failure is explained on standard output; what was to be stored and what
  // looks like an answer is not shown
  constexpr std::size_t shown_limit = 300;
  const std::string_view text = trim(answer.text);
  const bool shown = std::string_view(action) != "store" && !text.empty() && text[0] != '{';
  fail(ErrorKind::unavailable, "cannot {} credentials with {}: it ended with exit code {}{}",
       action, description(), answer.code,
       shown ? ": " + printable(text.substr(0, shown_limit)) : std::string());
}

std::optional<Credentials> CredentialHelper::find(const std::string& server) const {
  const Answer answer = run("get", server);
  if (answer.code != 0) {
    if (says_absent(answer.text)) return std::nullopt;
    failed("get", answer);
  }
  const std::string what = "the answer of " + description();
  Credentials credentials;
  try {
    const SecretJson json(answer.text, what);
    credentials.username = find_string(json.value(), "Username", what).value_or("");
    std::string secret = find_string(json.value(), "Secret", what).value_or("");
    (credentials.username == token_user ? credentials.identity_token : credentials.password) =
        Secret(secret);
    wipe(secret);
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, error.message());
  }
  if (credentials.username == token_user) credentials.username.clear();
  const bool is_nobody = credentials.username.empty() && credentials.password.empty() &&
                         credentials.identity_token.empty();
  if (is_nobody) return std::nullopt;
  credentials.source = description();
  return credentials;
}

void CredentialHelper::store(const std::string& server, const Credentials& credentials) const {
  const bool is_token = !credentials.identity_token.empty();
  const SecretJson json(
      Json{{"ServerURL", server},
           {"Username", is_token ? std::string(token_user) : credentials.username},
           {"Secret",
            std::string((is_token ? credentials.identity_token : credentials.password).reveal())}});
  std::string input = to_compact(json.value());
  const Answer answer = run("store", input);
  wipe(input);
  if (answer.code != 0) failed("store", answer);
}

bool CredentialHelper::erase(const std::string& server) const {
  const Answer answer = run("erase", server);
  if (answer.code == 0) return true;
  if (says_absent(answer.text)) return false;
  failed("erase", answer);
}

std::vector<std::string> CredentialHelper::list() const {
  const Answer answer = run("list", "");
  if (answer.code != 0) failed("list", answer);
  std::vector<std::string> servers;
  const std::string what = "the answer of " + description();
  try {
    const SecretJson json(answer.text, what);
    if (!json.value().is_object()) fail(ErrorKind::corrupt, "{} must be a JSON object", what);
    for (const auto& [server, user] : json.value().items()) servers.push_back(server);
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, error.message());
  }
  return servers;
}

}  // namespace lade::registry
