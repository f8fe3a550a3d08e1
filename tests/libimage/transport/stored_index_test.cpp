#include "libimage/transport/stored_index.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/image/copy.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"
#include "libimage/transport/index_origins.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

/// A store, and an image on a registry that is not one: docker://r.io/app@<digest> is `remote`.
struct Place {
  TempDir dir{"/tmp"};
  std::shared_ptr<Store> store = Store::open(dir.path() + "/store");
  std::shared_ptr<MemoryImageSource> remote = std::make_shared<MemoryImageSource>();
  RawManifest image = add_image(*remote, {add_layer(*remote, tar_of({{"a", "a"}}))});
  TransportContext context;
  std::vector<std::string> opened;
  Reference name = Reference::parse("localhost/list:1");

  Place() {
    remote->set_top(image);
    context.store = [this] { return store; };
    context.outside["docker"].open = [this](const std::string& details) {
      opened.push_back(details);
      return std::make_unique<ForwardingSource>(*remote);
    };
    create_index(*store, name, Index{std::string(media_type::oci_index)}, false);
  }
  Index index() const {
    const RawManifest raw = read_stored_index(*store, name);
    return parse_index(raw.bytes, raw.media_type, "index");
  }
  std::string remote_name() const { return "docker://r.io/app@" + image.digest.str(); }
  void add(const std::string& what) {
    add_to_index(context, name, parse_image_name(what), {}, no_progress());
  }
};

TEST_CASE("an image on a registry is listed without a byte of its layers in the store") {
  Place place;
  place.add("docker://r.io/app:1");
  REQUIRE(place.index().manifests.size() == 1);
  const Descriptor entry = place.index().manifests.front();
  CHECK(entry.digest == place.image.digest);
  CHECK(entry.platform.has_value());
  CHECK_FALSE(place.store->has_blob(entry.digest));
  CHECK(IndexOrigins::read(place.store->root()).find(entry.digest) == place.remote_name());
}

TEST_CASE("such an index is copied with its images from where they are") {
  Place place;
  place.add("docker://r.io/app:1");
  place.opened.clear();
  const auto source = open_source({"store", place.name.str()}, place.context);
  MemoryImageDestination copy;
  copy_image(*source, copy, {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  CHECK(place.opened == std::vector<std::string>{"//r.io/app@" + place.image.digest.str()});
  const auto copied = copy.as_source();
  const Image image = read_image(*copied, *place.index().manifests.front().platform);
  CHECK(image.raw.bytes == place.image.bytes);
}

TEST_CASE("such an index is copied with the signatures that its images have where they are") {
  /// A registry with one signature in a file beside each manifest.
  struct SignedSource final : ForwardingSource {
    using ForwardingSource::ForwardingSource;
    std::vector<std::string> signatures(const Digest& manifest) override {
      return {"of " + manifest.str()};
    }
  };
  Place place;
  place.context.outside["docker"].open = [&](const std::string&) {
    return std::make_unique<SignedSource>(*place.remote);
  };
  place.add("docker://r.io/app:1");
  const auto source = open_source({"store", place.name.str()}, place.context);
  const std::vector<std::string> wanted{"of " + place.image.digest.str()};
  CHECK(source->signatures(place.image.digest) == wanted);
  CHECK(source->signatures(read_manifest(*source).digest).empty());
  MemoryImageDestination copy({.signatures = true});
  copy_image(*source, copy, {.platforms = {.kind = PlatformChoice::Kind::all}}, no_progress());
  CHECK(copy.signatures(place.image.digest) == wanted);
}

TEST_CASE("an origin is remembered as long as an index needs it") {
  Place place;
  place.add("docker://r.io/app:1");
  edit_index(*place.store, place.name, [](Index& index) { index.annotations["k"] = "v"; });
  CHECK_FALSE(IndexOrigins::read(place.store->root()).empty());
  edit_index(*place.store, place.name, [](Index& index) { index.manifests.clear(); });
  CHECK(IndexOrigins::read(place.store->root()).empty());
}

TEST_CASE("an image that nobody remembers is told of by its digest") {
  Place place;
  place.add("docker://r.io/app:1");
  IndexOrigins origins;
  origins.put(digest_of("another"), "docker://r.io/other");
  origins.write(place.store->root());
  const auto source = open_source({"store", place.name.str()}, place.context);
  const std::string got = error_of(ErrorKind::not_found, [&] {
    choose_instance(*source, read_manifest(*source), *place.index().manifests.front().platform);
  });
  CHECK_THAT(got, Catch::Contains("the index lists " + place.image.digest.str() +
                                  ", and nobody remembers where it is"));
  write_file_atomic(place.store->root() + "/origins.json", "[");
  error_of(ErrorKind::invalid, [&] { open_source({"store", place.name.str()}, place.context); });
}

TEST_CASE("what another version of Lade wrote of origins is refused") {
  Place place;
  place.add(place.remote_name());
  const std::string path = place.store->root() + "/origins.json";
  std::string text = read_file(path, 1U << 20U);
  const auto version = text.find("1", text.find("schemaVersion"));
  text.replace(version, 1, "2");
  write_file_atomic(path, text);
  const std::string message =
      error_of(ErrorKind::unsupported, [&] { IndexOrigins::read(place.store->root()); });
  CHECK_THAT(message,
             Catch::Contains(path) && Catch::Contains("version 2") && Catch::Contains("version 1"));
}

TEST_CASE("an image of another transport is copied into the store, and has no name there") {
  Place place;
  const std::string layout = "oci:" + place.dir.path() + "/layout:x";
  const auto to = open_destination(parse_image_name(layout), place.context);
  copy_image(*place.remote, *to, {}, no_progress());
  place.add(layout);
  CHECK(place.store->has_blob(place.image.digest));
  CHECK(place.store->list_unnamed().empty());
  CHECK(place.index().manifests.front().digest == place.image.digest);
  CHECK_FALSE(file_exists(place.store->root() + "/origins.json"));
}

TEST_CASE("files become an artifact with their names") {
  Place place;
  write_file_atomic(place.dir.path() + "/note.txt", "text");
  add_artifact_to_index(*place.store, place.name,
                        {.artifact_type = "application/x.note",
                         .layer_type = "text/plain",
                         .files = {place.dir.path() + "/note.txt"}},
                        {});
  const Descriptor entry = place.index().manifests.front();
  CHECK(entry.artifact_type == "application/x.note");
  const Manifest manifest =
      parse_manifest(place.store->read_blob(entry.digest, 10'000), entry.media_type, "artifact");
  REQUIRE(manifest.layers.size() == 1);
  CHECK(manifest.layers[0].media_type == "text/plain");
  CHECK(manifest.layers[0].annotations.at("org.opencontainers.image.title") == "note.txt");
  CHECK(place.store->read_blob(manifest.layers[0].digest, 10) == "text");
  error_of(ErrorKind::not_found, [&] {
    add_artifact_to_index(*place.store, place.name, {.artifact_type = "a/b", .files = {"/no"}}, {});
  });
}

TEST_CASE("a name that is taken is not made an index again") {
  Place place;
  const Index none{std::string(media_type::oci_index)};
  CHECK_THAT(
      error_of(ErrorKind::conflict, [&] { create_index(*place.store, place.name, none, false); }),
      Catch::Contains("--amend"));
  place.add("docker://r.io/app:1");
  create_index(*place.store, place.name, none, true);
  CHECK(place.index().manifests.size() == 1);
  const Reference image = Reference::parse("localhost/image:1");
  const auto to = open_destination({"store", image.str()}, place.context);
  copy_image(*place.remote, *to, {}, no_progress());
  for (const bool amend : {false, true}) {
    error_of(ErrorKind::invalid, [&] { create_index(*place.store, image, none, amend); });
  }
  error_of(ErrorKind::not_found,
           [&] { read_stored_index(*place.store, Reference::parse("localhost/no:1")); });
}

}  // namespace
}  // namespace lade
