#include <unistd.h>

#include <algorithm>

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

TEST_CASE("files of signatures go from dir: to dir: with the manifests they are of") {
  const Workshop shop;
  MemoryImageSource source;
  const RawManifest amd = add_small_image(source, {.platform = "linux/amd64"});
  const RawManifest top = index_of({instance(amd, "linux/amd64")});
  source.set_top(top);
  shop.copy(source, "dir:" + shop.path("from"));
  write_file_atomic(shop.path("from/signature-1"), "of the index");
  write_file_atomic(shop.path("from/signature-2"), "another");
  write_file_atomic(shop.path("from/signature-4"), "behind a gap");
  write_file_atomic(shop.path("from/" + amd.digest.hex() + ".signature-1"), "of the image");
  const auto from = shop.read("dir:" + shop.path("from"));
  CHECK(from->signatures(top.digest) == std::vector<std::string>{"of the index", "another"});
  CHECK(from->signatures(amd.digest) == std::vector<std::string>{"of the image"});
  CHECK(from->signatures(digest_of("nothing")).empty());

  shop.copy(*from, "dir:" + shop.path("to"));
  const auto to = shop.read("dir:" + shop.path("to"));
  CHECK(to->signatures(top.digest) == from->signatures(top.digest));
  CHECK(to->signatures(amd.digest) == from->signatures(amd.digest));
  CHECK_FALSE(files_below(shop.path("to")).contains("signature-4"));

  // an image that is there already gets the signatures that it lacks
  write_file_atomic(shop.path("from/signature-3"), "a third");
  shop.copy(*from, "dir:" + shop.path("to"));
  CHECK(read_file(shop.path("to/signature-3"), 100) == "a third");
}

TEST_CASE("files of signatures that cannot come along are told of") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("from");
  shop.write_small(name);
  write_file_atomic(shop.path("from/signature-1"), "a signature");
  const auto from = shop.read(name);
  const auto notes = [&](const std::string& to, const CopyOptions& options) {
    const auto destination = shop.write(to);
    return copy_image(*from, *destination, options, no_progress()).notes;
  };
  const auto no_room = notes("oci:" + shop.path("layout") + ":x", {});
  REQUIRE(no_room.size() == 1);
  CHECK_THAT(no_room.front(), Catch::Contains("left out: 1; the destination has no room"));
  const auto changed = notes("dir:" + shop.path("docker"), {.format = ImageFormat::docker});
  CHECK(std::any_of(changed.begin(), changed.end(), [](const std::string& note) {
    return note.find("left out: 1; the copy has another digest") != std::string::npos;
  }));
  CHECK_FALSE(file_exists(shop.path("docker/signature-1")));
  CHECK(notes("oci:" + shop.path("layout") + ":y", {.referrers = ReferrerChoice::no_signatures})
            .empty());
}

TEST_CASE("more signatures than are read are refused") {
  const Workshop shop;
  const std::string name = "dir:" + shop.path("image");
  const RawManifest top = shop.write_small(name);
  for (int i = 1; i <= 129; ++i) {
    write_file_atomic(shop.path(fmt::format("image/signature-{}", i)), "s");
  }
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { shop.read(name)->signatures(top.digest); }),
             Catch::Contains("more than 128 signatures"));
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
