#include <fcntl.h>

#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade::test {
namespace {

/// The members of an OCI archive with a small image, for damage.
struct Parts {
  Parts() { top = add_small_image(source); }

  std::string index() const {
    return fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})",
                       to_compact(to_json(top.descriptor())));
  }
  static std::string blob_name(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

  MemoryImageSource source;
  RawManifest top = raw_manifest("", "");
};

TEST_CASE("the same image is the same oci-archive, to a file and to standard output") {
  Workshop shop;
  shop.write_small("oci-archive:" + shop.path("1.tar") + ":x");
  shop.write_small("oci-archive:" + shop.path("2.tar") + ":x");
  const std::string bytes = read_file(shop.path("1.tar"), 1U << 20U);
  CHECK(read_file(shop.path("2.tar"), 1U << 20U) == bytes);
  {
    const Fd out = open_fd(shop.path("3.tar"), O_WRONLY | O_CREAT);
    shop.context().stdout_fd = out.get();
    shop.write_small("oci-archive:-:x");
  }
  CHECK(read_file(shop.path("3.tar"), 1U << 20U) == bytes);
  CHECK(files_below(shop.path("tmp")).empty());
}

TEST_CASE("an oci-archive is replaced whole") {
  const Workshop shop;
  const std::string name = "oci-archive:" + shop.path("a.tar");
  shop.write_small(name + ":old");
  shop.write_small(name + ":new", {.platform = "linux/arm64"});
  CHECK(shop.list(name) == std::vector<std::string>{"new"});
}

TEST_CASE("an oci-archive is read from standard input and from gzip") {
  Workshop shop;
  const RawManifest top = shop.write_small("oci-archive:" + shop.path("a.tar") + ":x");
  write_file_atomic(shop.path("a.tgz"),
                    pack(read_file(shop.path("a.tar"), 1U << 20U), Compression::gzip));
  const auto packed = shop.read("oci-archive:" + shop.path("a.tgz") + ":x");
  CHECK(packed->manifest().digest == top.digest);
  require_valid(*packed);
  const Fd input = open_fd(shop.path("a.tar"), O_RDONLY);
  shop.context().stdin_fd = input.get();
  require_valid(*shop.read("oci-archive:-"));
}

TEST_CASE("an oci-archive whose blob lies ends corrupt when it is copied") {
  const Parts parts;
  for (const auto& [lying, truth] : parts.source.blobs()) {
    INFO(lying.str());
    const Workshop shop;
    TarBuilder tar;
    tar.file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})").file("index.json", parts.index());
    tar.file(Parts::blob_name(parts.top.digest), parts.top.bytes);
    for (const auto& [digest, bytes] : parts.source.blobs()) {
      std::string stored = bytes;
      if (digest == lying) stored[stored.size() / 2] ^= 1;
      tar.file(Parts::blob_name(digest), stored);
    }
    write_file_atomic(shop.path("a.tar"), tar.bytes());
    error_of(ErrorKind::corrupt, [&] {
      shop.copy("oci-archive:" + shop.path("a.tar"), "oci:" + shop.path("layout") + ":1");
    });
    CHECK_FALSE(file_exists(shop.path("layout/index.json")));
    CHECK_FALSE(file_exists(shop.path("layout/") + Parts::blob_name(lying)));
  }
}

TEST_CASE("an oci-archive without some member says which") {
  const Workshop shop;
  const std::string name = "oci-archive:" + shop.path("a.tar");
  const Parts parts;
  write_file_atomic(shop.path("a.tar"), TarBuilder{}.file("index.json", parts.index()).bytes());
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { shop.read(name)->manifest(); }),
             Catch::Contains(parts.top.digest.str()));
  write_file_atomic(shop.path("a.tar"), TarBuilder{}.file("other", "x").bytes());
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { shop.read(name); }),
             Catch::Contains("no index.json"));
  write_file_atomic(shop.path("a.tar"), TarBuilder{}.file("manifest.json", "[]").bytes());
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { shop.read(name); }),
             Catch::Contains("docker-archive:"));
}

TEST_CASE("an index.json beyond its bound is refused") {
  const Workshop shop;
  const std::string huge = "[" + std::string(17U << 20U, ' ') + "]";
  write_file_atomic(shop.path("a.tar"), TarBuilder{}.file("index.json", huge).bytes());
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { shop.read("oci-archive:" + shop.path("a.tar")); }),
             Catch::Contains("index.json"));
}

}  // namespace
}  // namespace lade::test
