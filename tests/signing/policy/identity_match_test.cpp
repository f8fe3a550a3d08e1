#include "signing/policy/identity_match.h"

#include <catch2/catch.hpp>

namespace lade::signing {
namespace {

using Kind = IdentityMatch::Kind;

const std::string digest = "sha256:" + std::string(64, 'a');

bool accepts(const IdentityMatch& match, const std::string& image, const std::string& claimed) {
  const auto reference = image.empty() ? std::nullopt : std::optional(Reference::parse(image));
  return !identity_objection(match, reference, claimed).has_value();
}

TEST_CASE("each kind of identity accepts what it says") {
  const auto [kind, image, claimed, accepted] =
      GENERATE(table<Kind, std::string, std::string, bool>({
          {Kind::match_exact, "busybox:1", "docker.io/library/busybox:1", true},
          {Kind::match_exact, "busybox:1", "busybox:2", false},
          {Kind::match_exact, "busybox:1", "busybox", false},
          {Kind::match_exact, "busybox@" + digest, "busybox:1", false},
          {Kind::match_exact, "busybox@" + digest, "busybox@" + digest, true},
          {Kind::match_exact, "", "busybox:1", false},
          {Kind::match_repo_digest_or_exact, "busybox:1", "busybox:1", true},
          {Kind::match_repo_digest_or_exact, "busybox:1", "busybox:2", false},
          {Kind::match_repo_digest_or_exact, "busybox@" + digest, "busybox:2", true},
          {Kind::match_repo_digest_or_exact, "busybox@" + digest, "busybox", false},
          {Kind::match_repo_digest_or_exact, "busybox@" + digest, "other:2", false},
          {Kind::match_repo_digest_or_exact, "busybox:1@" + digest, "busybox:2", false},
          {Kind::match_repository, "busybox:1", "busybox", true},
          {Kind::match_repository, "busybox:1", "busybox:2", true},
          {Kind::match_repository, "busybox:1", "q.io/library/busybox:1", false},
          {Kind::match_repository, "busybox:1", "UPPER", false},
          {Kind::match_repository, "busybox:1", "", false},
      }));
  CAPTURE(image, claimed);
  CHECK(accepts({.kind = kind}, image, claimed) == accepted);
}

TEST_CASE("a wanted reference or repository does not mind the image's name") {
  const IdentityMatch reference{.kind = Kind::exact_reference, .wanted = "docker.io/a/b:1"};
  CHECK(accepts(reference, "", "a/b:1"));
  CHECK_FALSE(accepts(reference, "a/b:2", "a/b:2"));
  CHECK_FALSE(accepts(reference, "", "a/b"));
  const IdentityMatch repository{.kind = Kind::exact_repository, .wanted = "docker.io/a/b"};
  CHECK(accepts(repository, "", "a/b"));
  CHECK(accepts(repository, "", "a/b:7"));
  CHECK_FALSE(accepts(repository, "", "a/bc"));
}

TEST_CASE("a remapped prefix is whole components of the name") {
  const IdentityMatch match{.kind = Kind::remap_identity,
                            .wanted = "mirror:5000/vendor",
                            .signed_prefix = "vendor.example.com"};
  CHECK(accepts(match, "mirror:5000/vendor/app:1", "vendor.example.com/app:1"));
  CHECK_FALSE(accepts(match, "mirror:5000/vendor/app:1", "mirror:5000/vendor/app:1"));
  CHECK(accepts(match, "mirror:5000/vendorx/app:1", "mirror:5000/vendorx/app:1"));
  CHECK(accepts(match, "other.example.com/app:1", "other.example.com/app:1"));
  CHECK(accepts(match, "mirror:5000/vendor/app@" + digest, "vendor.example.com/app:9"));
  const IdentityMatch host{
      .kind = Kind::remap_identity, .wanted = "mirror:5000", .signed_prefix = "docker.io"};
  CHECK(accepts(host, "mirror:5000/library/busybox:1", "busybox:1"));
  const IdentityMatch bad{
      .kind = Kind::remap_identity, .wanted = "mirror:5000/vendor", .signed_prefix = "host"};
  const auto why = identity_objection(bad, Reference::parse("mirror:5000/vendor:1"), "host/x:1");
  REQUIRE(why.has_value());
}

}  // namespace
}  // namespace lade::signing
