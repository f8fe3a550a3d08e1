#include "signing/policy/warnings.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace lade::signing {
namespace {

std::vector<PolicyWarning> warnings(const std::string& transports) {
  const Policy policy = parse_policy(
      fmt::format(R"({{"default":[{{"type":"reject"}}],"transports":{{{}}}}})", transports),
      "the policy");
  return warnings_of(policy, [](const std::string& path) -> std::optional<std::string> {
    if (path == "/missing") return "cannot open /missing";
    return std::nullopt;
  });
}

TEST_CASE("a scope that no image belongs to is told of") {
  const auto [transport, scope, reason] = GENERATE(table<std::string, std::string, std::string>({
      {"docker", "busybox", "written out it is docker.io/library/busybox"},
      {"docker", "library/busybox:1", "written out it is docker.io/library/busybox:1"},
      {"docker", "docker.io/busybox", "the image it may mean is docker.io/library/busybox"},
      {"docker", "https://q.io/app", "neither a host nor a name"},
      {"docker", "q.io/app/", "neither a host nor a name"},
      {"docker", "Q.io/App", "neither a host nor a name"},
      {"docker", "q.io/app:1@sha256:" + std::string(64, 'a'), "the digest alone counts"},
      {"docker", "example*.io", "\"*.\" stands at the beginning"},
      {"docker", "*.q.io/app", "\"*.\" stands at the beginning"},
      {"docker", "*.q.io:5000", "\"*.\" stands at the beginning"},
      {"oci", "/layouts/a:tag", "the name within a layout"},
      {"dokcer", "q.io", "there is no such transport"},
  }));
  CAPTURE(scope);
  const auto found =
      warnings(fmt::format(R"("{}":{{"{}":[{{"type":"reject"}}]}})", transport, scope));
  REQUIRE(found.size() == 1);
  CHECK_THAT(found.front().what, Catch::Contains(reason));
  CHECK_THAT(found.front().where, Catch::StartsWith("transports." + transport));
}

TEST_CASE("scopes that images belong to are not told of") {
  const std::string scope =
      GENERATE(as<std::string>(), "", "q.io", "q.io:5000", "localhost", "q.io/ns", "q.io/ns/app:1",
               "docker.io", "docker.io/library", "docker.io/library/busybox",
               "docker.io/library/busybox:latest", "*.q.io", "*.io", "docker.io/user/app");
  CAPTURE(scope);
  CHECK(warnings(fmt::format(R"("docker":{{"{}":[{{"type":"reject"}}]}})", scope)).empty());
}

TEST_CASE("a requirement that nothing fulfils is told of") {
  const auto [transport, requirements,
              reason] = GENERATE(table<std::string, std::string, std::string>({
      {"docker", R"({"type":"reject"},{"type":"insecureAcceptAnything"})",
       "reject rejects every image"},
      {"docker", R"({"type":"signedBaseLayer","baseLayerIdentity":{"type":"matchExact"}})",
       "signedBaseLayer allows nothing"},
      {"docker", R"({"type":"signedBy","keyType":"X509Certificates","keyPath":"/k"})",
       "\"X509Certificates\" allow nothing"},
      {"docker", R"({"type":"signedBy","keyType":"GPGKeys","keyPath":"/missing"})",
       "cannot open /missing"},
      {"docker", R"({"type":"sigstoreSigned","keyPath":"k.pub"})", "whatever directory"},
      {"docker", R"({"type":"sigstoreSigned","keyPath":"/k","rekorPublicKeyPath":"/missing"})",
       "cannot open /missing"},
      {"docker", R"({"type":"sigstoreSigned","pki":{"caRootsPath":"/missing","subjectEmail":"e"}})",
       "cannot open /missing"},
      {"dir", R"({"type":"sigstoreSigned","keyPath":"/k"})",
       "matchRepoDigestOrExact allows nothing"},
  }));
  CAPTURE(requirements);
  const auto found = warnings(fmt::format(R"("{}":{{"":[{}]}})", transport, requirements));
  REQUIRE(found.size() == 1);
  CHECK_THAT(found.front().what, Catch::Contains(reason));
}

}  // namespace
}  // namespace lade::signing
