#include <unistd.h>

#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::test {
namespace {

TEST_CASE("a dir: image is plain files named by hex digits") {
  const Workshop shop;
  MemoryImageSource source;
  const RawManifest amd = add_small_image(source, {.platform = "linux/amd64"});
  const RawManifest arm = add_small_image(source, {.platform = "linux/arm64"});
  const RawManifest top = index_of({instance(amd, "linux/amd64"), instance(arm, "linux/arm64")});
  source.set_top(top);
  shop.copy(source, "dir:" + shop.path("image"));
  std::set<std::string> wanted{"version", "manifest.json", amd.digest.hex() + ".manifest.json",
                               arm.digest.hex() + ".manifest.json"};
  for (const auto& [digest, bytes] : source.blobs()) wanted.insert(digest.hex());
  CHECK(files_below(shop.path("image")) == wanted);
  CHECK(read_file(shop.path("image/version"), 100) == "Directory Transport Version: 1.1\n");
  CHECK(read_file(shop.path("image/manifest.json"), 10'000) == top.bytes);
  require_valid(*shop.read("dir:" + shop.path("image")));
}

TEST_CASE("a dir: image replaces the one before with its signatures, and nothing else") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("image");
  shop.write_small(name);
  write_file_atomic(shop.path("image/signature-1"), "s");
  write_file_atomic(shop.path("image/notes.txt"), "mine");
  const RawManifest next = shop.write_small(name, {.platform = "linux/arm64"});
  CHECK(shop.read(name)->manifest().digest == next.digest);
  const auto files = files_below(shop.path("image"));
  CHECK(files.size() == 6);  // version, manifest, config, two layers, the note
  CHECK(files.contains("notes.txt"));
  require_valid(*shop.read(name));
}

TEST_CASE("a directory of other things is not overwritten") {
  const Workshop shop;
  make_directories(shop.path("mine"));
  write_file_atomic(shop.path("mine/thesis.txt"), "years of work");
  CHECK_THAT(error_of(ErrorKind::conflict, [&] { shop.write("dir:" + shop.path("mine")); }),
             Catch::Contains("thesis.txt"));
  write_file_atomic(shop.path("mine/version"), "3.1");
  error_of(ErrorKind::conflict, [&] { shop.write("dir:" + shop.path("mine")); });
  CHECK(files_below(shop.path("mine")) == std::set<std::string>{"thesis.txt", "version"});
  error_of(ErrorKind::not_found, [&] { shop.remove("dir:" + shop.path("mine")); });
}

TEST_CASE("an empty directory is filled, a new one taken away again if nothing came") {
  const Workshop shop;
  make_directories(shop.path("empty"));
  shop.write_small("dir:" + shop.path("empty"));
  require_valid(*shop.read("dir:" + shop.path("empty")));
  shop.write("dir:" + shop.path("new"));
  CHECK_FALSE(file_exists(shop.path("new")));
}

TEST_CASE("removing a dir: image removes its files and leaves others") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("image");
  shop.write_small(name);
  shop.remove(name);
  CHECK_FALSE(file_exists(shop.path("image")));
  shop.write_small(name);
  write_file_atomic(shop.path("image/notes.txt"), "mine");
  shop.remove(name);
  CHECK(files_below(shop.path("image")) == std::set<std::string>{"notes.txt"});
}

TEST_CASE("blobs of sha512 are found under the names of both versions of the format") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("image");
  shop.write_small(name);
  const std::string bytes = "long digest";
  const Descriptor blob{"", digest_of(bytes, HashAlgorithm::sha512), bytes.size()};
  const auto source = shop.read(name);
  error_of(ErrorKind::not_found, [&] { source->open_blob(blob); });
  for (const std::string& file : {blob.digest.hex(), "sha512-" + blob.digest.hex()}) {
    write_file_atomic(shop.path("image/" + file), bytes);
    const auto opened = source->open_blob(blob);
    CHECK(read_all(*opened, 100, "blob") == bytes);
    ::unlink(shop.path("image/" + file).c_str());
  }
}

TEST_CASE("a dir: without an image is not found, a lying manifest corrupt") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("image");
  error_of(ErrorKind::not_found, [&] { shop.read(name); });
  MemoryImageSource given;
  const RawManifest instance_manifest = add_small_image(given);
  given.set_top(index_of({instance(instance_manifest, "linux/amd64")}));
  shop.copy(given, name);
  write_file_atomic(shop.path("image/" + instance_manifest.digest.hex() + ".manifest.json"),
                    instance_manifest.bytes + " ");
  error_of(ErrorKind::corrupt, [&] { shop.read(name)->manifest(instance_manifest.descriptor()); });
}

}  // namespace
}  // namespace lade::test
