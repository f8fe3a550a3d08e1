#include "signing/policy/scope.h"

#include <catch2/catch.hpp>

namespace lade::signing {
namespace {

using Scopes = std::vector<std::string>;

const std::string hex(64, 'a');

TEST_CASE("an image on a registry belongs to its name, repository, namespaces, host, wildcards") {
  CHECK(named_subject("docker", Reference::parse("a.b.example.com:5000/ns/app:1")).scopes ==
        Scopes{"a.b.example.com:5000/ns/app:1", "a.b.example.com:5000/ns/app",
               "a.b.example.com:5000/ns", "a.b.example.com:5000", "*.b.example.com",
               "*.example.com", "*.com"});
  CHECK(named_subject("docker", Reference::parse("busybox")).scopes ==
        Scopes{"docker.io/library/busybox:latest", "docker.io/library/busybox", "docker.io/library",
               "docker.io", "*.io"});
  CHECK(named_subject("docker", Reference::parse("q.io/app:1@sha256:" + hex)).scopes.front() ==
        "q.io/app@sha256:" + hex);
  CHECK(named_subject("docker", Reference::parse("localhost/x")).scopes.back() == "localhost");
}

TEST_CASE("an image of a file belongs to its path and the directories above") {
  CHECK(path_subject("dir", "/a/b/c").scopes == Scopes{"/a/b/c", "/a/b", "/a"});
  CHECK(path_subject("oci", "/").scopes.empty());
  CHECK(plain_subject("tarball").scopes.empty());
}

TEST_CASE("an image of podman's store belongs to its id, name and store") {
  CHECK(storage_subject("overlay", "/var/s", Reference::parse("q.io/ns/app:1"), "beef").scopes ==
        Scopes{"[overlay@/var/s]q.io/ns/app:1@beef", "[overlay@/var/s]q.io/ns/app:1",
               "[overlay@/var/s]q.io/ns/app", "[overlay@/var/s]q.io/ns", "[overlay@/var/s]q.io",
               "[overlay@/var/s]", "[/var/s]"});
  CHECK(storage_subject("vfs", "/s", std::nullopt, "beef").scopes ==
        Scopes{"[vfs@/s]@beef", "[vfs@/s]", "[/s]"});
}

TEST_CASE("the most exact scope decides, then the transport's default, then the policy's") {
  const Policy policy = parse_policy(R"({"default":[{"type":"reject"}],"transports":{
    "docker":{"":[{"type":"reject"}],"example.com":[{"type":"reject"}],
              "example.com/ns":[{"type":"reject"}],"example.com/ns/app:1":[{"type":"reject"}],
              "*.example.com":[{"type":"reject"}]},
    "dir":{"/images":[{"type":"reject"}]}}})",
                                     "the policy");
  const auto scope_of = [&](const std::string& name) {
    return find_requirements(policy, named_subject("docker", Reference::parse(name))).scope;
  };
  CHECK(scope_of("example.com/ns/app:1") == "example.com/ns/app:1");
  CHECK(scope_of("example.com/ns/app:2") == "example.com/ns");
  CHECK(scope_of("example.com/nsx/app:2") == "example.com");
  CHECK(scope_of("r.example.com/app") == "*.example.com");
  CHECK(scope_of("example.org/app").empty());
  CHECK(find_requirements(policy, path_subject("dir", "/images/a")).scope == "/images");
  const FoundRequirements elsewhere = find_requirements(policy, path_subject("dir", "/imagesx"));
  CHECK_FALSE(elsewhere.is_transports);
  CHECK(elsewhere.requirements == &policy.fallback);
  CHECK_FALSE(find_requirements(policy, plain_subject("oci")).is_transports);
}

TEST_CASE("the store has no default but its own") {
  const auto accepts = [](std::string_view text) {
    const Policy policy = parse_policy(text, "the policy");
    const auto subject = named_subject("store", Reference::parse("example.com/app:1"));
    const FoundRequirements found = find_requirements(policy, subject);
    return std::holds_alternative<AcceptAnything>(found.requirements->front());
  };
  CHECK(accepts(R"({"default":[{"type":"reject"}]})"));
  CHECK_FALSE(accepts(R"({"default":[{"type":"insecureAcceptAnything"}],
    "transports":{"store":{"example.com":[{"type":"reject"}]}}})"));
  CHECK_FALSE(accepts(R"({"default":[{"type":"reject"}],"transports":{"store":{"example.org":
    [{"type":"insecureAcceptAnything"}]}}})"));
}

}  // namespace
}  // namespace lade::signing
