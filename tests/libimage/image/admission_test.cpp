#include "libimage/image/admission.h"

#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "libimage/image/pinned_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

using Kind = PlatformChoice::Kind;

/// Remembers what it was asked about, and refuses what it is told to.
class Gate final : public Admission {
 public:
  void admit(ImageSource& source, const RawManifest& manifest) override {
    asked.push_back(manifest.digest);
    if (refused == manifest.digest) fail(ErrorKind::denied, "{} is refused", source.name());
  }
  std::vector<Digest> asked;
  std::optional<Digest> refused;
};

/// An index in an index: amd64 in the outer one, arm64 in the inner one.
struct Nested {
  Nested() {
    intel = add_small_image(source);
    arm = add_small_image(source, {.platform = "linux/arm64"});
    inner = index_of({instance(*arm, "linux/arm64")});
    source.add_manifest(*inner);
    outer = index_of({instance(*intel, "linux/amd64"), inner->descriptor()});
    source.set_top(*outer);
  }
  std::vector<Digest> asked(const PlatformChoice& choice) {
    Gate gate;
    admit_images(source, choice, gate);
    return gate.asked;
  }
  MemoryImageSource source;
  std::optional<RawManifest> intel, arm, inner, outer;
};

PlatformChoice listed(const std::string& platform) {
  return {.kind = Kind::listed, .listed = {Platform::parse(platform)}};
}

/// Stands for something else from the second look on.
class Changing final : public ForwardingSource {
 public:
  Changing(ImageSource& inner, RawManifest second)
      : ForwardingSource(inner), second_(std::move(second)) {}
  RawManifest manifest() override { return looks_++ == 0 ? ForwardingSource::manifest() : second_; }

 private:
  RawManifest second_;
  int looks_ = 0;
};

}  // namespace

TEST_CASE("of an index the images that are taken are judged, and not the index") {
  Nested world;
  CHECK(world.asked({.wanted = Platform::parse("linux/arm64")}) == std::vector{world.arm->digest});
  CHECK(world.asked({.kind = Kind::all}) == std::vector{world.intel->digest, world.arm->digest});
  CHECK(world.asked(listed("linux/amd64")) == std::vector{world.intel->digest});
  CHECK(world.asked({.kind = Kind::index_only}) == std::vector{world.outer->digest});
}

TEST_CASE("an image that is no index is judged itself, whatever is chosen") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  for (const Kind kind : {Kind::one, Kind::all, Kind::index_only, Kind::listed}) {
    Gate gate;
    admit_images(source, {.kind = kind}, gate);
    CHECK(gate.asked == std::vector{image.digest});
  }
}

TEST_CASE("what an index lists twice is judged once") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  source.set_top(index_of({instance(image, "linux/amd64"), instance(image, "linux/arm64")}));
  Gate gate;
  admit_images(source, {.kind = Kind::all}, gate);
  CHECK(gate.asked == std::vector{image.digest});
}

TEST_CASE("an image that is refused is not read, and nothing of it is written") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  Gate gate;
  gate.refused = image.digest;
  CopyOptions options;
  options.admission = &gate;
  MemoryImageDestination destination;
  const std::string message =
      error_of(ErrorKind::denied, [&] { copy_image(source, destination, options, no_progress()); });
  CHECK_THAT(message, Catch::Contains("memory:source is refused"));
  CHECK(source.opened() == 0);
  CHECK(destination.events().empty());
}

TEST_CASE("one image of an index that is refused keeps all of them back") {
  Nested world;
  Gate gate;
  gate.refused = world.arm->digest;
  CopyOptions options{.platforms = {.kind = Kind::all}};
  options.admission = &gate;
  MemoryImageDestination destination;
  CHECK_THROWS(copy_image(world.source, destination, options, no_progress()));
  CHECK(destination.events().empty());
  gate.refused.reset();
  copy_image(world.source, destination, options, no_progress());
  CHECK(destination.top()->digest == world.outer->digest);
}

TEST_CASE("what is copied is what was judged, though its source changed in between") {
  MemoryImageSource source;
  const RawManifest bad = add_small_image(source, {.annotations = {{"a", "bad"}}});
  add_small_image(source);
  Changing changing(source, bad);
  Gate gate;
  gate.refused = bad.digest;
  CopyOptions options;
  options.admission = &gate;
  MemoryImageDestination destination;
  error_of(ErrorKind::denied, [&] { copy_image(changing, destination, options, no_progress()); });
  CHECK(destination.events().empty());
}

TEST_CASE("an index that is copied without its images is judged itself") {
  Nested world;
  Gate gate;
  gate.refused = world.outer->digest;
  CopyOptions options{.platforms = {.kind = Kind::index_only}};
  options.admission = &gate;
  MemoryImageDestination destination;
  error_of(ErrorKind::denied,
           [&] { copy_image(world.source, destination, options, no_progress()); });
  CHECK(destination.events().empty());
}

TEST_CASE("a source that is pinned stays what it was when it was judged") {
  MemoryImageSource source;
  const RawManifest later = add_small_image(source, {.annotations = {{"a", "later"}}});
  const RawManifest first = add_small_image(source);
  const auto kept = pinned(std::make_unique<Changing>(source, later));
  Gate gate;
  admit_images(*kept, {.kind = Kind::all}, gate);
  CHECK(gate.asked == std::vector{first.digest});
  CHECK(kept->find_top().digest == first.digest);
  MemoryImageDestination destination;
  copy_image(*kept, destination, {}, no_progress());
  CHECK(destination.top()->digest == first.digest);
}

TEST_CASE("a copy makes a signature in a file for each manifest, or refuses where none fits") {
  Nested world;
  CopyOptions options{.platforms = {.kind = Kind::all}};
  std::vector<Digest> signed_manifests;
  options.sign_file = [&](const ImageDestination& destination, const RawManifest& manifest) {
    CHECK(destination.name() == "memory:destination");
    signed_manifests.push_back(manifest.digest);
    return "signature of " + manifest.digest.str();
  };
  MemoryImageDestination without;
  const std::string message = error_of(
      ErrorKind::unsupported, [&] { copy_image(world.source, without, options, no_progress()); });
  CHECK_THAT(message, Catch::Contains("no room for signatures in files"));
  CHECK(without.events().empty());
  CHECK(signed_manifests.empty());

  MemoryImageDestination with({.signatures = true});
  const CopyReport report = copy_image(world.source, with, options, no_progress());
  CHECK(report.signatures_made == 4);
  CHECK(report.signatures_copied == 0);
  CHECK(signed_manifests == std::vector{world.intel->digest, world.arm->digest, world.inner->digest,
                                        world.outer->digest});
  CHECK(with.signatures(world.outer->digest) ==
        std::vector{"signature of " + world.outer->digest.str()});
}

}  // namespace lade
