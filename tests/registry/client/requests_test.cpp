#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

// How much is asked of a registry by who only wants to know.
namespace lade::registry {
namespace {

/// "METHOD /path" without what changes from run to run; the look for TLS is left out.
std::vector<std::string> asked(FakeRegistry& fake, std::size_t from) {
  std::vector<std::string> list;
  const auto seen = fake.seen();
  for (std::size_t i = from; i < seen.size(); ++i) {
    std::string path = seen[i].path();
    path = path.substr(0, path.find("sha256:"));
    if (path != "/v2/") list.push_back(seen[i].method + " " + path);
  }
  return list;
}

RawManifest image_for(MemoryImageSource& source, const std::string& name) {
  return add_image(source, {add_layer(source, tar_of({{name, name}}))});
}

TEST_CASE("to tell of an image takes its manifest and its configuration") {
  Fixture fixture;
  MemoryImageSource image;
  image.set_top(image_for(image, "a"));
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  const std::size_t before = fixture.fake.seen().size();
  const auto source = fixture.source();
  read_manifest(*source);
  read_image(*source, host_platform());
  CHECK(asked(fixture.fake, before) ==
        std::vector<std::string>{"GET /v2/team/app/manifests/1", "GET /v2/team/app/blobs/"});
}

TEST_CASE("to tell the digest of an image takes no body") {
  Fixture fixture;
  MemoryImageSource image;
  const RawManifest raw = image_for(image, "a");
  image.set_top(raw);
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  const std::size_t before = fixture.fake.seen().size();
  CHECK(fixture.source()->find_top().digest == raw.digest);
  CHECK(asked(fixture.fake, before) == std::vector<std::string>{"HEAD /v2/team/app/manifests/1"});
}

TEST_CASE("an index is told of by itself, and an image of it with one request more") {
  Fixture fixture;
  MemoryImageSource image;
  Index index{"application/vnd.oci.image.index.v1+json"};
  for (const char* platform : {"linux/amd64", "linux/s390x"}) {
    Descriptor entry = image_for(image, platform).descriptor();
    entry.platform = Platform::parse(platform);
    index.manifests.push_back(entry);
  }
  const RawManifest top = raw_manifest(serialize(index), index.media_type);
  image.set_top(top);
  const auto to = fixture.destination();
  copy_image(image, *to, {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  const std::size_t before = fixture.fake.seen().size();
  const auto source = fixture.source();
  CHECK(read_manifest(*source).digest == top.digest);
  CHECK(asked(fixture.fake, before) == std::vector<std::string>{"GET /v2/team/app/manifests/1"});
  CHECK(read_image(*source, Platform::parse("linux/s390x")).index->digest == top.digest);
  CHECK(asked(fixture.fake, before) == std::vector<std::string>{"GET /v2/team/app/manifests/1",
                                                                "GET /v2/team/app/manifests/",
                                                                "GET /v2/team/app/blobs/"});
  const std::string got = error_of(ErrorKind::not_found,
                                   [&] { read_image(*source, Platform::parse("linux/riscv64")); });
  CHECK_THAT(got, Catch::Contains("linux/riscv64") && Catch::Contains("linux/amd64, linux/s390x"));
}

TEST_CASE("an insecure registry on this machine is asked by plain http first, by nobody") {
  Fixture fixture;
  fixture.fake.require("Basic bWU6czNjcmV0", "Basic realm=\"test\"");
  CHECK(fixture.open(parse_credentials("me:s3cret"))->check_login());
  const auto seen = fixture.fake.seen();
  REQUIRE_FALSE(seen.empty());
  CHECK(seen.front().target == "/v2/");
  CHECK(seen.front().header("authorization").empty());
  // and the connection is used for what follows
  for (const SeenRequest& request : seen) CHECK(request.connection == 0);
}

TEST_CASE("an insecure registry on this machine that wants TLS is spoken to with TLS") {
  struct Case {
    const char* description;
    Answer answer;
  };
  const std::pair<std::string, std::string> close{"Connection", "close"};
  const std::vector<Case> cases = {
      {"as Go's servers say it", {.status = 400, .headers = {close}, .body = "an HTTPS server"}},
      {"it hangs up", {.hang_up = true}},
      {"it sends elsewhere",
       {.status = 301, .headers = {close, {"Location", "https://127.0.0.1:1/v2/"}}}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.description);
    Fixture fixture;
    fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
      if (request.path() == "/v2/") return one.answer;
      return std::nullopt;
    });
    fixture.repository().pull({.url = "/v2/x"});
    const auto seen = fixture.fake.seen();
    REQUIRE(seen.size() == 2);
    // one that the fake, which has no TLS, could not read lies between
    CHECK(seen[1].connection >= 2);
  }
}

}  // namespace
}  // namespace lade::registry
