#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libimage/oci/index.h"
#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::test {
namespace {

std::string index_text(const Workshop& shop) {
  return read_file(shop.path("layout/index.json"), 1U << 20U);
}

std::size_t blob_count(const Workshop& shop) {
  return files_below(shop.path("layout/blobs")).size();
}

TEST_CASE("a layout is written as the specification lays it out, and nothing besides") {
  const Workshop shop;
  const RawManifest top = shop.write_small("oci:" + shop.path("layout") + ":1");
  auto files = files_below(shop.path("layout"));
  CHECK(files.erase("index.json") == 1);
  CHECK(files.erase("oci-layout") == 1);
  CHECK(files.erase("blobs/sha256/" + top.digest.hex()) == 1);
  CHECK(files.size() == 3);
  for (const std::string& file : files) CHECK(file.starts_with("blobs/sha256/"));
  CHECK(read_file(shop.path("layout/oci-layout"), 100) == R"({"imageLayoutVersion": "1.0.0"})");
  const Json document = parse_json(index_text(shop), "index.json");
  CHECK(document["schemaVersion"] == 2);
  CHECK(document["manifests"].size() == 1);
}

TEST_CASE("twenty processes that write to one layout lose nothing") {
  const Workshop shop;
  std::vector<pid_t> children;
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int status = 1;
      try {
        MemoryImageSource source;
        const auto layer = add_layer(source, tar_of({{"number", std::to_string(i)}}));
        const RawManifest top = add_image(source, {layer});
        const auto destination = shop.write(fmt::format("oci:{}:image-{}", shop.path("layout"), i));
        for (const auto& [digest, bytes] : source.blobs()) {
          const auto writer = destination->begin_blob({"", digest, bytes.size()});
          writer->write(std::string_view(bytes));
          writer->commit(nullptr);
        }
        destination->put_manifest(top);
        destination->commit(top);
        status = 0;
      } catch (const std::exception&) {
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(shop.list("oci:" + shop.path("layout")).size() == 20);
  for (int i = 0; i < 20; ++i) {
    require_valid(*shop.read(fmt::format("oci:{}:image-{}", shop.path("layout"), i)));
  }
  for (const std::string& file : files_below(shop.path("layout"))) {
    CHECK(file.find(".lade") == std::string::npos);
  }
}

TEST_CASE("removing an image keeps the blobs that others need") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  MemoryImageSource source;
  const auto shared = add_layer(source, tar_of({{"shared", "1"}}));
  const auto own = add_layer(source, tar_of({{"own", "1"}}));
  source.set_top(add_image(source, {shared}));
  shop.copy(source, layout + ":base");
  const auto base_blobs = files_below(shop.path("layout/blobs"));
  const RawManifest derived = add_image(source, {shared, own});
  source.set_top(index_of({instance(derived, "linux/amd64")}));
  shop.copy(source, layout + ":derived");
  CHECK(blob_count(shop) == base_blobs.size() + 4);  // index, manifest, config, layer
  shop.remove(layout + ":derived");
  CHECK(files_below(shop.path("layout/blobs")) == base_blobs);
  CHECK(shop.list(layout) == std::vector<std::string>{"base"});
  require_valid(*shop.read(layout));
  shop.remove(layout);
  CHECK(blob_count(shop) == 0);
  error_of(ErrorKind::not_found, [&] { shop.read(layout); });
  error_of(ErrorKind::not_found, [&] { shop.remove(layout); });
}

TEST_CASE("an image of two names loses nothing with one of them") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  shop.write_small(layout + ":1");
  shop.write_small(layout + ":2");
  shop.remove(layout + ":1");
  require_valid(*shop.read(layout + ":2"));
}

TEST_CASE("a broken image can be removed, but nothing while another is unreadable") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  const RawManifest broken = shop.write_small(layout + ":broken");
  shop.write_small(layout + ":whole", {.platform = "linux/arm64"});
  const std::string blob = shop.path("layout/blobs/sha256/" + broken.digest.hex());
  write_file_atomic(blob, "{}");
  const auto before = files_below(shop.path("layout"));
  error_of(ErrorKind::corrupt, [&] { shop.remove(layout + ":whole"); });
  CHECK(files_below(shop.path("layout")) == before);
  CHECK(shop.list(layout).size() == 2);
  shop.remove(layout + ":broken");
  CHECK_FALSE(file_exists(blob));
  require_valid(*shop.read(layout + ":whole"));
}

TEST_CASE("manifests that name each other in a circle end a removal") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  shop.write_small(layout + ":1");
  // two indexes under digests that are not theirs, each naming the other
  const Digest a = digest_of(std::string_view("a"));
  const Digest b = digest_of(std::string_view("b"));
  const auto pointing_at = [](const Digest& other) {
    return serialize(Index{std::string(media_type::oci_index),
                           {{std::string(media_type::oci_index), other, 0}}});
  };
  write_file_atomic(shop.path("layout/blobs/sha256/" + a.hex()), pointing_at(b));
  write_file_atomic(shop.path("layout/blobs/sha256/" + b.hex()), pointing_at(a));
  const std::size_t size = pointing_at(b).size();
  write_file_atomic(shop.path("layout/index.json"),
                    serialize(Index{std::string(media_type::oci_index),
                                    {{std::string(media_type::oci_index), a, size}}}));
  error_of(ErrorKind::corrupt, [&] { shop.read(layout)->manifest(); });
  CHECK_NOTHROW(shop.remove(layout));
  CHECK(shop.list(layout).empty());
}

TEST_CASE("a layout without marker, media types and names is read") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  const RawManifest top = shop.write_small(layout);
  ::unlink(shop.path("layout/oci-layout").c_str());
  write_file_atomic(shop.path("layout/index.json"),
                    fmt::format(R"({{"manifests":[{{"digest":"{}","size":{}}}]}})",
                                top.digest.str(), top.bytes.size()));
  const auto source = shop.read(layout);
  CHECK(source->manifest().media_type == media_type::oci_manifest);
  require_valid(*source);
  shop.remove(layout);
  CHECK(blob_count(shop) == 0);
}

TEST_CASE("a blob that an interrupted program left short is written anew") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  const RawManifest top = shop.write_small(layout + ":1");
  for (const std::string& file : files_below(shop.path("layout/blobs"))) {
    if (file.find(top.digest.hex()) == std::string::npos) {
      write_file_atomic(shop.path("layout/blobs/" + file), "short");
    }
  }
  shop.write_small(layout + ":1");
  require_valid(*shop.read(layout));
}

TEST_CASE("blobs of sha512 are kept") {
  const Workshop shop;
  const auto destination = shop.write("oci:" + shop.path("layout") + ":1");
  const std::string bytes = "long digest";
  const Descriptor blob{"", digest_of(bytes, HashAlgorithm::sha512), bytes.size()};
  const auto writer = destination->begin_blob(blob);
  writer->write(std::string_view(bytes));
  writer->commit(&blob);
  CHECK(destination->has_blob(blob));
  CHECK(file_exists(shop.path("layout/blobs/sha512/" + blob.digest.hex())));
}

TEST_CASE("a layout whose blobs are links to files elsewhere is read, other things are not") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  const RawManifest top = shop.write_small(layout);
  const std::string blob = shop.path("layout/blobs/sha256/" + top.digest.hex());
  REQUIRE(::rename(blob.c_str(), shop.path("elsewhere").c_str()) == 0);
  REQUIRE(::symlink(shop.path("elsewhere").c_str(), blob.c_str()) == 0);
  require_valid(*shop.read(layout));
  ::unlink(blob.c_str());
  REQUIRE(::mkfifo(blob.c_str(), 0600) == 0);
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { shop.read(layout)->manifest(); }),
             Catch::Contains("not a regular file"));
}

TEST_CASE("what is no layout is not found, what is damaged is corrupt") {
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { shop.read(layout); }),
             Catch::Contains("not an OCI layout"));
  const RawManifest top = shop.write_small(layout);
  const std::string blob = shop.path("layout/blobs/sha256/" + top.digest.hex());
  write_file_atomic(blob, top.bytes + " ");
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { shop.read(layout)->manifest(); }),
             Catch::Contains(top.digest.str()));
  std::string flipped = top.bytes;
  flipped[5] ^= 1;
  write_file_atomic(blob, flipped);
  error_of(ErrorKind::corrupt, [&] { shop.read(layout)->manifest(); });
  write_file_atomic(shop.path("layout/oci-layout"), R"({"imageLayoutVersion":"9.0.0"})");
  error_of(ErrorKind::unsupported, [&] { shop.read(layout); });
}

}  // namespace
}  // namespace lade::test
