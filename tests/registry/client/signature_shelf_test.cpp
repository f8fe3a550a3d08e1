#include "registry/client/signature_shelf.h"

#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade::registry {
namespace {

/// Signatures in memory, where others are read than are written.
class MemoryShelf final : public SignatureShelf {
 public:
  std::vector<std::string> read(const Reference& image, const Digest& manifest) override {
    ++reads;
    names.push_back(image.str());
    return kept[manifest];
  }
  bool has_room(const Reference& /*image*/) override { return room; }
  std::vector<std::string> staged(const Reference& /*image*/, const Digest& manifest) override {
    return written[manifest];
  }
  void write(const Reference& image, const Digest& manifest,
             const std::vector<std::string>& signatures) override {
    names.push_back(image.str());
    written[manifest] = signatures;
  }
  std::map<Digest, std::vector<std::string>> kept, written;
  std::vector<std::string> names;
  int reads = 0;
  bool room = true;
};

struct World {
  World() {
    raw = add_small_image(image);
    copy_image(image, *fixture.destination(), {}, no_progress());
    shelf->kept[raw->digest] = {"one", "two"};
  }
  DockerSource source() {
    return DockerSource(Reference::parse("registry.example/team/app:1"),
                        {{fixture.repository(), true}}, fixture.http_, nullptr, shelf);
  }
  DockerDestination destination(const std::string& name) {
    return DockerDestination(fixture.repository(name), nullptr, nullptr, shelf);
  }
  Fixture fixture;
  MemoryImageSource image;
  std::optional<RawManifest> raw;
  std::shared_ptr<MemoryShelf> shelf = std::make_shared<MemoryShelf>();
};

}  // namespace

TEST_CASE("signatures are those of the name that was asked for, wherever the image comes from") {
  World world;
  DockerSource source = world.source();
  CHECK(source.signatures(world.raw->digest) == std::vector<std::string>{"one", "two"});
  CHECK(source.signatures(world.raw->digest).size() == 2);
  CHECK(source.signatures(digest_of("another")).empty());
  CHECK(world.shelf->names.front() == "registry.example/team/app:1");
  CHECK(world.shelf->reads == 2);  // once for each manifest
}

TEST_CASE("signatures go from registry to registry, and count when a repeat is looked for") {
  World world;
  DockerSource source = world.source();
  DockerDestination first = world.destination("team/copy:1");
  const CopyReport report = copy_image(source, first, {}, no_progress());
  CHECK(report.signatures_copied == 2);
  CHECK(world.shelf->written[world.raw->digest] == world.shelf->kept[world.raw->digest]);
  DockerDestination again = world.destination("team/copy:1");
  CHECK(copy_image(source, again, {}, no_progress()).unchanged);
  world.shelf->written.clear();
  DockerDestination third = world.destination("team/copy:1");
  CHECK_FALSE(copy_image(source, third, {}, no_progress()).unchanged);
  CHECK(world.shelf->written.size() == 1);
}

TEST_CASE("a registry whose signatures have no room says how many were left out") {
  World world;
  world.shelf->room = false;
  DockerSource source = world.source();
  DockerDestination to = world.destination("team/copy:1");
  const CopyReport report = copy_image(source, to, {}, no_progress());
  CHECK(report.signatures_copied == 0);
  REQUIRE(report.notes.size() == 1);
  CHECK_THAT(report.notes.front(), Catch::Contains("left out: 2; the destination has no room"));
  CHECK(world.shelf->written.empty());
}

TEST_CASE("a manifest of a registry is fetched once, though policy and copy both look at it") {
  World world;
  const RawManifest index = index_of({instance(*world.raw, "linux/amd64")});
  world.image.set_top(index);
  copy_image(world.image, *world.fixture.destination("team/app:1"),
             {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  DockerSource source = world.source();
  const std::string place = "team/app/manifests/" + world.raw->digest.str();
  const auto before = world.fixture.fake.count("GET", place);
  CHECK(source.manifest(world.raw->descriptor()).bytes == world.raw->bytes);
  CHECK(source.manifest(world.raw->descriptor()).bytes == world.raw->bytes);
  CHECK(world.fixture.fake.count("GET", place) == before + 1);
}

}  // namespace lade::registry
