#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

Manifest parsed(const RawManifest& raw) { return parse_manifest(raw.bytes, raw.media_type, "it"); }

std::string failed_copy(ErrorKind kind, MemoryImageSource& source, const CopyOptions& options,
                        MemoryImageDestination& destination) {
  std::string message =
      error_of(kind, [&] { copy_image(source, destination, options, no_progress()); });
  CHECK_FALSE(destination.top());
  return message;
}

TEST_CASE("bytes that are not what their descriptor says are refused and not kept") {
  const unsigned jobs = GENERATE(1U, 8U);
  const auto compression = GENERATE(std::optional<Compression>{}, Compression::zstd);
  const auto [fault, words] = GENERATE(table<BlobFault, std::string>({
      {BlobFault{.flip_at = 50}, ""},
      {BlobFault{.truncate_at = 50}, ""},
      {BlobFault{.append = "x"}, "has more bytes than its descriptor says"},
      // what a gzip reader passes over
      {BlobFault{.append = std::string(4096, '\0')}, "has more bytes than its descriptor says"},
  }));
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  const Digest bad = manifest.layers[1].digest;
  source.set_fault(bad, fault);
  source.set_step(GENERATE(std::size_t{SIZE_MAX}, std::size_t{1}));
  MemoryImageDestination destination;
  const std::string message = failed_copy(ErrorKind::corrupt, source,
                                          {.compression = compression, .jobs = jobs}, destination);
  CHECK_THAT(message, Catch::Contains("layer 2 of the image") && Catch::Contains(words));
  CHECK_FALSE(destination.blobs().contains(bad));
}

TEST_CASE("a good packing under a wrong digest is refused") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  source.set_blob(manifest.layers[0].digest, pack(tar_of({{"evil", "x"}}), Compression::gzip));
  const auto compression = GENERATE(std::optional<Compression>{}, Compression::none);
  MemoryImageDestination destination;
  failed_copy(ErrorKind::corrupt, source, {.compression = compression, .jobs = 1}, destination);
  CHECK(destination.blobs().size() <= 1);  // the config at most
}

TEST_CASE("a config that lies about its layers is found out when they are recompressed") {
  MemoryImageSource source;
  NewLayer layer = add_layer(source, tar_of({{"a", "b"}}));
  layer.diff_id = digest_of("something else");
  source.set_top(add_image(source, {layer}));
  MemoryImageDestination destination;
  const std::string message =
      failed_copy(ErrorKind::corrupt, source, {.compression = Compression::zstd}, destination);
  CHECK_THAT(message, Catch::Contains("the layer is not what the config says: wanted diff id " +
                                      layer.diff_id.str()));
  CHECK(destination.blobs().size() <= 1);
}

TEST_CASE("two sizes or two diff ids for one blob are refused before anything is copied") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  SECTION("sizes") {
    manifest.layers[1] = manifest.layers[0];
    ++manifest.layers[1].size_bytes;
    source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  }
  SECTION("diff ids") {
    NewLayer layer = add_layer(source, tar_of({{"a", "b"}}));
    NewLayer other = layer;
    other.diff_id = digest_of("x");
    source.set_top(add_image(source, {layer, other}));
  }
  MemoryImageDestination destination;
  CHECK_THAT(
      failed_copy(ErrorKind::corrupt, source, {.compression = Compression::zstd}, destination),
      Catch::Contains("are one blob"));
  CHECK(destination.events().empty());
}

TEST_CASE("a line that breaks at any byte leaves no name") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  const Descriptor blob = GENERATE_COPY(values({manifest.layers[0], manifest.config}));
  for (std::uint64_t at = 0; at <= blob.size_bytes; ++at) {
    source.set_fault(blob.digest, {.fail_at = at});
    MemoryImageDestination destination;
    const std::string message =
        failed_copy(ErrorKind::unavailable, source, {.jobs = 2}, destination);
    CHECK_THAT(message, Catch::EndsWith(fmt::format("the line broke at byte {}", at)));
    CHECK_FALSE(destination.blobs().contains(blob.digest));
  }
}

TEST_CASE("a destination that fails at any point is left without the name") {
  MemoryImageSource source;
  const RawManifest a = add_small_image(source);
  const RawManifest b = add_small_image(source, {.platform = "linux/arm64"});
  source.set_top(index_of({instance(a, "linux/amd64"), instance(b, "linux/arm64")}));
  CopyOptions options{.platforms = {.kind = PlatformChoice::Kind::all}};
  options.jobs = GENERATE(1U, 4U);
  std::uint64_t total = 0;
  for (const auto& [digest, bytes] : source.blobs()) total += bytes.size();
  std::vector<DestinationFault> faults{{.fail_at_name = true}};
  for (std::uint64_t at = 0; at < total; at += 7) faults.push_back({.fail_at_byte = at});
  for (std::size_t n = 0; n < source.blobs().size(); ++n) faults.push_back({.fail_at_commit = n});
  for (std::size_t n = 0; n < 2; ++n) faults.push_back({.fail_at_manifest = n});
  for (const DestinationFault& fault : faults) {
    MemoryImageDestination destination;
    destination.set_fault(fault);
    CHECK_THAT(failed_copy(ErrorKind::io, source, options, destination),
               Catch::Contains("no room"));
  }
}

TEST_CASE("a manifest that lies stops a copy before anything is written") {
  MemoryImageSource source;
  RawManifest image = add_small_image(source);
  MemoryImageDestination destination;
  SECTION("about its digest") {
    image.bytes += "\n";
    source.set_top(image);
    failed_copy(ErrorKind::corrupt, source, {}, destination);
  }
  SECTION("about being a manifest") {
    source.set_top(raw_manifest("[]", std::string(media_type::oci_manifest)));
    failed_copy(ErrorKind::invalid, source, {}, destination);
  }
  SECTION("about how many layers it has, where they are recompressed") {
    Manifest manifest = parsed(image);
    manifest.layers.pop_back();
    source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
    failed_copy(ErrorKind::corrupt, source, {.compression = Compression::zstd}, destination);
  }
  CHECK(destination.events().empty());
}

TEST_CASE("a layer that unpacks without end is stopped") {
  MemoryImageSource source;
  const NewLayer bomb = add_layer(source, tar_of({{"zeros", std::string(4U << 20U, '\0')}}));
  source.set_top(add_image(source, {bomb}));
  MemoryImageDestination destination;
  CopyOptions options{.compression = Compression::none};
  options.expansion.max_bytes = 1U << 20U;
  failed_copy(ErrorKind::invalid, source, options, destination);
}

}  // namespace
}  // namespace lade
