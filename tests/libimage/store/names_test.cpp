#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

Reference name_of(std::string_view text) { return Reference::parse(text); }

/// Two seeds whose manifests' digests begin with the same `digits` hex digits would be rare; this
/// finds two images whose ids do, by trying.
std::pair<StoredImage, StoredImage> put_images_with_common_prefix(Store& store) {
  std::map<std::string, StoredImage> seen;
  for (int i = 0;; ++i) {
    StoredImage image = put_image(store, "p" + std::to_string(i));
    const auto [at, added] = seen.try_emplace(image.config.digest.hex().substr(0, 4), image);
    if (!added) return {at->second, image};
  }
}

}  // namespace

TEST_CASE("a name points at an image and tells its former target") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  CHECK(f.store->set_name(name_of("app:1"), a.manifest) == std::nullopt);
  f.now.seconds += 5;
  CHECK(f.store->set_name(name_of("app:1"), b.manifest) == a.manifest);
  const auto found = f.store->find_name(name_of("docker.io/library/app:1"));
  REQUIRE(found);
  CHECK(found->target == b.manifest);
  CHECK(found->updated == f.now);
  CHECK(found->name == name_of("app:1"));
  CHECK(f.store->list_names().size() == 1);
}

TEST_CASE("a name without a tag is its tag latest") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("app"), a.manifest);
  CHECK(f.store->find_name(name_of("app:latest")));
  CHECK(f.store->list_names()[0].name.str() == "docker.io/library/app:latest");
  CHECK(f.store->remove_name(name_of("app")));
  CHECK_FALSE(f.store->remove_name(name_of("app")));
}

TEST_CASE("names last when the store is opened again") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("app"), a.manifest);
  f.store.reset();
  CHECK(f.open()->find_name(name_of("app"))->target == a.manifest);
}

TEST_CASE("an image that is not whole gets no name") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  ::unlink(f.blob_path(a.layers[0].blob.digest).c_str());
  for (const auto& use :
       std::vector<std::function<void()>>{[&] { f.store->set_name(name_of("app"), a.manifest); },
                                          [&] { f.store->keep_unnamed(a.manifest); }}) {
    const auto [kind, message] = error_of(use);
    CHECK(kind == ErrorKind::not_found);
    CHECK(contains(message, a.layers[0].blob.digest.str()));
    CHECK(contains(message, a.manifest.digest.str()));
  }
  const Descriptor nowhere{std::string(media_type::oci_manifest), digest_of("x"), 1};
  CHECK(error_of([&] { f.store->set_name(name_of("app"), nowhere); }).first ==
        ErrorKind::not_found);
  Descriptor wrong_size = put_image(*f.store, "b").manifest;
  wrong_size.size_bytes += 1;
  CHECK(error_of([&] { f.store->set_name(name_of("app"), wrong_size); }).first ==
        ErrorKind::corrupt);
  CHECK(f.store->list_names().empty());
}

TEST_CASE("an index may lack instances, but what it has must be whole") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  Index index{
      .media_type = std::string(media_type::oci_index),
      .manifests = {a.manifest, {std::string(media_type::oci_manifest), digest_of("absent"), 6}}};
  const Descriptor top = f.store->put_blob(serialize(index), media_type::oci_index);
  f.store->set_name(name_of("multi"), top);
  CHECK(f.store->resolve("multi").target == top);
  ::unlink(f.blob_path(a.config.digest).c_str());
  CHECK(error_of([&] { f.store->set_name(name_of("multi"), top); }).first == ErrorKind::not_found);
}

TEST_CASE("an image without a name is kept until it is dropped or named") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->keep_unnamed(a.manifest);
  f.store->keep_unnamed(a.manifest);
  CHECK(f.store->list_unnamed() == std::vector{a.manifest});
  f.store->set_name(name_of("app"), a.manifest);
  CHECK(f.store->list_unnamed().empty());
  f.store->keep_unnamed(a.manifest);
  CHECK(f.store->drop_unnamed(a.manifest.digest));
  CHECK_FALSE(f.store->drop_unnamed(a.manifest.digest));
}

TEST_CASE("a word resolves as people mean it") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  const StoredImage c = put_image(*f.store, "c");
  f.store->set_name(name_of("busybox"), a.manifest);
  f.store->set_name(name_of("localhost/app"), b.manifest);
  f.store->set_name(name_of("quay.io/x/y:1"), c.manifest);
  struct Case {
    std::string word;
    const StoredImage& image;
  };
  for (const Case& t :
       {Case{"busybox", a}, Case{"busybox:latest", a}, Case{"docker.io/library/busybox", a},
        Case{"library/busybox", a}, Case{"app", b}, Case{"localhost/app:latest", b},
        Case{"quay.io/x/y:1", c}, Case{"quay.io/x/y@" + c.manifest.digest.str(), c},
        Case{c.manifest.digest.str(), c}, Case{c.manifest.digest.hex(), c},
        Case{c.config.digest.str(), c}, Case{c.config.digest.hex(), c},
        Case{c.config.digest.short_hex(), c}, Case{"sha256:" + c.config.digest.short_hex(), c},
        Case{c.manifest.digest.hex().substr(0, 10), c}}) {
    CAPTURE(t.word);
    CHECK(f.store->resolve(t.word).target.digest == t.image.manifest.digest);
  }
  CHECK(f.store->resolve(c.config.digest.short_hex()).name == name_of("quay.io/x/y:1"));
}

TEST_CASE("a name that was built here comes before the hub's") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(name_of("docker.io/library/app"), a.manifest);
  f.store->set_name(name_of("localhost/app"), b.manifest);
  CHECK(f.store->resolve("app").target == b.manifest);
  CHECK(f.store->resolve("docker.io/library/app").target == a.manifest);
}

TEST_CASE("a name comes before an id") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(name_of("localhost/" + a.config.digest.short_hex()), b.manifest);
  CHECK(f.store->resolve(a.config.digest.short_hex()).target == b.manifest);
}

TEST_CASE("an image without a name is found by its id") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const NamedImage found = f.store->resolve(a.config.digest.short_hex());
  CHECK(found.target == a.manifest);
  CHECK(found.name.str() == "localhost/unnamed@" + a.manifest.digest.str());
  ::unlink(f.blob_path(a.manifest.digest).c_str());
  CHECK(error_of([&] { f.store->resolve(a.config.digest.hex()); }).first == ErrorKind::not_found);
}

TEST_CASE("what is not found is told with what was tried and what may be meant") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("busybox:1.36"), a.manifest);
  f.store->set_name(name_of("localhost/frontend"), a.manifest);
  struct Case {
    std::string word;
    std::vector<std::string> parts;
  };
  for (const Case& t : {Case{"frontent", {"localhost/frontent:latest", "did you mean 'frontend'?"}},
                        Case{"busybox", {"docker.io/library/busybox:latest", "busybox:1.36"}},
                        Case{"cafe", {"localhost/cafe:latest", "ids of images"}},
                        Case{"quay.io/a/b", {"tried quay.io/a/b:latest)"}}}) {
    const auto [kind, message] = error_of([&] { f.store->resolve(t.word); });
    CAPTURE(t.word, message);
    CHECK(kind == ErrorKind::not_found);
    CHECK(contains(message, "'" + t.word + "'"));
    for (const std::string& part : t.parts) CHECK(contains(message, part));
  }
  for (const std::string word : {"", "UPPER", "a b", "abc:"}) {
    CAPTURE(word);
    CHECK(error_of([&] { f.store->resolve(word); }).first == ErrorKind::invalid);
  }
}

TEST_CASE("three digits are no id") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  CHECK(error_of([&] { f.store->resolve(a.config.digest.hex().substr(0, 3)); }).first ==
        ErrorKind::not_found);
}

TEST_CASE("an ambiguous id lists what it may be") {
  StoreFixture f;
  const auto [a, b] = put_images_with_common_prefix(*f.store);
  f.store->set_name(name_of("quay.io/x/named:1"), b.manifest);
  const std::string prefix = a.config.digest.hex().substr(0, 4);
  const auto [kind, message] = error_of([&] { f.store->resolve(prefix); });
  CHECK(kind == ErrorKind::conflict);
  CHECK(contains(message, a.config.digest.str()));
  CHECK(contains(message, b.config.digest.str() + " (quay.io/x/named:1)"));
}

TEST_CASE("manifests that share a config are one image") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const Manifest other{.media_type = std::string(media_type::oci_manifest),
                       .config = a.config,
                       .layers = {a.layers[0].blob},
                       .annotations = {{"variant", "2"}}};
  const Descriptor second = f.store->put_blob(serialize(other), media_type::oci_manifest);
  CHECK_NOTHROW(f.store->resolve(a.config.digest.hex()));
  f.store->set_name(name_of("app"), second);
  CHECK(f.store->resolve(a.config.digest.hex()).target == second);
  f.store->remove_name(name_of("app"));
  f.store->set_name(name_of("app"), a.manifest);
  CHECK(f.store->resolve(a.config.digest.hex()).target == a.manifest);
}

TEST_CASE("the store knows image ids and referrers") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  CHECK(f.store->find_image_id(a.manifest.digest) == a.config.digest);
  CHECK(f.store->list_attached(a.manifest.digest).empty());
  const Descriptor note = put_artifact(*f.store, a.manifest, "note");
  CHECK(f.store->find_image_id(note.digest) == std::nullopt);
  const auto referrers = f.store->list_attached(a.manifest.digest);
  REQUIRE(referrers.size() == 1);
  CHECK(referrers[0].tag.empty());
  CHECK(referrers[0].descriptor.digest == note.digest);
  CHECK(referrers[0].descriptor.artifact_type == "application/vnd.example.note");
  CHECK(referrers[0].descriptor.annotations == Annotations{{"seed", "note"}});
}
