#include "signing/lade_policy/rule_scope.h"

#include <catch2/catch.hpp>

namespace lade::signing {
namespace {

TEST_CASE("scopes are hosts, what is below them, and paths") {
  const std::string digest = "@sha256:" + std::string(64, '0');
  for (const std::string& scope :
       {std::string("a.io"), std::string("localhost"), std::string("localhost:5000"),
        std::string("a.io:5000/team"), std::string("docker.io/library/debian"),
        std::string("a.io/team/app:1.2"), "a.io/app" + digest, std::string("*.example.com"),
        std::string("a.io/team/app:*"), std::string("localhost:5000/app:*"),
        std::string("dir:/srv/images"), std::string("oci:/srv"),
        std::string("oci-archive:/a.tar")}) {
    CAPTURE(scope);
    CHECK_FALSE(rule_scope_objection(scope));
  }
}

TEST_CASE("what no image could belong to is no scope") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "it begins with no host"},
      {"debian", "it begins with no host; did you mean \"docker.io/library/debian\"?"},
      {"team/app", "it begins with no host; did you mean \"docker.io/team/app\"?"},
      {"A.io", "it begins with no host"},
      {"a.io:x", "it begins with no host; did you mean \"docker.io/library/a.io:x\"?"},
      {"a.io/App", "it is no name of images"},
      {"a.io/", "it is no name of images"},
      {"a.io/app:1@sha256:" + std::string(64, '0'),
       "it has a tag and a digest; wanted one of them"},
      {"*.example.com/app", "wanted *.HOST"},
      {"*.", "wanted *.HOST"},
      {"a.io:*", "wanted HOST/REPOSITORY:*"},
      {"*.a.io:*", "wanted HOST/REPOSITORY:*"},
      {"a.io/app:1:*", "wanted HOST/REPOSITORY:*"},
      {"dir:/x:*", "wanted HOST/REPOSITORY:*"},
      {"app:*", "it begins with no host; did you mean \"docker.io/library/app\"?"},
      {"*", "it begins with no host"},
      {"tarball:/x", "paths are those of dir:, oci: and oci-archive:"},
      {"oci:/x:tag", "a layout has scopes by its path alone"},
      {"dir:/x/../y", "the path is not in its shortest form"},
  };
  for (const auto& [scope, why] : cases) {
    CAPTURE(scope);
    CHECK(rule_scope_objection(scope).value_or("nothing") == why);
  }
}

TEST_CASE("an image belongs to the scopes of its name, whichever transport it is of") {
  const Reference name = Reference::parse("b.a.io:5000/team/app:1");
  const std::vector<std::string> wanted{"b.a.io:5000/team/app:1",
                                        "b.a.io:5000/team/app:*",
                                        "b.a.io:5000/team/app",
                                        "b.a.io:5000/team",
                                        "b.a.io:5000",
                                        "*.a.io",
                                        "*.io"};
  CHECK(rule_scopes_of(named_subject("docker", name)) == wanted);
  CHECK(rule_scopes_of(named_subject("store", name)) == wanted);
  CHECK(rule_scopes_of(storage_subject("overlay", "/s", name, "")) == wanted);
  CHECK(rule_scopes_of(path_subject("oci", "/a/b")) ==
        std::vector<std::string>{"oci:/a/b", "oci:/a"});
  CHECK(rule_scopes_of(plain_subject("tarball")).empty());
}

TEST_CASE("however the host of a registry is spelled, it is one") {
  const std::pair<std::string, std::string> cases[] = {
      {"REGISTRY.example.com/prod", "registry.example.com/prod"},
      {"registry.example.com:443/prod", "registry.example.com/prod"},
      {"registry.example.com:0443/prod", "registry.example.com/prod"},
      {"registry.example.com:05000/prod", "registry.example.com:5000/prod"},
      {"registry-1.docker.io/library/x", "docker.io/library/x"},
      {"Index.Docker.io:443/x", "docker.io/library/x"},
      {"docker.io:443/team/x", "docker.io/team/x"},
      // these would be namespaces of Docker Hub
      {"host:443/x", "host:443/x"},
      {"[::1]:443/x", "[::1]:443/x"},
  };
  for (const auto& [spelled, meant] : cases) {
    CAPTURE(spelled);
    CHECK(rule_scopes_of(named_subject("docker", Reference::parse(spelled))).at(2) == meant);
    CHECK(rule_scopes_of(Reference::parse(spelled), {}).at(2) == meant);
  }
  CHECK(rule_scope_objection("a.io:443/team") == "the host a.io:443 is written a.io here");
  CHECK(rule_scope_objection("index.docker.io/library") ==
        "the host index.docker.io is written docker.io here");
  CHECK_FALSE(rule_scope_objection("host:443/team"));
}

TEST_CASE("a base is found by its digest, its tag and what is around it") {
  const auto digest = Digest::parse("sha256:" + std::string(64, '0'));
  const auto scopes = rule_scopes_of(Reference::parse("a.io/x:1"), digest);
  CHECK(scopes == std::vector<std::string>{"a.io/x@" + digest.str(), "a.io/x:1", "a.io/x:*",
                                           "a.io/x", "a.io", "*.io"});
}

}  // namespace
}  // namespace lade::signing
