#include "libimage/oci/config.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/manifest.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

ImageConfig parse(std::string_view text) { return parse_config(text, "cfg"); }

ImageConfig full_config() {
  ImageConfig config;
  config.created = Timestamp{1'700'000'000, 120'000'000};
  config.author = "A <a@b.example>";
  config.platform = {"windows", "arm64", "v8", "10.0.17763", {"win32k"}};
  config.config.user = "1000:1000";
  config.config.exposed_ports = {"80/tcp", "53/udp"};
  config.config.env = {"PATH=/bin", "A=b=c", "EMPTY="};
  config.config.entrypoint = Words{"/init"};
  config.config.cmd = Words{"a", ""};
  config.config.volumes = {"/data"};
  config.config.working_dir = "/w";
  config.config.labels = {{"b", "2"}, {"a", "\"<&>\""}};
  config.config.stop_signal = "SIGINT";
  config.config.args_escaped = true;
  config.config.healthcheck = Healthcheck{{"CMD", "true"}, 1, 2, 3, 4, 5};
  config.config.on_build = {"RUN x"};
  config.config.shell = Words{"cmd", "/S"};
  config.config.stop_timeout = 0;
  config.diff_ids = {digest_of("a"), digest_of("b")};
  config.history = {{Timestamp{0, 0}, "ADD x", "me", "c", false}, {std::nullopt, "", "", "", true}};
  return config;
}

TEST_CASE("a config survives being written and read") {
  CHECK(parse(serialize(full_config())) == full_config());
  CHECK(parse(serialize(ImageConfig{})) == ImageConfig{});
  ImageConfig emptied;
  emptied.config.entrypoint = Words{};
  emptied.config.shell = Words{};
  emptied.config.healthcheck = Healthcheck{};
  CHECK(parse(serialize(emptied)) == emptied);
}

TEST_CASE("a config's members come in the specification's order") {
  CHECK(serialize(full_config()) ==
        R"({"created":"2023-11-14T22:13:20.12Z","author":"A <a@b.example>","architecture":"arm64",)"
        R"("os":"windows","os.version":"10.0.17763","os.features":["win32k"],"variant":"v8",)"
        R"("config":{"User":"1000:1000","ExposedPorts":{"53/udp":{},"80/tcp":{}},)"
        R"("Env":["PATH=/bin","A=b=c","EMPTY="],"Entrypoint":["/init"],"Cmd":["a",""],)"
        R"("Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"a":"\"<&>\"","b":"2"},)"
        R"("StopSignal":"SIGINT","ArgsEscaped":true,"Healthcheck":{"Test":["CMD","true"],)"
        R"("Interval":1,"Timeout":2,"StartPeriod":3,"StartInterval":4,"Retries":5},)"
        R"("OnBuild":["RUN x"],"Shell":["cmd","/S"],"StopTimeout":0},"rootfs":{"type":"layers",)"
        R"("diff_ids":[")" +
            digest_of("a").str() + R"(",")" + digest_of("b").str() +
            R"("]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"ADD x",)"
            R"("author":"me","comment":"c"},{"empty_layer":true}]})");
  CHECK(serialize(ImageConfig{}) ==
        R"({"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}})");
}

// As docker build writes it, with the members that only Docker has and nulls where nothing is
constexpr std::string_view docker_config = R"({
  "architecture": "amd64",
  "config": {
    "Hostname": "", "Domainname": "", "User": "", "AttachStdin": false, "Tty": false,
    "ExposedPorts": {"8080/tcp": {}},
    "Env": ["PATH=/usr/bin:/bin"],
    "Cmd": null,
    "Healthcheck": {"Test": ["CMD-SHELL", "curl localhost"], "Interval": 30000000000, "Retries": 3},
    "ArgsEscaped": true,
    "Image": "sha256:0000",
    "Volumes": null,
    "WorkingDir": "",
    "Entrypoint": [],
    "OnBuild": null,
    "Labels": null,
    "Shell": ["/bin/bash", "-c"],
    "StopTimeout": 7
  },
  "container": "abc",
  "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) "]},
  "created": "2020-06-02T21:19:57.279412246+02:00",
  "docker_version": "18.09.7",
  "history": [
    {"created": "2020-06-02T21:19:57Z", "created_by": "/bin/sh -c #(nop) ADD file:x in / "},
    {"created": null, "created_by": "CMD", "empty_layer": true}
  ],
  "id": "x",
  "os": "linux",
  "rootfs": {"type": "layers", "diff_ids": [
    "sha256:50644c29ef5a27c9a40c393a73ece2479de78325cae7d762ef3cdc19bf42dd0a"]}
})";

TEST_CASE("a config of Docker's keeps what matters") {
  const ImageConfig config = parse(docker_config);
  CHECK(config.platform.str() == "linux/amd64");
  CHECK(to_rfc3339(config.created.value()) == "2020-06-02T19:19:57.279412246Z");
  CHECK(config.config.exposed_ports == std::set<std::string>{"8080/tcp"});
  CHECK(config.config.env == Words{"PATH=/usr/bin:/bin"});
  CHECK_FALSE(config.config.cmd);
  CHECK(config.config.entrypoint == Words{});
  CHECK(config.config.shell == Words{"/bin/bash", "-c"});
  CHECK(config.config.args_escaped);
  CHECK(config.config.stop_timeout == 7);
  REQUIRE(config.config.healthcheck);
  CHECK(config.config.healthcheck->interval_ns == 30'000'000'000);
  CHECK(config.config.healthcheck->retries == 3);
  CHECK(config.diff_ids.size() == 1);
  REQUIRE(config.history.size() == 2);
  CHECK_FALSE(config.history[0].empty_layer);
  CHECK(config.history[1].empty_layer);
  CHECK_FALSE(config.history[1].created);
  CHECK(parse(serialize(config)) == config);
}

TEST_CASE("absent and null members of a config are nothing") {
  CHECK(parse("{}") == ImageConfig{});
  CHECK(parse(R"({"created":null,"author":null,"architecture":null,"os":null,"config":null,)"
              R"("rootfs":null,"history":null})") == ImageConfig{});
  CHECK(parse(R"({"config":{"Volumes":{"/a":null}},"rootfs":{"diff_ids":null}})").config.volumes ==
        std::set<std::string>{"/a"});
}

TEST_CASE("a command of one word may be a string") {
  const ImageConfig config = parse(R"({"config":{"Cmd":"a b","Entrypoint":""}})");
  CHECK(config.config.cmd == Words{"a b"});
  CHECK(config.config.entrypoint == Words{""});
}

TEST_CASE("a malformed config is refused by the name of the member") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "cfg is not valid JSON"},
      {"[]", "cfg must be a JSON object"},
      {R"({"os":1})", "cfg: \"os\" must be a string"},
      {R"({"created":""})", "cfg: \"created\" must be a time as RFC 3339"},
      {R"({"created":"2020-13-01T00:00:00Z"})", "\"created\" must be a time"},
      {R"({"created":"2020-01-01"})", "\"created\" must be a time"},
      {R"({"created":"yesterday\u0007"})", "got \"yesterday\\x07\""},
      {R"({"created":0})", "\"created\" must be a string"},
      {R"({"created":"0000-01-01T00:00:00+01:00"})", "\"created\" must be a time"},
      {R"({"created":"9999-12-31T23:59:59-01:00"})", "\"created\" must be a time"},
      {R"({"config":[]})", "cfg: \"config\" must be an object"},
      {R"({"config":{"Env":"A=b"}})", "cfg, config: \"Env\" must be a list"},
      {R"({"config":{"Env":[1]}})", "\"Env\" must be a list of strings"},
      {R"({"config":{"Cmd":{}}})", "\"Cmd\" must be a list"},
      {R"({"config":{"Cmd":[["a"]]}})", "\"Cmd\" must be a list of strings"},
      {R"({"config":{"ExposedPorts":["80"]}})", "\"ExposedPorts\" must be an object"},
      {R"({"config":{"Volumes":{"/a":1}}})", "\"/a\" in \"Volumes\" must be an empty object"},
      {R"({"config":{"Labels":{"a":1}}})", "\"a\" in \"Labels\" must be a string"},
      {R"({"config":{"ArgsEscaped":"yes"}})", "\"ArgsEscaped\" must be true or false"},
      {R"({"config":{"StopTimeout":2147483648}})", "\"StopTimeout\" is out of range"},
      {R"({"config":{"Healthcheck":[]}})", "\"Healthcheck\" must be an object"},
      {R"({"config":{"Healthcheck":{"Interval":"30s"}}})",
       "cfg, config, Healthcheck: \"Interval\" must be a whole number"},
      {R"({"config":{"Healthcheck":{"Retries":-2147483649}}})", "\"Retries\" is out of range"},
      {R"({"rootfs":[]})", "\"rootfs\" must be an object"},
      {R"({"rootfs":{"type":"layers+base"}})",
       "cfg, rootfs: \"type\" must be \"layers\", got \"layers+base\""},
      {R"({"rootfs":{"diff_ids":["sha256:1"]}})", "cfg, rootfs, diff_ids[0]: the digest"},
      {R"({"history":{}})", "\"history\" must be a list"},
      {R"({"history":[{},{"created":"x"}]})", "cfg, history[1]: \"created\" must be a time"},
      {R"({"history":[{"empty_layer":1}]})", "\"empty_layer\" must be true or false"},
      {R"({"history":["x"]})", "cfg, history[0] must be a JSON object"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    try {
      parse(text);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK_THAT(error.message(), Contains(message));
    }
  }
}

TEST_CASE("a config is bounded in size and layers") {
  const std::string blank(config_limit_bytes, ' ');
  CHECK_THROWS_WITH(parse("{}" + blank), Contains("at most 8388608 are read"));
  std::string many = R"({"rootfs":{"diff_ids":["")";
  for (int i = 0; i < 4096; ++i) many += R"(,"")";
  CHECK_THROWS_WITH(parse(many + "]}}"), Contains("\"diff_ids\" has 4097 entries"));
}

TEST_CASE("a chain id names a stack of layers") {
  const Words texts = {"sha256:" + std::string(64, '1'), "sha256:" + std::string(64, '2'),
                       "sha256:" + std::string(64, '3')};
  std::vector<Digest> diff_ids;
  for (const std::string& text : texts) diff_ids.push_back(Digest::parse(text));
  CHECK(chain_id(std::span(diff_ids).first(1)) == diff_ids[0]);
  const Digest two = digest_of(texts[0] + " " + texts[1]);
  CHECK(chain_id(std::span(diff_ids).first(2)) == two);
  CHECK(chain_id(diff_ids) == digest_of(two.str() + " " + texts[2]));
  CHECK_THROWS_AS(chain_id({}), Error);
}

TEST_CASE("a variable is found by its whole name, the last one winning") {
  const Words env = {"A=1", "AB=2", "EMPTY=", "A=3=x", "BARE"};
  CHECK(find_env(env, "A") == "3=x");
  CHECK(find_env(env, "AB") == "2");
  CHECK(find_env(env, "EMPTY") == "");
  CHECK_FALSE(find_env(env, "B"));
  CHECK_FALSE(find_env(env, "BARE"));
  CHECK_FALSE(find_env(env, "a"));
}

TEST_CASE("a variable is set in its place, or added") {
  Words env = {"A=1", "B=2", "A=3"};
  set_env(env, "A", "4");
  CHECK(env == Words{"A=4", "B=2"});
  set_env(env, "C", "");
  CHECK(env == Words{"A=4", "B=2", "C="});
  CHECK(find_env(env, "C") == "");
}

}  // namespace
}  // namespace lade
