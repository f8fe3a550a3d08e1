#include "libimage/image/copy.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "registry/client/manifests.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade::registry {
namespace {

/// The server ends before what its answers may look at.
struct World {
  MemoryImageSource given;
  RawManifest image = add_small_image(given);
  Attached attached = add_attached(given, image);
  Fixture fixture;

  CopyReport push(const std::string& name = "team/app:1") {
    return copy_image(given, *fixture.destination(name), {.jobs = 1}, no_progress());
  }
  CopyReport copy(const std::string& from, const std::string& to, const CopyOptions& options = {}) {
    return copy_image(*fixture.source(from), *fixture.destination(to), options, no_progress());
  }
};

TEST_CASE("what is attached to an image goes to a registry and comes back") {
  World world;
  world.fixture.fake.set_referrers_api(GENERATE(true, false));
  const CopyReport pushed = world.push();
  CHECK(pushed.referrers.size() == 3);
  MemoryImageDestination back({.referrers = true});
  copy_image(*world.fixture.source(), back, {}, no_progress());
  CHECK(back.blobs() == world.given.blobs());
  const auto there = back.as_source();
  CHECK(there->referrers(world.image.digest) == world.given.referrers(world.image.digest));
  CHECK(there->referrers(world.attached.sbom.digest) ==
        world.given.referrers(world.attached.sbom.digest));
}

TEST_CASE("what is attached is found where the tags are too many to list, or not to be seen") {
  World world;
  world.push();
  const bool denied = GENERATE(true, false);
  world.fixture.fake.set_fault([denied](const SeenRequest& request) -> std::optional<Answer> {
    if (request.path() != "/v2/team/app/tags/list") return std::nullopt;
    if (denied) return Answer{.status = 403, .body = "{}"};
    std::string names;
    for (int i = 0; i < 1000; ++i) names += fmt::format("{}\"v{}\"", i == 0 ? "" : ",", i);
    return Answer{.headers = {{"Link", "</v2/team/app/tags/list?last=v999>; rel=\"next\""}},
                  .body = fmt::format(R"({{"name":"team/app","tags":[{}]}})", names)};
  });
  const auto found = world.fixture.source()->referrers(world.image.digest);
  REQUIRE(found.size() == 2);
  CHECK(found[1].tag == world.attached.tag);
}

TEST_CASE("a repeat with nothing to do costs a HEAD of the image, and one question about it") {
  World world;
  MemoryImageSource plain;
  world.image = add_small_image(plain);
  copy_image(plain, *world.fixture.destination(), {}, no_progress());
  world.copy("team/app:1", "other/app:1");
  const std::size_t before = world.fixture.fake.seen().size();
  const CopyReport report = world.copy("team/app:1", "other/app:1");
  CHECK(report.unchanged);
  CHECK(report.target.digest == world.image.digest);
  std::vector<std::string> asked;
  const auto seen = world.fixture.fake.seen();
  for (std::size_t i = before; i < seen.size(); ++i) {
    if (seen[i].path() != "/v2/") asked.push_back(seen[i].method + " " + seen[i].path());
  }
  std::sort(asked.begin(), asked.end());
  CHECK(asked == std::vector<std::string>{"GET /v2/team/app/referrers/" + world.image.digest.str(),
                                          "GET /v2/team/app/tags/list",
                                          "HEAD /v2/other/app/manifests/1",
                                          "HEAD /v2/team/app/manifests/1"});
  CHECK(world.fixture.fake.count("PUT", "/manifests/1") == 2);
}

TEST_CASE("a repeat finds what was attached in the meantime") {
  World world;
  world.push();
  world.copy("team/app:1", "other/app:1");
  CHECK(world.copy("team/app:1", "other/app:1").unchanged);
  const RawManifest note = author_artifact(
      {.artifact_type = "application/x-new", .subject = world.attached.about_sbom.descriptor()});
  put_manifest(world.fixture.repository(), note, note.digest.str());
  const CopyReport report = world.copy("team/app:1", "other/app:1");
  CHECK_FALSE(report.unchanged);
  CHECK(report.referrers.size() == 4);
  CHECK(world.fixture.destination("other/app:1")
            ->referrers(world.attached.about_sbom.digest)
            .size() == 1);
}

TEST_CASE("a repeat brings the instances that an index lacks") {
  World world;
  const RawManifest other = add_small_image(world.given, {.platform = "linux/arm64"});
  const RawManifest index =
      index_of({instance(world.image, "linux/amd64"), instance(other, "linux/arm64")});
  world.given.set_top(index);
  const CopyOptions all{.platforms = {.kind = PlatformChoice::Kind::all}};
  const auto push = [&](const CopyOptions& options) {
    return copy_image(world.given, *world.fixture.destination(), options, no_progress());
  };
  push({.platforms = {.kind = PlatformChoice::Kind::index_only}});
  CHECK_FALSE(push(all).unchanged);
  CHECK(push(all).unchanged);
  // of the same index one instance is another image
  CHECK_FALSE(push({.platforms = {.wanted = Platform::parse("linux/arm64")}}).unchanged);
  CHECK(push({.platforms = {.wanted = Platform::parse("linux/arm64")}}).unchanged);
}

TEST_CASE("an upload that breaks is begun again from the source") {
  const std::size_t broken = GENERATE(1U, 2U, 5U);
  std::atomic<std::size_t> left = broken;
  World world;
  const Digest layer =
      parse_manifest(world.image.bytes, world.image.media_type, "it").layers.front().digest;
  const std::string bytes = world.given.blob(layer);
  world.fixture.fake.set_fault([&left, bytes](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method != "PATCH" || request.body != bytes) return std::nullopt;
    if (left == 0) return std::nullopt;
    --left;
    return Answer{.hang_up = true};
  });
  if (broken < 3) {
    CHECK(world.push().blobs_copied == 7);
    CHECK(world.given.opened(layer) == broken + 1);
    require_valid(*world.fixture.source());
  } else {
    error_of(ErrorKind::unavailable, [&] { world.push(); });
    CHECK_FALSE(world.fixture.fake.find_manifest("team/app", "1"));
  }
}

TEST_CASE("a registry that takes only small requests gets the blob in the end") {
  std::atomic<int> refused = 0;
  World world;
  MemoryImageSource large;
  const std::string tar = tar_of({{"large", std::string(std::size_t{6} << 20U, 'x')}});
  large.set_top(add_image(large, {add_layer(large, tar, Compression::none)}));
  world.fixture.fake.set_fault([&refused](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method != "PATCH" || request.body.size() <= std::size_t{4} << 20U) {
      return std::nullopt;
    }
    ++refused;
    return Answer{.status = 413};
  });
  copy_image(large, *world.fixture.destination(), {}, no_progress());
  CHECK(refused == 1);
  require_valid(*world.fixture.source());
}

}  // namespace
}  // namespace lade::registry
