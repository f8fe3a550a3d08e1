#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

constexpr DestinationAbilities able{.referrers = true};

struct World {
  MemoryImageSource source;
  RawManifest image = add_small_image(source);
  Attached attached = add_attached(source, image);
};

std::vector<std::string> left_out(const CopyReport& report) {
  std::vector<std::string> all;
  for (const CopiedReferrer& one : report.referrers) all.push_back(one.left_out);
  return all;
}

TEST_CASE("what refers to an image travels with it, and what refers to that") {
  World world;
  MemoryImageDestination destination(able);
  const CopyReport report = copy_image(world.source, destination, {}, no_progress());
  CHECK(left_out(report) == std::vector<std::string>{"", "", ""});
  CHECK(report.referrers[0].subject == world.image.digest);
  CHECK(report.referrers[1].referrer.tag == world.attached.tag);
  CHECK(report.referrers[2].subject == world.attached.sbom.digest);
  CHECK(destination.blobs() == world.source.blobs());
  const auto there = destination.as_source();
  CHECK(there->referrers(world.image.digest) == world.source.referrers(world.image.digest));
  require_valid(*there);
}

TEST_CASE("the name comes after all that refers to the image, and that after the image") {
  World world;
  MemoryImageDestination destination(able);
  copy_image(world.source, destination, {.jobs = 1}, no_progress());
  std::string order;
  for (const std::string& event : destination.events()) order += event[0];
  CHECK(order == "bbbbbbbmrrrn");
}

TEST_CASE("what is attached to the instances of an index travels too, once each") {
  World world;
  const RawManifest other = add_small_image(world.source, {.platform = "linux/arm64"});
  add_attached(world.source, other);
  const RawManifest index =
      index_of({instance(world.image, "linux/amd64"), instance(other, "linux/arm64")});
  world.source.set_top(index);
  add_attached(world.source, index);
  MemoryImageDestination destination(able);
  const CopyReport report = copy_image(
      world.source, destination, {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  CHECK(report.referrers.size() == 9);
  CHECK(left_out(report) == std::vector<std::string>(9));
}

TEST_CASE(
    "what is attached to an index stays with it if one image is copied, and the report says so") {
  World world;
  const RawManifest index = index_of({instance(world.image, "linux/amd64")});
  world.source.set_top(index);
  const Attached attached = add_attached(world.source, index);
  const bool room = GENERATE(true, false);
  MemoryImageDestination destination(room ? able : DestinationAbilities{});
  CopyOptions options;
  options.platforms.wanted = Platform::parse("linux/amd64");
  const CopyReport report = copy_image(world.source, destination, options, no_progress());
  std::vector<Digest> stayed;
  for (const CopiedReferrer& one : report.referrers) {
    if (one.subject != index.digest) continue;
    CHECK(one.left_out == "of that index one image alone is copied");
    stayed.push_back(one.referrer.descriptor.digest);
  }
  CHECK(stayed == std::vector<Digest>{attached.sbom.digest, attached.signature.digest});
  CHECK(report.referrers.size() == (room ? 5 : 4));
  CHECK_FALSE(destination.manifests().contains(attached.sbom.digest));
  options.referrers = ReferrerChoice::none;
  MemoryImageDestination bare(able);
  CHECK(copy_image(world.source, bare, options, no_progress()).referrers.empty());
}

TEST_CASE("signatures alone stay behind if so asked, or everything") {
  World world;
  MemoryImageDestination destination(able);
  const auto referrers = GENERATE(ReferrerChoice::no_signatures, ReferrerChoice::none);
  const CopyReport report =
      copy_image(world.source, destination, {.referrers = referrers}, no_progress());
  const std::size_t wanted = referrers == ReferrerChoice::none ? 0 : 2;
  CHECK(report.referrers.size() == wanted);
  CHECK(destination.manifests().size() == wanted + (wanted == 0 ? 0 : 1));
}

TEST_CASE("a destination that cannot hold referrers gets the image, and the report says so") {
  World world;
  MemoryImageDestination destination;
  const CopyReport report = copy_image(world.source, destination, {}, no_progress());
  REQUIRE(report.referrers.size() == 2);
  CHECK(report.referrers[0].left_out == "memory:destination cannot hold it");
  CHECK(destination.top()->digest == world.image.digest);
}

TEST_CASE("what refers to a digest that changes is left out") {
  World world;
  MemoryImageDestination destination(able);
  const CopyReport report =
      copy_image(world.source, destination, {.compression = Compression::zstd}, no_progress());
  REQUIRE(report.referrers.size() == 2);
  CHECK(report.referrers[0].left_out == "the digest of its subject changes");
  CHECK(destination.as_source()->referrers(world.image.digest).empty());
}

TEST_CASE("a referrer that is listed and not there does not stop the copy") {
  World world;
  world.source.remove_manifest(world.attached.sbom.digest);
  MemoryImageDestination destination(able);
  const CopyReport report = copy_image(world.source, destination, {}, no_progress());
  CHECK(left_out(report) == std::vector<std::string>{"its manifest is not there", ""});
}

TEST_CASE("a referrer whose bytes lie is refused before anything has its name") {
  World world;
  RawManifest lying = world.attached.sbom;
  lying.bytes.back() = ' ';
  world.source.add_manifest(lying);
  MemoryImageDestination destination(able);
  error_of(ErrorKind::corrupt, [&] { copy_image(world.source, destination, {}, no_progress()); });
  CHECK_FALSE(destination.top());
}

TEST_CASE("an index that refers to an image comes with its manifests") {
  World world;
  const RawManifest part = add_image(world.source, {}, {.platform = "linux/s390x"});
  Index about =
      parse_index(index_of({instance(part, "linux/s390x")}).bytes, media_type::oci_index, "it");
  about.artifact_type = "application/x-parts";
  about.subject = world.image.descriptor();
  world.source.attach(raw_manifest(serialize(about), std::string(media_type::oci_index)));
  MemoryImageDestination destination(able);
  const CopyReport report = copy_image(world.source, destination, {}, no_progress());
  CHECK(report.referrers.size() == 4);
  CHECK(destination.manifests().contains(part.digest));
}

TEST_CASE("a copy on trial tells what would come and writes nothing") {
  World world;
  MemoryImageDestination destination(able);
  const CopyReport report = copy_image(world.source, destination, {.dry_run = true}, no_progress());
  CHECK(report.blobs_copied == 7);
  CHECK(report.target == world.image.descriptor());
  CHECK(report.referrers.size() == 3);
  CHECK(destination.events().empty());
}

}  // namespace
}  // namespace lade
