#include "registry/auth/credential_helper.h"

#include <catch2/catch.hpp>

#include "tests/registry/auth/auth_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

TEST_CASE("a helper stores, gives, lists and erases") {
  const HelperPrograms programs;
  programs.add("test");
  const CredentialHelper helper("test");
  CHECK(helper.installed());
  CHECK(shown(helper.find("a.io")) == "-");
  CHECK(helper.list().empty());
  helper.store("a.io", {.username = "u", .password = Secret("p")});
  CHECK(shown(helper.find("a.io")) == "u:p");
  CHECK(helper.find("a.io")->source == "the credential helper test");
  CHECK(helper.list() == std::vector<std::string>{"a.io"});
  CHECK(helper.erase("a.io"));
  CHECK_FALSE(helper.erase("a.io"));
  CHECK(shown(helper.find("a.io")) == "-");
}

TEST_CASE("the user <token> is an identity token, both ways") {
  const HelperPrograms programs;
  programs.add("test");
  const CredentialHelper helper("test");
  helper.store("a.io", {.username = "u", .identity_token = Secret("id")});
  CHECK(programs.kept("test", "a.io") == "<token>\nid\n");
  CHECK(shown(helper.find("a.io")) == ": +id");
}

TEST_CASE("a large secret goes through") {
  const HelperPrograms programs;
  programs.add("test");
  const CredentialHelper helper("test");
  const std::string secret(200'000, 's');
  helper.store("a.io", {.username = "u", .password = Secret(secret)});
  CHECK((programs.kept("test", "a.io") == "u\n" + secret + "\n"));
}

TEST_CASE("a helper that is missing or fails is told by name and exit code") {
  const HelperPrograms programs;
  const CredentialHelper missing("absent");
  CHECK_FALSE(missing.installed());
  CHECK(error_of(ErrorKind::invalid, [&] { missing.find("a.io"); }) ==
        "cannot get credentials with the credential helper absent: there is no program "
        "docker-credential-absent in PATH");

  programs.script("broken", "echo 'gpg: no key'; exit 3");
  CHECK(error_of(ErrorKind::unavailable, [] { CredentialHelper("broken").find("a.io"); }) ==
        "cannot get credentials with the credential helper broken: it ended with exit code 3: "
        "gpg: no key");
  CHECK(error_of(ErrorKind::unavailable, [] { CredentialHelper("broken").list(); }) ==
        "cannot list credentials with the credential helper broken: it ended with exit code 3: "
        "gpg: no key");
}

TEST_CASE("a helper that repeats a secret does not bring it into a message") {
  const HelperPrograms programs;
  programs.script("echo", "cat; printf '{\"Secret\":\"s3cr3t\"}'; exit 1");
  const CredentialHelper helper("echo");
  const std::string stored = error_of(ErrorKind::unavailable, [&] {
    helper.store("a.io", {.username = "u", .password = Secret("s3cr3t")});
  });
  CHECK(stored.find("s3cr3t") == std::string::npos);
  programs.script("echo", "printf '{\"Secret\":\"s3cr3t\"}'; exit 1");
  const std::string got = error_of(ErrorKind::unavailable, [&] { helper.find("a.io"); });
  CHECK(got.find("s3cr3t") == std::string::npos);
}

TEST_CASE("an answer that is not the protocol's is corrupt and not shown") {
  const HelperPrograms programs;
  const CredentialHelper helper("odd");
  for (const char* answer : {"s3cr3t", "{\"Username\":\"u\",\"Secret\":s3cr3t}", "[\"s3cr3t\"]",
                             "{\"Username\":\"u\",\"Secret\":[\"s3cr3t\"]}", ""}) {
    CAPTURE(answer);
    programs.script("odd", fmt::format("printf '%s' '{}'", answer));
    const std::string got = error_of(ErrorKind::corrupt, [&] { helper.find("a.io"); });
    CHECK_THAT(got, Catch::Contains("the answer of the credential helper odd"));
    CHECK(got.find("s3cr3t") == std::string::npos);
  }
  programs.script("odd", "printf '[]'");
  error_of(ErrorKind::corrupt, [&] { helper.list(); });
}

TEST_CASE("an endless answer is cut off") {
  const HelperPrograms programs;
  programs.script("endless", "exec cat /dev/zero");
  const std::string got =
      error_of(ErrorKind::invalid, [] { CredentialHelper("endless").find("a.io"); });
  CHECK_THAT(got, Catch::Contains("is larger than the 1048576 bytes allowed"));
}

TEST_CASE("a name that would leave the name of a program is refused") {
  for (const char* name : {"", "../x", "a/b", "a b", "a;b", "$x"}) {
    CAPTURE(name);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { CredentialHelper helper(name); }),
               Catch::StartsWith("invalid credential helper \""));
  }
}

}  // namespace
}  // namespace lade::registry
