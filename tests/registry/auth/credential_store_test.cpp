#include "registry/auth/credential_store.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "libimage/base/json.h"
#include "tests/registry/auth/auth_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

/// Keeps the warnings.
class Warnings final : public Progress {
 public:
  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total) override {
    return no_progress().begin(name, total);
  }
  void warning(std::string_view message) override { list.emplace_back(message); }

  std::vector<std::string> list;
};

struct Home {
  TempDir dir{"/tmp"};
  HelperPrograms programs;
  CredentialOptions options;
  Warnings warnings;

  Home() {
    options.environment.home = dir.path() + "/home";
    options.environment.runtime_dir = dir.path() + "/run";
  }
  std::string primary() const { return dir.path() + "/run/containers/auth.json"; }
  void write(const std::string& path, const std::string& text) const {
    const std::string full = dir.path() + "/" + path;
    make_directories(full.substr(0, full.rfind('/')));
    write_file_atomic(full, text);
  }
  std::string find(const std::string& key) {
    return shown(find_credentials(options, key, warnings));
  }
  std::string primary_json() const {
    return to_compact(parse_json(read_file(primary(), 10'000), "it"));
  }
};

std::string auths(const std::string& key, const std::string& plain) {
  return fmt::format(R"({{"auths":{{"{}":{{"auth":"{}"}}}}}})", key, to_base64(plain));
}

TEST_CASE("the first file that knows a registry decides") {
  Home home;
  CHECK(home.find("a.io/x") == "-");
  home.write("home/.dockercfg",
             fmt::format(R"({{"https://a.io/v1/":{{"auth":"{}"}}}})", to_base64("four:p")));
  CHECK(home.find("a.io/x") == "four:p");
  home.write("home/.docker/config.json", auths("a.io", "three:p"));
  CHECK(home.find("a.io/x") == "three:p");
  home.write("home/.config/containers/auth.json", auths("a.io", "two:p"));
  CHECK(home.find("a.io/x") == "two:p");
  home.write("run/containers/auth.json", auths("a.io", "one:p"));
  CHECK(home.find("a.io/x") == "one:p");
  CHECK(find_credentials(home.options, "a.io", home.warnings)->source == home.primary());
  home.write("run/containers/auth.json", auths("b.io", "other:p"));
  CHECK(home.find("a.io/x") == "two:p");

  home.write("mine.json", auths("c.io", "mine:p"));
  home.options.auth_file = home.dir.path() + "/mine.json";
  CHECK(home.find("a.io/x") == "-");
  CHECK(home.find("c.io/x") == "mine:p");
  home.options.given = parse_credentials("given:p");
  CHECK(home.find("a.io/x") == "given:p");
}

TEST_CASE("helpers of a file come before its entries, credHelpers before credsStore") {
  Home home;
  home.programs.add("special");
  home.programs.add("general");
  home.programs.keep("special", "a.io", "special", "p");
  home.programs.keep("general", "a.io", "wrong", "p");
  home.programs.keep("general", "b.io", "general", "p");
  home.write("home/.docker/config.json",
             fmt::format(R"({{"auths":{{"a.io":{{}},"b.io":{{"auth":"{}"}},"c.io":{{"auth":"{}"}}}},
                          "credsStore":"general","credHelpers":{{"a.io":"special"}}}})",
                         to_base64("wrong:p"), to_base64("file:p")));
  CHECK(home.find("a.io/x") == "special:p");
  CHECK(home.find("b.io/x") == "general:p");
  CHECK(home.find("c.io/x") == "file:p");
  CHECK(find_credentials(home.options, "b.io", home.warnings)->source ==
        fmt::format("the credential helper general (credsStore of {}/home/.docker/config.json)",
                    home.dir.path()));
  CHECK(home.warnings.list.empty());
}

TEST_CASE("Docker's own registry is found under the address helpers know it by") {
  Home home;
  home.programs.add("general");
  home.programs.keep("general", "https___index.docker.io_v1_", "hub", "p");
  home.write("home/.docker/config.json", R"({"credsStore":"general"})");
  CHECK(home.find("docker.io/library/x") == "hub:p");
}

TEST_CASE("a helper that credHelpers names is asked by that name first, and each name once") {
  Home home;
  home.programs.script("asked",
                       "cat >> \"$0.log\"; echo >> \"$0.log\"; echo credentials not found; exit 1");
  home.write("run/containers/auth.json",
             R"({"credHelpers":{"a.io":"asked","index.docker.io":"asked"}})");
  CHECK(home.find("a.io/x") == "-");
  CHECK(home.find("docker.io/library/x") == "-");
  CHECK(home.programs.log("asked") ==
        "a.io\nindex.docker.io\ndocker.io\nhttps://index.docker.io/v1/\n");
}

TEST_CASE("a credsStore whose program is missing is warned of, a credHelper is an error") {
  Home home;
  home.write("home/.docker/config.json",
             fmt::format(R"({{"credsStore":"gone",{}}})",
                         auths("a.io", "u:p").substr(1, auths("a.io", "u:p").size() - 2)));
  CHECK(home.find("a.io") == "u:p");
  CHECK(home.warnings.list ==
        std::vector<std::string>{home.dir.path() +
                                 "/home/.docker/config.json: credsStore names the credential "
                                 "helper gone, but there is no docker-credential-gone"});
  home.write("home/.docker/config.json", R"({"credHelpers":{"a.io":"gone"}})");
  error_of(ErrorKind::invalid, [&] { home.find("a.io"); });
  CHECK(home.find("b.io") == "-");
}

TEST_CASE("the helpers of registries.conf are asked in their order, files where they say so") {
  Home home;
  home.programs.add("first");
  home.programs.add("last");
  home.programs.keep("last", "a.io", "last", "p");
  home.options.helpers = {"first", "containers-auth.json", "last"};
  CHECK(home.find("a.io/x") == "last:p");
  home.write("run/containers/auth.json", auths("a.io", "file:p"));
  CHECK(home.find("a.io/x") == "file:p");
  home.programs.keep("first", "a.io", "first", "p");
  CHECK(home.find("a.io/x") == "first:p");
  home.options.helpers = {"last"};
  CHECK(home.find("a.io/x") == "last:p");
}

TEST_CASE("what is stored is found again, and what was there stays") {
  Home home;
  home.write("run/containers/auth.json", R"({"other":1,"auths":{"b.io":{"auth":"x","k":1}}})");
  const Credentials credentials{.username = "u", .password = Secret("p")};
  CHECK(store_credentials(home.options, "a.io/ns", credentials) == home.primary());
  CHECK(home.primary_json() ==
        R"({"other":1,"auths":{"b.io":{"auth":"x","k":1},"a.io/ns":{"auth":"dTpw"}}})");
  CHECK(home.find("a.io/ns/x") == "u:p");
  CHECK(home.find("a.io/other") == "-");
  store_credentials(home.options, "a.io", {.username = "id", .identity_token = Secret("token")});
  CHECK(home.find("a.io") == "id: +token");
}

TEST_CASE("what a file leaves to a helper is stored there and only marked in the file") {
  Home home;
  home.programs.add("general");
  const Credentials credentials{.username = "u", .password = Secret("p")};
  SECTION("credsStore") {
    home.write("run/containers/auth.json", R"({"credsStore":"general"})");
    CHECK(store_credentials(home.options, "a.io", credentials) ==
          fmt::format("the credential helper general ({})", home.primary()));
    CHECK(home.programs.kept("general", "a.io") == "u\np\n");
    CHECK(home.primary_json() == R"({"credsStore":"general","auths":{"a.io":{}}})");
  }
  SECTION("credsStore keeps Docker's own registry where docker looks for it") {
    home.write("run/containers/auth.json", R"({"credsStore":"general"})");
    store_credentials(home.options, "docker.io", credentials);
    CHECK(home.programs.kept("general", "https___index.docker.io_v1_") == "u\np\n");
    CHECK(home.find("docker.io/library/x") == "u:p");
    CHECK(remove_credentials(home.options, "docker.io") ==
          std::vector<std::string>{"the credential helper general"});
    CHECK(home.find("docker.io/library/x") == "-");
    store_credentials(home.options, "a.io", credentials);
  }
  SECTION("credHelpers") {
    home.write("run/containers/auth.json", R"({"credHelpers":{"a.io":"general"}})");
    store_credentials(home.options, "a.io", credentials);
    CHECK(home.programs.kept("general", "a.io") == "u\np\n");
    CHECK(store_credentials(home.options, "b.io", credentials) == home.primary());
    const std::string got = error_of(
        ErrorKind::invalid, [&] { store_credentials(home.options, "a.io/ns", credentials); });
    CHECK(got ==
          "cannot keep credentials for a.io/ns with the credential helper general: wanted "
          "a registry alone, as it knows no paths");
  }
  SECTION("a helper of registries.conf") {
    home.options.helpers = {"general"};
    CHECK(store_credentials(home.options, "a.io", credentials) == "the credential helper general");
    CHECK_FALSE(file_exists(home.primary()));
    error_of(ErrorKind::invalid, [&] { store_credentials(home.options, "a.io/ns", credentials); });
  }
  CHECK(home.find("a.io") == "u:p");
}

TEST_CASE("a file for Docker's program has Docker's names and no paths") {
  Home home;
  home.options.auth_file = home.dir.path() + "/config.json";
  home.options.docker_names = true;
  const Credentials credentials = parse_credentials("u:p");
  CHECK(store_credentials(home.options, "docker.io", credentials) == home.options.auth_file);
  store_credentials(home.options, "a.io", credentials);
  CHECK(
      read_file(home.options.auth_file, 10'000) ==
      "{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t},"
      "\n\t\t\"a.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}\n");
  CHECK(home.find("docker.io/library/x") == "u:p");
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [&] { store_credentials(home.options, "a.io/ns", credentials); }),
             Catch::Contains("with Docker's file"));
  CHECK(remove_credentials(home.options, "docker.io").size() == 1);
}

TEST_CASE("logging out removes one key from the file that is written, and says so") {
  Home home;
  home.write("run/containers/auth.json",
             R"({"auths":{"a.io":{"auth":"dTpw"},"a.io/ns":{"auth":"dTpw"},"https://a.io/v1/":)"
             R"({"auth":"dTpw"},"b.io":{"auth":"dTpw"}},"z":1})");
  home.write("home/.docker/config.json", auths("a.io", "docker:p"));
  using Places = std::vector<std::string>;
  CHECK(remove_credentials(home.options, "c.io").empty());
  CHECK(remove_credentials(home.options, "a.io") == Places{home.primary(), home.primary()});
  CHECK(home.primary_json() ==
        R"({"auths":{"a.io/ns":{"auth":"dTpw"},"b.io":{"auth":"dTpw"}},"z":1})");
  CHECK(home.find("a.io") == "docker:p");
  CHECK(remove_credentials(home.options, "a.io/ns") == Places{home.primary()});
  CHECK(remove_credentials(home.options, "a.io").empty());
}

TEST_CASE("logging out removes what a helper keeps, with its mark") {
  Home home;
  home.programs.add("general");
  home.programs.keep("general", "a.io", "u", "p");
  home.write("run/containers/auth.json", R"({"credsStore":"general","auths":{"a.io":{}}})");
  CHECK(remove_credentials(home.options, "a.io") ==
        std::vector<std::string>{"the credential helper general"});
  CHECK(home.programs.kept("general", "a.io") == "-");
  CHECK(home.primary_json() == R"({"credsStore":"general","auths":{}})");
  CHECK(remove_credentials(home.options, "a.io").empty());
}

TEST_CASE("logging out of all leaves settings and nothing else") {
  Home home;
  home.programs.add("general");
  home.programs.add("special");
  home.programs.add("conf");
  home.programs.keep("general", "a.io", "u", "p");
  home.programs.keep("special", "b.io", "u", "p");
  home.programs.keep("conf", "c.io", "u", "p");
  home.options.helpers = {"containers-auth.json", "conf"};
  home.write("run/containers/auth.json",
             R"({"credsStore":"general","credHelpers":{"b.io":"special"},)"
             R"("auths":{"a.io":{},"d.io":{"auth":"dTpw"}},"z":1})");
  CHECK(remove_all_credentials(home.options) ==
        std::vector<std::string>{"the credential helper special: b.io",
                                 "the credential helper general: a.io", home.primary() + ": d.io",
                                 "the credential helper conf: c.io"});
  CHECK(home.primary_json() ==
        R"({"credsStore":"general","credHelpers":{"b.io":"special"},"auths":{},"z":1})");
  for (const char* key : {"a.io", "b.io", "c.io", "d.io"}) CHECK(home.find(key) == "-");
  CHECK(remove_all_credentials(home.options).empty());
}

}  // namespace
}  // namespace lade::registry
