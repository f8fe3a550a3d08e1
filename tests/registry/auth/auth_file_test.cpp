#include "registry/auth/auth_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/base64.h"
#include "tests/registry/auth/auth_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

std::string found(std::string_view json, std::string_view key, bool legacy = false) {
  return shown(AuthFile::parse(json, {"a.json", legacy}).find_credentials(key));
}

std::string entry(const std::string& key, const std::string& plain) {
  return fmt::format(R"("{}":{{"auth":"{}"}})", key, to_base64(plain));
}

TEST_CASE("the auth files of the corpus give the credentials they hold") {
  const char* given = std::getenv("LADE_CORPORA");
  const std::string corpus = std::string(given != nullptr ? given : LADE_CORPORA_DEFAULT) + "/auth";
  if (!file_exists(corpus)) {
    WARN("skipped: no corpora");
    return;
  }
  struct Case {
    const char* file;
    const char* key;
    const char* expected;
  };
  const Case cases[] = {
      {"abnormal.json", "example.org", "example:org"},
      {"abnormal.json", "docker.io", "index:docker.io"},
      {"abnormal.json", "index.docker.io", "index:docker.io"},
      {"abnormal.json", "127.0.0.1:5000", "127.0:0.1-5000"},
      {"abnormal.json", "localhost", "local:host"},
      {"abnormal.json", "localhost:5001", "local:host-5001"},
      {"abnormal.json", "localhost:5000", "local:host-5000"},
      {"abnormal.json", "example.com", "-"},
      {"config.json", "registry-no-creds.com", "-"},
      {"empty.json", "docker.io", "-"},
      {"example.json", "example.org", "example:org"},
      {"example.json", "example.org/deep/repo", "example:org"},
      {"example.json", "example.org:443", "-"},
      {"example_identitytoken.json", "example.org",
       "00000000-0000-0000-0000-000000000000: +some very long identity token"},
      {"full.json", "docker.io", "docker:io"},
      {"full.json", "index.docker.io", "index:docker.io"},
      {"full.json", "localhost", "local:host"},
      {"full.json", "localhost:5000", "local:host-5000"},
      {"full.json", "10.10.30.45", "10.10:30.45"},
      {"full.json", "10.10.30.45:5000", "10.10:30.45-5000"},
      {"full.json", "normalize.example.org", "normalize:example"},
      {"legacy.json", "docker.io", "docker:io-legacy"},
      {"legacy.json", "localhost", "local:host-legacy"},
      {"legacy.json", "localhost/any/repo", "local:host-legacy"},
      {"refpath.json", "example.org/repo", "example:org"},
      {"refpath.json", "example.org/repo/deeper", "example:org"},
      {"refpath.json", "example.org/repository", "local:host"},
      {"refpath.json", "docker.io/vendor/product", "first:level"},
      {"refpath.json", "docker.io/library/busybox", "library:busybox"},
      {"refpath.json", "docker.io/library/alpine", "library:other"},
      {"refpath.json", "docker.io/other/x", "top:level"},
  };
  for (const auto& [file, key, expected] : cases) {
    CAPTURE(file, key);
    const bool legacy = std::string_view(file) == "legacy.json";
    const auto read = AuthFile::find({corpus + "/" + file, legacy});
    REQUIRE(read);
    CHECK(shown(read->find_credentials(key)) == expected);
  }
  const auto helpers = AuthFile::find({corpus + "/config.json"});
  CHECK(helpers->find_helper("registry-no-creds.com")->name == "helper-registry");
  CHECK_FALSE(helpers->find_helper("other.com"));
}

TEST_CASE("an entry may hold its parts in plain, as tokens, or nothing") {
  CHECK(found(R"({"auths":{"a.io":{"username":"u","password":"p"}}})", "a.io") == "u:p");
  CHECK(found(R"({"auths":{"a.io":{"auth":"","username":"u","password":"p"}}})", "a.io") == "u:p");
  CHECK(found(R"({"auths":{"a.io":{"identitytoken":"i"}}})", "a.io") == ": +i");
  CHECK(found(R"({"auths":{"a.io":{}}})", "a.io") == "-");
  CHECK(found(R"({"auths":null})", "a.io") == "-");
  CHECK(found("{" + ("\"auths\":{" + entry("a.io", "u:p:q")) + "}}", "a.io") == "u:p:q");
  CHECK(found("{" + ("\"auths\":{" + entry("a.io", std::string("u:p\0\0", 5))) + "}}", "a.io") ==
        "u:p");
  CHECK(found("{\"auths\":{\"a.io\":{\"auth\":\"dTpw\\n\"}}}", "a.io") == "u:p");
  const auto registry_token =
      AuthFile::parse(R"({"auths":{"a.io":{"registrytoken":"r"}}})", {"a.json"})
          .find_credentials("a.io");
  REQUIRE(registry_token);
  CHECK((registry_token->registry_token.reveal() == "r"));
  CHECK(registry_token->source == "a.json");
}

TEST_CASE("a marker without credentials does not hide those of the host") {
  const std::string json = "{\"auths\":{\"a.io/x\":{}," + entry("a.io", "u:p") + "}}";
  CHECK(found(json, "a.io/x") == "u:p");
}

TEST_CASE("addresses as they were keys once name their host, namespaces do not") {
  for (const char* key : {"https://a.io", "http://a.io/", "https://a.io/v1/", "https://a.io/v2",
                          "a.io/v1/", "https://a.io/anything"}) {
    CAPTURE(key);
    CHECK(found("{\"auths\":{" + entry(key, "u:p") + "}}", "a.io/x") == "u:p");
  }
  for (const char* key : {"a.io/y", "a.io:443", "b.a.io", "https://b.io/a.io", "a.i"}) {
    CAPTURE(key);
    CHECK(found("{\"auths\":{" + entry(key, "u:p") + "}}", "a.io/x") == "-");
  }
  for (const char* key : {"https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io",
                          "index.docker.io/v1/", "docker.io"}) {
    CAPTURE(key);
    CHECK(found("{\"auths\":{" + entry(key, "u:p") + "}}", "docker.io/library/x") == "u:p");
  }
}

TEST_CASE("what cannot be decoded is refused by file and entry, and never shown") {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"auths":{"a.io":{"auth":"s3cr3t!"}}})",
       "a.json: the entry \"a.io\": \"auth\" is wrong: wanted base64 of USER:PASSWORD, got no "
       "base64"},
      {R"({"auths":{"a.io":{"auth":")" + to_base64("s3cr3t") + R"("}}})",
       "a.json: the entry \"a.io\": \"auth\" is wrong: wanted base64 of USER:PASSWORD, got no "
       "\":\" in it"},
      {R"({"auths":{"a.io":{"auth":["s3cr3t"]}}})",
       "a.json: the entry \"a.io\": \"auth\" must be a string, got array"},
      {R"({"auths":{"a.io":"s3cr3t"}})",
       "a.json: the entry \"a.io\" must be a JSON object, got string"},
      {R"({"auths":"s3cr3t"})", "a.json: \"auths\" must be an object, got string"},
      {R"({"auths":{"a.io":{"auth": s3cr3t}}})", "a.json is not valid JSON at line 1, column "},
      {R"({"auths":{"a.io":{"auth":"s3cr3t)", "a.json is not valid JSON at line 1, column "},
      {R"("s3cr3t")", "a.json must be a JSON object, got string"},
      {R"({"credHelpers":{"a.io":5}})", "credHelpers: \"a.io\" must be a string"},
      {R"({"credsStore":5})", "a.json: \"credsStore\" must be a string, got number"},
      {std::string(100, '['), "a.json: JSON is nested deeper than 64 levels"},
  };
  for (const auto& [json, message] : cases) {
    CAPTURE(json);
    const std::string got = error_of(ErrorKind::invalid, [&json = json] {
      const AuthFile file = AuthFile::parse(json, {"a.json"});
      file.find_helper("a.io");
      file.default_helper();
      file.find_credentials("a.io");
    });
    CHECK_THAT(got, Catch::Contains(message));
    CHECK(got.find("s3cr3t") == std::string::npos);
    CHECK(got.find(to_base64("s3cr3t")) == std::string::npos);
  }
}

TEST_CASE("a broken entry of another registry is nobody's concern") {
  CHECK(found("{\"auths\":{\"b.io\":{\"auth\":\"!\"}," + entry("a.io", "u:p") + "}}", "a.io") ==
        "u:p");
}

TEST_CASE("a file of hostile size is refused, an empty one holds nothing, an absent one is none") {
  const TempDir dir("/tmp");
  write_file_atomic(dir.path() + "/large", std::string(5U << 20U, ' '));
  error_of(ErrorKind::invalid, [&] { AuthFile::find({dir.path() + "/large"}); });
  write_file_atomic(dir.path() + "/empty", "\n");
  CHECK(shown(AuthFile::find({dir.path() + "/empty"})->find_credentials("a.io")) == "-");
  CHECK_FALSE(AuthFile::find({dir.path() + "/absent"}));
}

TEST_CASE("the files are looked into in the order of containers-auth.json(5)") {
  const auto paths = [](const UserEnvironment& environment, const std::string& path = "") {
    std::vector<std::string> list;
    for (const AuthFilePath& file : auth_files(environment, path)) {
      list.push_back(file.path + (file.legacy ? " legacy" : ""));
    }
    return list;
  };
  using Paths = std::vector<std::string>;
  CHECK(paths({.uid = 7, .home = "/h", .runtime_dir = "/run/user/7"}) ==
        Paths{"/run/user/7/containers/auth.json", "/h/.config/containers/auth.json",
              "/h/.docker/config.json", "/h/.dockercfg legacy"});
  CHECK(paths({.uid = 7, .home = "/h", .config_home = "/c", .docker_config = "/d"}) ==
        Paths{"/run/containers/7/auth.json", "/c/containers/auth.json", "/d/config.json",
              "/h/.dockercfg legacy"});
  CHECK(paths({.uid = 7}) == Paths{"/run/containers/7/auth.json"});
  CHECK(paths({.home = "/h", .registry_auth_file = "/e"}) == Paths{"/e"});
  CHECK(paths({.home = "/h", .registry_auth_file = "/e"}, "/f") == Paths{"/f"});
}

TEST_CASE("editing keeps what it does not touch, in its order, and lets nobody else read") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/made/auth.json";
  make_directories(dir.path() + "/made");
  write_file_atomic(path, R"({"z":[1],"auths":{"b.io":{"auth":"x","more":1},"a.io":{}},"a":{}})",
                    0644);
  edit_auth_file(path, [](Json& json) {
    json["auths"]["c.io"] = auth_entry({.username = "u", .password = Secret("p")});
    return true;
  });
  CHECK(
      to_compact(parse_json(read_file(path, 1000), "it")) ==
      R"({"z":[1],"auths":{"b.io":{"auth":"x","more":1},"a.io":{},"c.io":{"auth":"dTpw"}},"a":{}})");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("editing makes the file and its directory, and leaves a link a link") {
  const TempDir dir("/tmp");
  const std::string real = dir.path() + "/new/dir/real.json";
  const auto add = [](Json& json) {
    json["auths"]["a.io"] = Json::object();
    return true;
  };
  edit_auth_file(real, add);
  CHECK(read_file(real, 1000) == "{\n\t\"auths\": {\n\t\t\"a.io\": {}\n\t}\n}\n");
  const std::string link = dir.path() + "/link.json";
  REQUIRE(::symlink(real.c_str(), link.c_str()) == 0);
  edit_auth_file(link, [](Json& json) {
    json.clear();
    return true;
  });
  struct stat status {};
  REQUIRE(::lstat(link.c_str(), &status) == 0);
  CHECK(S_ISLNK(status.st_mode));
  CHECK(read_file(real, 1000) == "{}\n");
}

TEST_CASE("an edit that changes nothing or fails leaves the file as it is") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/auth.json";
  write_file_atomic(path, "{ }");
  edit_auth_file(path, [](Json& json) {
    json["x"] = 1;
    return false;
  });
  CHECK(read_file(path, 100) == "{ }");
  write_file_atomic(path, "broken");
  error_of(ErrorKind::invalid, [&] { edit_auth_file(path, [](Json&) { return true; }); });
  CHECK(read_file(path, 100) == "broken");
}

TEST_CASE("edits at the same time are all kept") {
  const TempDir dir("/tmp");
  const std::string path = dir.path() + "/auth.json";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      edit_auth_file(path, [&](Json& json) {
        json["auths"][fmt::format("{}.io", i)] = Json::object();
        return true;
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(parse_json(read_file(path, 10'000), "it")["auths"].size() == 8);
}

}  // namespace
}  // namespace lade::registry
