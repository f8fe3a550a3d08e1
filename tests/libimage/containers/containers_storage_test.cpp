#include "libimage/containers/containers_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/temp_dir.h"
#include "libimage/image/copy.h"
#include "libimage/image/image.h"
#include "tests/libimage/containers/store_builder.h"
#include "tests/support/expect_error.h"
#include "tests/support/memory_image.h"
#include "tests/support/require_valid.h"

namespace lade::test {
namespace {

class Place {
 public:
  Place() : directory_("/tmp", "lade-containers"), store_(directory_.path() + "/store") {}

  StoreBuilder& store() { return store_; }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  ContainersOptions options{};

  std::unique_ptr<ImageSource> open(const std::string& image, const CancelToken* cancel = nullptr) {
    TransportContext context;
    context.temporary_directory = directory_.path();
    context.cancel = cancel;
    options.place.root = store_.root();
    return open_containers_storage(image, options, context);
  }

  RawManifest add_small(const std::vector<std::string>& names,
                        ImageFormat format = ImageFormat::oci) {
    const auto below = store_.add_layer("etc-release", "below", "");
    const auto above = store_.add_layer("app", "above", below.id);
    return store_.add_image({below, above}, names, format);
  }

 private:
  TempDir directory_;
  StoreBuilder store_;
};

std::string refused(Place& place, ErrorKind kind, const std::string& image) {
  return error_of(kind, [&] { place.open(image); });
}

TEST_CASE("an image of a containers store has uncompressed layers and its own configuration") {
  for (const ImageFormat format : {ImageFormat::oci, ImageFormat::docker}) {
    Place place;
    const RawManifest original = place.add_small({"localhost/app:1"}, format);
    const auto source = place.open("localhost/app:1");
    CHECK(source->name() == "containers-storage:localhost/app:1");
    require_valid(*source);
    const Image image = read_image(*source, Platform::parse("linux/amd64"));
    const Manifest before = parse_manifest(original.bytes, original.media_type, "original");
    CHECK(image.manifest.config == before.config);
    CHECK(image.raw.media_type == original.media_type);
    for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
      const Descriptor& layer = image.manifest.layers[i];
      CHECK(layer.digest == image.config.diff_ids[i]);
      CHECK(layer.media_type ==
            media_type::layer_type(format == ImageFormat::docker, Compression::none));
    }
  }
}

TEST_CASE("an image that was never compressed keeps its manifest") {
  Place place;
  place.add_small({"localhost/app:1"});
  const RawManifest adapted = place.open("localhost/app:1")->manifest();
  const std::string id = place.store().images()[0]["id"];
  place.store().add_big_data(id, "manifest", adapted.bytes);
  CHECK(place.open("localhost/app:1")->manifest().bytes == adapted.bytes);
}

TEST_CASE("an image of a containers store is found by name, digest and id") {
  Place place;
  const RawManifest manifest = place.add_small({"docker.io/library/app:1", "localhost/b:latest"});
  const std::string id = place.store().images()[0]["id"];
  const std::string digest = manifest.digest.str();
  const std::string names[] = {"app:1",
                               "localhost/b",
                               "app@" + digest,
                               "app:1@" + digest,
                               "localhost/b@" + id,
                               "@" + id,
                               "@" + id.substr(0, 5),
                               id,
                               id.substr(0, 12),
                               "[" + place.store().root() + "]app:1",
                               "[vfs@" + place.store().root() + "+/run:a=b]app:1"};
  for (const std::string& name : names) {
    INFO(name);
    CHECK(place.open(name)->manifest().bytes.find(id) != std::string::npos);
  }
}

TEST_CASE("what is not in a containers store is missed, with what may be meant") {
  Place place;
  const RawManifest manifest = place.add_small({"localhost/app:1"});
  const std::string id = place.store().images()[0]["id"];
  const std::string root = place.store().root();
  CHECK(refused(place, ErrorKind::not_found, "app:1") ==
        fmt::format("there is no image docker.io/library/app:1 in the store at {}; there is "
                    "localhost/app:1",
                    root));
  CHECK(refused(place, ErrorKind::not_found, "other") ==
        fmt::format("there is no image docker.io/library/other:latest in the store at {}", root));
  refused(place, ErrorKind::not_found, "localhost/other@" + manifest.digest.str());
  refused(place, ErrorKind::not_found, "localhost/other@" + id);
  refused(place, ErrorKind::not_found, std::string(64, '0'));
  CHECK(refused(place, ErrorKind::not_found, "[/nowhere]app") ==
        "there is no store of podman or buildah at /nowhere");
  refused(place, ErrorKind::not_found, "[overlay@" + root + "]app");
  CHECK_THAT(refused(place, ErrorKind::unsupported, "[zfs@" + root + "]app"),
             Catch::Contains("only overlay and vfs keep layers as directories"));
  const auto source = place.open("localhost/app:1");
  const Descriptor absent{"", digest_of(std::string_view("absent")), 6};
  error_of(ErrorKind::not_found, [&] { source->open_blob(absent); });
  error_of(ErrorKind::not_found, [&] { source->manifest(absent); });
}

TEST_CASE("the beginning of two ids is no id") {
  Place place;
  const RawManifest manifest = place.add_small({});
  place.store().add_record("abcdef01", "", {}, manifest);
  place.store().add_record("abcdef02", "", {}, manifest);
  place.store().write();
  CHECK_THAT(refused(place, ErrorKind::invalid, "@abcdef"),
             Catch::Contains("several images have ids that begin with abcdef"));
}

TEST_CASE("layers and images of additional stores are part of a containers store") {
  Place place;
  StoreBuilder other(place.path("other"));
  const auto below = other.add_layer("a", "1", "");
  const auto above = place.store().add_layer("b", "2", below.id);
  place.store().add_image({below, above}, {"localhost/mixed:1"});
  other.add_image({below}, {"localhost/other:1"});
  refused(place, ErrorKind::corrupt, "localhost/mixed:1");
  place.options.place.additional_roots = {"/nowhere", place.path("other")};
  require_valid(*place.open("localhost/mixed:1"));
  require_valid(*place.open("localhost/other:1"));
}

TEST_CASE("an index of a containers store lists the images that are there as they can be had") {
  Place place;
  const RawManifest here = place.add_small({"localhost/app:1"});
  MemoryImageSource elsewhere;
  const RawManifest away = add_small_image(elsewhere, {.platform = "linux/arm64"});
  const RawManifest list = index_of({instance(here, "linux/amd64"), instance(away, "linux/arm64")});
  place.store().add_record(std::string(64, '1'), "", {"localhost/list:1"}, list);
  place.store().write();
  const auto source = place.open("localhost/list:1");
  const RawManifest top = source->manifest();
  const Index index = parse_index(top.bytes, top.media_type, "test");
  REQUIRE(index.manifests.size() == 2);
  CHECK(index.manifests[0].digest == place.open("localhost/app:1")->manifest().digest);
  CHECK(index.manifests[1].digest == away.digest);
  CHECK(read_image(*source, Platform::parse("linux/amd64")).config.diff_ids.size() == 2);
  error_of(ErrorKind::not_found, [&] { read_image(*source, Platform::parse("linux/arm64")); });
}

TEST_CASE("a file of a layer that was changed ends the copy") {
  Place place;
  place.add_small({"localhost/app:1"});
  const std::string layer = place.store().layers()[1]["id"];
  write_file_atomic(place.store().root() + "/vfs/dir/" + layer + "/app", "ABOVE");
  const auto source = place.open("localhost/app:1");
  MemoryImageDestination destination;
  const auto message =
      error_of(ErrorKind::corrupt, [&] { copy_image(*source, destination, {}, no_progress()); });
  CHECK_THAT(message, Catch::Contains("layer 2"));
}

TEST_CASE("records of a containers store that make no sense are refused") {
  struct Case {
    const char* what;
    std::function<void(StoreBuilder&)> change;
    ErrorKind kind;
    const char* message;
  };
  const Case cases[] = {
      {"an id that is a path", [](StoreBuilder& store) { store.layers()[0]["id"] = "../x"; },
       ErrorKind::corrupt, "\"../x\" is no id"},
      {"a hidden id", [](StoreBuilder& store) { store.images()[0]["id"] = ".."; },
       ErrorKind::corrupt, "\"..\" is no id"},
      {"a layer below itself",
       [](StoreBuilder& store) { store.layers()[0]["parent"] = store.layers()[1]["id"]; },
       ErrorKind::corrupt, "stands on itself"},
      {"a missing layer", [](StoreBuilder& store) { store.layers().erase(0); }, ErrorKind::corrupt,
       "is missing"},
      {"a layer twice", [](StoreBuilder& store) { store.layers().push_back(store.layers()[0]); },
       ErrorKind::corrupt, "is there twice"},
      {"a layer that was not finished",
       [](StoreBuilder& store) {
         store.layers()[0]["flags"] = {{"incomplete", true}};
       },
       ErrorKind::corrupt, "is only half there"},
      {"a layer too few",
       [](StoreBuilder& store) { store.images()[0]["layer"] = store.layers()[0]["id"]; },
       ErrorKind::corrupt, "the configuration 2 diff ids, the store 1 layers"},
      {"another diff id",
       [](StoreBuilder& store) {
         store.layers()[0]["diff-digest"] = "sha256:" + std::string(64, '0');
       },
       ErrorKind::corrupt, "in the store and"},
      {"no list", [](StoreBuilder& store) { store.images() = Json::object(); }, ErrorKind::invalid,
       "is not a JSON array"},
      {"no object", [](StoreBuilder& store) { store.images()[0] = 1; }, ErrorKind::invalid,
       "is not a JSON object"}};
  for (const Case& bad : cases) {
    INFO(bad.what);
    Place place;
    place.add_small({"localhost/app:1"});
    bad.change(place.store());
    place.store().write();
    CHECK_THAT(refused(place, bad.kind, "localhost/app:1"), Catch::Contains(bad.message));
  }
}

TEST_CASE("pipes in the place of a containers store's files keep nobody waiting") {
  for (const char* name : {"vfs-images/images.json", "vfs-layers/layers.json"}) {
    Place place;
    place.add_small({"localhost/app:1"});
    const std::string path = place.store().root() + "/" + name;
    REQUIRE(::unlink(path.c_str()) == 0);
    REQUIRE(::mkfifo(path.c_str(), 0644) == 0);
    CHECK_THAT(refused(place, ErrorKind::corrupt, "localhost/app:1"),
               Catch::Contains("is no regular file"));
  }
  Place place;
  place.add_small({"localhost/app:1"});
  REQUIRE(::mkfifo((place.store().root() + "/vfs-images/images.lock").c_str(), 0644) == 0);
  CHECK_NOTHROW(place.open("localhost/app:1"));
}

TEST_CASE("a containers store of two drivers is one where nobody names a driver") {
  Place place;
  place.add_small({"localhost/app:1"});
  make_directories(place.store().root() + "/overlay-images");
  write_file_atomic(place.store().root() + "/overlay-images/images.json", "[]");
  CHECK_NOTHROW(place.open("localhost/app:1"));
  CHECK_NOTHROW(place.open("[vfs@" + place.store().root() + "]localhost/app:1"));
  refused(place, ErrorKind::not_found, "[overlay@" + place.store().root() + "]localhost/app:1");
}

TEST_CASE("a layer whose size nobody noted is measured") {
  Place place;
  place.add_small({"localhost/app:1"});
  place.store().layers()[0]["diff-size"] = -1;
  place.store().layers()[1].erase("diff-size");
  place.store().write();
  require_valid(*place.open("localhost/app:1"));
}

TEST_CASE("a layer without tar-split data cannot be had") {
  Place place;
  place.add_small({"localhost/app:1"});
  const std::string layer = place.store().layers()[0]["id"];
  const auto source = place.open("localhost/app:1");
  REQUIRE(::unlink((place.store().root() + "/vfs-layers/" + layer + ".tar-split.gz").c_str()) == 0);
  const Manifest manifest =
      parse_manifest(source->manifest().bytes, source->manifest().media_type, "test");
  const auto message =
      error_of(ErrorKind::unsupported, [&] { source->open_blob(manifest.layers.front()); });
  CHECK_THAT(message, Catch::Contains("has no tar-split data"));
}

/// A process that writes the list of images as podman does: under a lock of the process, and there
/// is no list until it is done.
class ImagesWriter {
 public:
  explicit ImagesWriter(const std::string& directory)
      : file_(open_fd(directory + "/images.lock", O_RDWR | O_CREAT)) {
    const std::string list = directory + "/images.json";
    const std::string hidden = directory + "/hidden";
    auto [told, tell] = make_pipe();
    auto [wait, done] = make_pipe();
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      done.reset();
      write_list(list.c_str(), hidden.c_str(), tell.get(), wait.get());
    }
    tell.reset();
    done_ = std::move(done);
    char byte = 0;
    REQUIRE(::read(told.get(), &byte, 1) == 1);
  }
  ImagesWriter(const ImagesWriter&) = delete;
  ImagesWriter& operator=(const ImagesWriter&) = delete;
  ~ImagesWriter() {
    finish();
    ::waitpid(child_, nullptr, 0);
  }

  void finish() { done_.reset(); }

 private:
  [[noreturn]] void write_list(const char* list, const char* hidden, int tell, int wait) {
    struct flock range {};
    range.l_type = F_WRLCK;
    char byte = 0;
    if (::fcntl(file_.get(), F_SETLKW, &range) != 0 || ::rename(list, hidden) != 0) ::_exit(1);
    const int empty = ::open(list, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (::write(empty, "[]", 2) != 2 || ::write(tell, &byte, 1) != 1) ::_exit(1);
    if (::read(wait, &byte, 1) == 0) ::rename(hidden, list);
    ::_exit(0);
  }

  Fd file_;
  Fd done_;
  pid_t child_ = -1;
};

TEST_CASE("a containers store is read between the writes of others") {
  Place place;
  place.add_small({"localhost/app:1"});
  ImagesWriter writer(place.store().root() + "/vfs-images");
  CancelToken token;
  token.cancel();
  error_of(ErrorKind::cancelled, [&] { place.open("localhost/app:1", &token); });
  std::thread ending([&] { writer.finish(); });
  CHECK_NOTHROW(place.open("localhost/app:1"));
  ending.join();
}

TEST_CASE("an image is written to a containers store under a name with a tag") {
  TransportContext context;
  const std::string digest = "sha256:" + std::string(64, 'a');
  for (const std::string& name : {"x@" + digest, std::string("@abc"), std::string(64, 'a')}) {
    INFO(name);
    const auto message =
        error_of(ErrorKind::invalid, [&] { write_containers_storage(name, context); });
    CHECK_THAT(message, Catch::Contains("under a name with a tag"));
  }
}

}  // namespace
}  // namespace lade::test
