#include "registry/client/docker_transport.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "libimage/base/guarded.h"
#include "libimage/image/copy.h"
#include "tests/contract/image_contract.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

/// A config and two layers, the second of `size` bytes.
RawManifest make_image(MemoryImageSource& source, std::size_t size = 1000) {
  std::string large;
  while (large.size() < size) large += std::to_string(large.size() * 2654435761U) + "\n";
  large.resize(size);
  RawManifest raw =
      add_image(source, {add_layer(source, tar_of({{"small", "s"}})),
                         add_layer(source, tar_of({{"large", large}}), Compression::none)});
  source.set_top(raw);
  return raw;
}

TEST_CASE("images on a registry keep the contract of images") {
  const auto fixture = std::make_shared<Fixture>();
  int number = 0;
  test::ImageContract([&] {
    const std::string name = fmt::format("contract/n{}:1", number++);
    return test::ContractPlace{[=] { return fixture->destination(name); },
                               [=] { return fixture->source(name); }};
  }).check();
}

TEST_CASE("what is pushed is pulled again with the same digests") {
  Fixture fixture;
  MemoryImageSource image;
  const RawManifest raw = make_image(image, 5'000'000);
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  CHECK(fixture.fake.find_manifest("team/app", "1") == raw.bytes);
  const auto from = fixture.source();
  MemoryImageDestination copy;
  const CopyReport report = copy_image(*from, copy, {}, no_progress());
  CHECK(report.manifest.digest == raw.digest);
  CHECK(report.blobs_copied == 3);
}

TEST_CASE("what the repository has is not sent again") {
  Fixture fixture;
  MemoryImageSource image;
  make_image(image);
  const auto first = fixture.destination();
  copy_image(image, *first, {}, no_progress());
  const auto uploads = fixture.fake.count("POST", "/blobs/uploads/");
  CHECK(uploads == 3);
  const auto again = fixture.destination("team/app:2");
  const CopyReport report = copy_image(image, *again, {}, no_progress());
  CHECK(report.blobs_present == 3);
  CHECK(fixture.fake.count("POST", "/blobs/uploads/") == uploads);
}

TEST_CASE("a blob of another repository of the registry is mounted, not sent") {
  Fixture fixture;
  MemoryImageSource image;
  make_image(image);
  const auto first = fixture.destination("team/app:1");
  copy_image(image, *first, {}, no_progress());
  const auto from = fixture.source("team/app:1");
  // pulling tells where the blobs are
  MemoryImageDestination elsewhere;
  copy_image(*from, elsewhere, {}, no_progress());
  const auto patches = fixture.fake.count("PATCH", "");
  const auto other = fixture.destination("team/other:1");
  copy_image(image, *other, {}, no_progress());
  CHECK(fixture.fake.count("POST", "mount=") == 3);
  // what can be mounted is not looked for
  CHECK(fixture.fake.count("HEAD", "team/other/blobs/") == 0);
  CHECK(fixture.fake.count("PATCH", "") == patches);
  CHECK(fixture.fake.find_manifest("team/other", "1"));
}

TEST_CASE("the token for a mount is for both repositories") {
  std::atomic<int> sold = 0;
  HttpServer tokens([&sold](const SeenRequest&) {
    ++sold;
    return Answer{.body = R"({"token":"both","expires_in":300})"};
  });
  Fixture fixture;
  MemoryImageSource image;
  make_image(image);
  const Digest blob = image.blobs().begin()->first;
  fixture.fake.put_blob("team/app", image.blob(blob));
  fixture.locations->remember(blob, Reference::parse(fixture.fake.host() + "/team/app"));
  fixture.fake.require("Bearer both",
                       fmt::format(R"(Bearer realm="{}",service="here")", tokens.url("/token")));
  fixture.fake.set_fault([](const SeenRequest& request) -> std::optional<Answer> {
    // so that nothing but the mount needs a token
    if (request.method == "HEAD") return Answer{.status = 404};
    return {};
  });
  CHECK(fixture.destination("team/other:1")->has_blob({"", blob, image.blob(blob).size()}));
  CHECK(fixture.fake.find_blob("team/other", blob.str()));
  REQUIRE(sold == 1);
  CHECK(tokens.seen().front().target ==
        "/token?service=here&scope=repository%3Ateam%2Fapp%3Apull"
        "&scope=repository%3Ateam%2Fother%3Apull%2Cpush");
}

TEST_CASE("a trial mounts nothing") {
  Fixture fixture;
  MemoryImageSource image;
  make_image(image);
  for (const auto& [digest, bytes] : image.blobs()) {
    fixture.locations->remember(digest, Reference::parse(fixture.fake.host() + "/team/app"));
  }
  fixture.locations->keep_silent();
  copy_image(image, *fixture.destination(), {.dry_run = true}, no_progress());
  CHECK(fixture.fake.count("POST", "") == 0);
}

TEST_CASE("a registry that will not mount gets the bytes") {
  Fixture fixture;
  MemoryImageSource image;
  make_image(image);
  for (const auto& [digest, bytes] : image.blobs()) {
    fixture.locations->remember(digest, Reference::parse(fixture.fake.host() + "/gone/away"));
  }
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  CHECK(fixture.fake.count("POST", "mount=") == 3);
  CHECK(fixture.fake.count("DELETE", "/blobs/uploads/") == 3);
  CHECK(fixture.fake.find_manifest("team/app", "1"));
}

/// What a store would remember; copies ask from several threads.
class RememberedPlaces final : public BlobPlaces {
 public:
  using Places = std::map<Digest, std::set<std::string>>;

  void remember_place(std::span<const Digest> blobs, const std::string& repository) override {
    places_.with([&](Places& places) {
      for (const Digest& blob : blobs) places[blob].insert(repository);
    });
  }
  void forget_place(const Digest& blob, const std::string& repository) override {
    places_.with([&](Places& places) { places[blob].erase(repository); });
  }
  std::vector<std::string> find_places(const Digest& blob) override {
    return places_.with([&](const Places& places) -> std::vector<std::string> {
      const auto found = places.find(blob);
      if (found == places.end()) return {};
      return {found->second.begin(), found->second.end()};
    });
  }
  Places places() {
    return places_.with([](const Places& places) { return places; });
  }

 private:
  Guarded<Places> places_;
};

TEST_CASE("what another process pulled is mounted, not sent") {
  Fixture fixture;
  RememberedPlaces places;
  const auto lasting = [&] {
    fixture.locations = std::make_shared<BlobLocations>([&] { return &places; });
  };
  lasting();
  MemoryImageSource image;
  make_image(image);
  copy_image(image, *fixture.destination("one/app:1"), {}, no_progress());
  MemoryImageDestination elsewhere;
  copy_image(*fixture.source("one/app:1"), elsewhere, {}, no_progress());
  // a process later nothing but the places is known
  lasting();
  const auto patches = fixture.fake.count("PATCH", "");
  copy_image(image, *fixture.destination("two/app:1"), {}, no_progress());
  CHECK(fixture.fake.count("POST", "two/app/blobs/uploads/?mount=") == 3);
  CHECK(fixture.fake.count("PATCH", "") == patches);
  CHECK(fixture.fake.find_manifest("two/app", "1"));
}

TEST_CASE("a place that has the blob no longer is forgotten, and the blob sent") {
  Fixture fixture;
  RememberedPlaces places;
  fixture.locations = std::make_shared<BlobLocations>([&] { return &places; });
  MemoryImageSource image;
  make_image(image);
  for (const auto& [digest, bytes] : image.blobs()) {
    places.remember_place({{digest}}, fixture.fake.host() + "/gone/away");
    places.remember_place({{digest}}, "other.example/app");
  }
  copy_image(image, *fixture.destination("two/app:1"), {}, no_progress());
  CHECK(fixture.fake.count("POST", "mount=") == 3);
  CHECK(fixture.fake.find_manifest("two/app", "1"));
  for (const auto& [digest, known] : places.places()) {
    CHECK(known.count("other.example/app") == 1);
    CHECK_FALSE(known.count(fixture.fake.host() + "/gone/away"));
  }
}

TEST_CASE("what is wrong with the memory of places stops no push") {
  struct Broken final : BlobPlaces {
    void remember_place(std::span<const Digest>, const std::string&) override { fail_here(); }
    void forget_place(const Digest&, const std::string&) override { fail_here(); }
    std::vector<std::string> find_places(const Digest&) override { fail_here(); }
    [[noreturn]] static void fail_here() { fail(ErrorKind::io, "disk full"); }
  };
  Fixture fixture;
  Broken broken;
  fixture.locations = std::make_shared<BlobLocations>([&] { return &broken; });
  MemoryImageSource image;
  make_image(image);
  copy_image(image, *fixture.destination("two/app:1"), {}, no_progress());
  MemoryImageDestination elsewhere;
  copy_image(*fixture.source("two/app:1"), elsewhere, {}, no_progress());
  CHECK(fixture.fake.find_manifest("two/app", "1"));
}

TEST_CASE("pulling carries on where the connection broke") {
  Fixture fixture;
  MemoryImageSource image;
  const RawManifest raw = make_image(image, 3'000'000);
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  const std::string large =
      "/blobs/" + parse_manifest(raw.bytes, raw.media_type, "image").layers.back().digest.str();
  std::atomic<int> cuts = 3;
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method != "GET" || request.path().find(large) == std::string::npos) return {};
    if (cuts-- <= 0) return {};
    const std::string content =
        image.blob(parse_manifest(raw.bytes, raw.media_type, "image").layers.back().digest);
    const std::string range = request.header("range");
    const std::size_t first = range.empty() ? 0 : std::stoul(range.substr(6));
    return Answer{.status = range.empty() ? 200 : 206,
                  .headers = {{"Content-Range", fmt::format("bytes {}-{}/{}", first,
                                                            content.size() - 1, content.size())}},
                  .body = content.substr(first),
                  .cut_after = 500'000};
  });
  const auto from = fixture.source();
  MemoryImageDestination copy;
  CHECK(copy_image(*from, copy, {}, no_progress()).manifest.digest == raw.digest);
  CHECK(fixture.fake.seen().back().header("range") == "bytes=1500000-");
}

TEST_CASE("bytes that are not what their digest says are never kept") {
  Fixture fixture;
  MemoryImageSource image;
  const RawManifest raw = make_image(image);
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  const auto lie = GENERATE(as<std::string>{}, "blob", "size", "manifest", "digest header");
  CAPTURE(lie);
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    const bool blob = request.path().find("/blobs/") != std::string::npos;
    if (request.method != "GET") return {};
    if (lie == "blob" && blob) {
      const std::string digest = request.path().substr(request.path().rfind('/') + 1);
      return Answer{.body = std::string(image.blob(Digest::parse(digest)).size(), 'x')};
    }
    if (lie == "size" && blob) return Answer{.body = std::string(100'000, 'x')};
    if (lie == "manifest" && !blob) {
      return Answer{.headers = {{"Content-Type", std::string(raw.media_type)},
                                {"Docker-Content-Digest", raw.digest.str()}},
                    .body = raw.bytes + " "};
    }
    if (lie == "digest header" && !blob) {
      return Answer{.headers = {{"Docker-Content-Digest", digest_of("other").str()}},
                    .body = raw.bytes};
    }
    return {};
  });
  MemoryImageDestination copy;
  const auto from = fixture.source();
  error_of(ErrorKind::corrupt, [&] { copy_image(*from, copy, {}, no_progress()); });
}

TEST_CASE("what is not there is not found, and the message says what the registry said") {
  Fixture fixture;
  const auto from = fixture.source("team/nothing:1");
  const std::string message = error_of(ErrorKind::not_found, [&] { from->manifest(); });
  CHECK_THAT(message, Catch::Contains("/team/nothing:1") && Catch::Contains("404") &&
                          Catch::Contains("MANIFEST_UNKNOWN: as said"));
}

TEST_CASE("mirrors are asked first, and the registry when they do not help") {
  Fixture fixture;
  Fixture mirror;
  MemoryImageSource image;
  const RawManifest raw = make_image(image);
  const auto to = fixture.destination();
  copy_image(image, *to, {}, no_progress());
  const auto pull = [&] {
    DockerSource source(Reference::parse("registry.example/team/app:1"),
                        {{mirror.repository("cache/app:1"), true}, {fixture.repository(), false}},
                        fixture.http_, nullptr);
    MemoryImageDestination copy;
    return copy_image(source, copy, {}, no_progress()).manifest.digest;
  };
  CHECK(pull() == raw.digest);
  CHECK(mirror.fake.count("GET", "cache/app/manifests/1") == 1);
  const auto cached = mirror.destination("cache/app:1");
  copy_image(image, *cached, {}, no_progress());
  const auto asked = fixture.fake.seen().size();
  CHECK(pull() == raw.digest);
  CHECK(fixture.fake.seen().size() == asked);
  mirror.fake.set_fault([](const SeenRequest&) { return Answer{.status = 404}; });
  fixture.fake.set_fault([](const SeenRequest&) { return Answer{.status = 404}; });
  CHECK_THAT(error_of(ErrorKind::not_found, pull), Catch::Contains("no mirror helped"));
}

TEST_CASE("a registry is asked whether it knows a user, and says if it does not care") {
  Fixture fixture;
  CHECK_FALSE(fixture.open(parse_credentials("me:s3cret"))->check_login());
  fixture.fake.require("Basic bWU6czNjcmV0", "Basic realm=\"test\"");
  CHECK(fixture.open(parse_credentials("me:s3cret"))->check_login());
  const std::string got = error_of(
      ErrorKind::denied, [&] { fixture.open(parse_credentials("me:wr0ng"))->check_login(); });
  CHECK_THAT(got, Catch::Contains("401") && !Catch::Contains("wr0ng"));
}

TEST_CASE("a registry is found by the key of its credentials, as registries.conf has it") {
  Fixture fixture;
  fixture.fake.require("Basic bWU6czNjcmV0", "Basic realm=\"test\"");
  DockerOptions options;
  options.http = fixture.http_;
  options.clock = [] { return Timestamp{}; };
  options.credentials.given = parse_credentials("me:s3cret");
  RegistryEntry good;
  good.prefix = fixture.fake.host();
  good.insecure = true;
  RegistryEntry bad;
  bad.prefix = "bad.io";
  bad.blocked = true;
  bad.origin = "conf:1";
  options.config.registries = {good, bad};
  DockerTransport transport(options);
  CHECK(transport.registry(fixture.fake.host() + "/team")->check_login());
  CHECK(transport.registry(fixture.fake.host())->host() == fixture.fake.host());
  CHECK_THAT(error_of(ErrorKind::denied, [&] { transport.registry("bad.io/team"); }),
             Catch::Contains("blocked by conf:1"));
}

TEST_CASE("the registry's warnings are told once") {
  Fixture fixture;
  fixture.fake.set_fault([](const SeenRequest&) {
    return Answer{.status = 404,
                  .headers = {{"Warning", "299 - \"this registry \x1b[1m closes\""}}};
  });
  const auto repository = fixture.repository();
  for (int i = 0; i < 3; ++i) CHECK(repository.pull({.url = "/v2/x"}).status == 404);
  REQUIRE(fixture.progress.all.size() == 1);
  CHECK_THAT(fixture.progress.all.front(), Catch::Contains("says: this registry \\x1b[1m closes"));
}

}  // namespace
}  // namespace lade::registry
