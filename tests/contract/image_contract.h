#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "libimage/base/file.h"
#include "libimage/base/task_group.h"
#include "libimage/image/attach.h"
#include "tests/support/image_builder.h"
#include "tests/support/memory_image.h"
#include "tests/support/require_valid.h"

/// What every ImageSource and ImageDestination must do (libimage/image/interfaces.h), as checks
/// that run against any of them.
namespace lade::test {

/// Somewhere an image can be written and read again, new and empty.
struct ContractPlace {
  std::function<std::unique_ptr<ImageDestination>()> write;
  std::function<std::unique_ptr<ImageSource>()> read;
  /// The paths of all files there; nothing where that cannot be told.
  std::function<std::set<std::string>()> files{};
  bool keeps_manifests = true;  ///< gives back the manifest it was given, byte for byte
  bool replaceable = true;      ///< a name can be written again
  /// A destination opened where an image lies tells what refers to it.
  bool lists_referrers = true;
};

class ImageContract {
 public:
  explicit ImageContract(std::function<ContractPlace()> make_place)
      : make_place_(std::move(make_place)) {}

  void check() const {
    gives_back_what_it_was_given();
    shows_nothing_before_commit();
    forgets_a_blob_that_is_not_committed();
    keeps_nothing_under_a_wrong_digest();
    commits_what_nobody_knew_before();
    misses_what_it_does_not_hold();
    keeps_indexes();
    takes_blobs_from_many_threads();
    replaces_at_commit();
    refuses_manifests_that_lack_blobs();
    keeps_what_refers_to_the_image();
    takes_documents_about_an_image_that_is_there();
  }

 private:
  /// An image the destination can take as it is.
  static RawManifest add_fitting_image(MemoryImageSource& source, const ImageDestination& where,
                                       const std::string& platform = "linux/amd64") {
    const auto& abilities = where.abilities();
    return add_small_image(
        source,
        {.platform = platform, .format = abilities.oci ? ImageFormat::oci : ImageFormat::docker},
        abilities.layer_compression.value_or(Compression::gzip));
  }

  static void put_blob(ImageDestination& destination, const Descriptor& blob,
                       const std::string& bytes) {
    const auto writer = destination.begin_blob(blob);
    const auto half = bytes.size() / 2;
    writer->write(std::string_view(bytes).substr(0, half));
    writer->write(std::string_view(bytes).substr(half));
    const Descriptor written = writer->commit(&blob);
    CHECK(written.digest == blob.digest);
    CHECK(written.size_bytes == blob.size_bytes);
  }

  static void put_blobs(ImageDestination& destination, const MemoryImageSource& source) {
    for (const auto& [digest, bytes] : source.blobs()) {
      put_blob(destination, {"", digest, bytes.size()}, bytes);
    }
  }

  static std::string read_whole(ImageSource& source, const Digest& digest, std::uint64_t size) {
    const auto blob = source.open_blob({"", digest, size});
    return read_all(*blob, 1U << 20U, digest.str());
  }

  static void check_holds(ImageSource& source, const MemoryImageSource& wanted) {
    for (const auto& [digest, bytes] : wanted.blobs()) {
      CHECK(read_whole(source, digest, bytes.size()) == bytes);
      if (const auto file = source.find_blob_file({"", digest, bytes.size()})) {
        CHECK(lade::read_all(file->get(), "blob", 1U << 20U) == bytes);
      }
    }
  }

  static bool is_readable(const ContractPlace& place) {
    try {
      place.read()->manifest();
      return true;
    } catch (const Error& error) {
      CHECK(to_string(error.kind()) == "not_found");
      return false;
    }
  }

  static std::string kind_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return std::string(to_string(error.kind()));
    }
    return "nothing thrown";
  }

  void gives_back_what_it_was_given() const {
    INFO("gives back what it was given");
    const ContractPlace place = make_place_();
    MemoryImageSource given;
    const auto destination = place.write();
    const RawManifest top = add_fitting_image(given, *destination);
    put_blobs(*destination, given);
    for (const auto& [digest, bytes] : given.blobs()) {
      CHECK(destination->has_blob({"", digest, bytes.size()}));
    }
    destination->put_manifest(top);
    destination->commit(top);
    const auto source = place.read();
    if (place.keeps_manifests) {
      CHECK(source->manifest().bytes == top.bytes);
      CHECK(source->manifest().media_type == top.media_type);
    }
    CHECK(source->manifest(source->manifest().descriptor()).bytes == source->manifest().bytes);
    check_holds(*source, given);
    require_valid(*source);
  }

  void shows_nothing_before_commit() const {
    INFO("shows nothing before commit");
    const ContractPlace place = make_place_();
    {
      MemoryImageSource given;
      const auto destination = place.write();
      const RawManifest top = add_fitting_image(given, *destination);
      CHECK_FALSE(is_readable(place));
      put_blobs(*destination, given);
      CHECK_FALSE(is_readable(place));
      destination->put_manifest(top);
      CHECK_FALSE(is_readable(place));
    }
    CHECK_FALSE(is_readable(place));
  }

  void forgets_a_blob_that_is_not_committed() const {
    INFO("forgets a blob that is not committed");
    const ContractPlace place = make_place_();
    const auto destination = place.write();
    const std::string bytes = "left behind";
    const Descriptor blob{"", digest_of(bytes), bytes.size()};
    const auto before = place.files ? place.files() : std::set<std::string>();
    destination->begin_blob(blob)->write(std::string_view(bytes));
    CHECK_FALSE(destination->has_blob(blob));
    if (place.files) CHECK(place.files() == before);
  }

  void keeps_nothing_under_a_wrong_digest() const {
    INFO("keeps nothing under a wrong digest");
    const ContractPlace place = make_place_();
    const auto destination = place.write();
    const std::string bytes = "what came";
    const Descriptor got{"", digest_of(bytes), bytes.size()};
    const Descriptor other{"", digest_of(std::string_view("what was wanted")), bytes.size()};
    const Descriptor longer{"", got.digest, bytes.size() + 1};
    const auto before = place.files ? place.files() : std::set<std::string>();
    for (const Descriptor& wanted : {other, longer}) {
      const auto commit_wrong = [&] {
        const auto writer = destination->begin_blob(wanted);
        writer->write(std::string_view(bytes));
        writer->commit(&wanted);
      };
      CHECK(kind_of(commit_wrong) == "corrupt");
      CHECK_FALSE(destination->has_blob(got));
      CHECK_FALSE(destination->has_blob(wanted));
    }
    if (place.files) CHECK(place.files() == before);
    MemoryImageSource given;
    RawManifest lying = add_fitting_image(given, *destination);
    lying.bytes += ' ';
    CHECK(kind_of([&] { destination->put_manifest(lying); }) == "corrupt");
  }

  void commits_what_nobody_knew_before() const {
    INFO("commits what nobody knew before");
    const ContractPlace place = make_place_();
    const auto destination = place.write();
    const std::string bytes = "recompressed";
    const auto writer = destination->begin_blob({"", digest_of(std::string_view("before")), 0});
    writer->write(std::string_view(bytes));
    const Descriptor written = writer->commit(nullptr);
    CHECK(written.digest == digest_of(bytes));
    CHECK(written.size_bytes == bytes.size());
    CHECK(destination->has_blob(written));
  }

  void misses_what_it_does_not_hold() const {
    INFO("misses what it does not hold");
    const ContractPlace place = make_place_();
    MemoryImageSource given;
    const auto destination = place.write();
    const RawManifest top = add_fitting_image(given, *destination);
    put_blobs(*destination, given);
    destination->put_manifest(top);
    destination->commit(top);
    const auto source = place.read();
    const Descriptor absent{std::string(media_type::oci_manifest),
                            digest_of(std::string_view("absent")), 6};
    CHECK_FALSE(destination->has_blob(absent));
    CHECK(kind_of([&] { source->open_blob(absent); }) == "not_found");
    CHECK(kind_of([&] { source->manifest(absent); }) == "not_found");
    CHECK_FALSE(source->find_blob_file(absent));
  }

  void keeps_indexes() const {
    INFO("keeps indexes");
    const ContractPlace place = make_place_();
    const auto destination = place.write();
    if (!destination->abilities().indexes) return;
    MemoryImageSource given;
    std::vector<Descriptor> instances;
    std::vector<RawManifest> manifests;
    for (const std::string platform : {"linux/amd64", "linux/arm64"}) {
      manifests.push_back(add_fitting_image(given, *destination, platform));
      instances.push_back(instance(manifests.back(), platform));
    }
    const RawManifest top = index_of(instances);
    put_blobs(*destination, given);
    for (const RawManifest& manifest : manifests) destination->put_manifest(manifest);
    destination->put_manifest(top);
    destination->commit(top);
    const auto source = place.read();
    CHECK(source->manifest().bytes == top.bytes);
    for (const RawManifest& manifest : manifests) {
      CHECK(source->manifest(manifest.descriptor()).bytes == manifest.bytes);
    }
    require_valid(*source);
  }

  void takes_blobs_from_many_threads() const {
    INFO("takes blobs from many threads");
    const ContractPlace place = make_place_();
    const auto destination = place.write();
    const auto& abilities = destination->abilities();
    const ImageFormat format = abilities.oci ? ImageFormat::oci : ImageFormat::docker;
    MemoryImageSource given;
    std::vector<NewLayer> layers;
    for (int i = 0; i < 12; ++i) {
      const std::string name = fmt::format("file-{}", i);
      layers.push_back(add_layer(given, tar_of({{name, std::string(40'000, 'x')}}),
                                 abilities.layer_compression.value_or(Compression::gzip), format));
    }
    const RawManifest top = add_image(given, layers, {.format = format});
    TaskGroup tasks(4);
    for (const auto& [digest, bytes] : given.blobs()) {
      tasks.run([&destination, blob = Descriptor{"", digest, bytes.size()}, &bytes = bytes] {
        const auto writer = destination->begin_blob(blob);
        writer->write(std::string_view(bytes));
        writer->commit(&blob);
      });
    }
    tasks.wait();
    destination->put_manifest(top);
    destination->commit(top);
    require_valid(*place.read());
  }

  void replaces_at_commit() const {
    INFO("replaces at commit");
    const ContractPlace place = make_place_();
    if (!place.replaceable) return;
    std::vector<RawManifest> tops;
    for (const std::string platform : {"linux/amd64", "linux/arm64"}) {
      MemoryImageSource given;
      const auto destination = place.write();
      tops.push_back(add_fitting_image(given, *destination, platform));
      put_blobs(*destination, given);
      destination->put_manifest(tops.back());
      if (tops.size() > 1) CHECK(place.read()->manifest().digest == tops.front().digest);
      destination->commit(tops.back());
      CHECK(place.read()->manifest().digest == tops.back().digest);
      require_valid(*place.read());
    }
  }

  /// The image, but for one blob, is not to be had afterwards.
  static void check_refused_without(const ContractPlace& place, const Descriptor& lacking) {
    CAPTURE(lacking.media_type);
    MemoryImageSource given;
    const auto destination = place.write();
    const RawManifest top = add_fitting_image(given, *destination);
    for (const auto& [digest, bytes] : given.blobs()) {
      if (digest != lacking.digest) put_blob(*destination, {"", digest, bytes.size()}, bytes);
    }
    CHECK(kind_of([&] {
            destination->put_manifest(top);
            destination->commit(top);
          }) == "not_found");
    CHECK_FALSE(is_readable(place));
  }

  void refuses_manifests_that_lack_blobs() const {
    INFO("refuses manifests that lack blobs");
    MemoryImageSource given;
    const RawManifest top = add_fitting_image(given, *make_place_().write());
    const Manifest manifest = parse_manifest(top.bytes, top.media_type, "test");
    check_refused_without(make_place_(), manifest.config);
    check_refused_without(make_place_(), manifest.layers.front());

    const ContractPlace place = make_place_();
    const auto destination = place.write();
    if (!destination->abilities().indexes) return;
    // an index may lack images, but those it has must be whole
    const RawManifest sparse = index_of({instance(top, "linux/amd64")});
    put_blob(*destination, manifest.config, given.blobs().at(manifest.config.digest));
    CHECK(kind_of([&] {
            destination->put_manifest(top);
            destination->commit(sparse);
          }) == "not_found");
    CHECK_FALSE(is_readable(place));
    const ContractPlace other = make_place_();
    other.write()->commit(sparse);
    CHECK(other.read()->manifest().bytes == sparse.bytes);
  }

  void keeps_what_refers_to_the_image() const {
    INFO("keeps what refers to the image");
    const ContractPlace place = make_place_();
    MemoryImageSource given;
    const auto destination = place.write();
    const RawManifest top = add_fitting_image(given, *destination);
    const Attached attached = add_attached(given, top);
    put_blobs(*destination, given);
    if (!destination->abilities().referrers) {
      CHECK(kind_of([&] { destination->put_referrer(attached.sbom, ""); }) == "unsupported");
      return;
    }
    destination->put_manifest(top);
    destination->put_referrer(attached.sbom, "");
    destination->put_referrer(attached.about_sbom, "");
    destination->put_referrer(attached.signature, attached.tag);
    destination->commit(top);
    const auto source = place.read();
    CHECK(source->manifest().bytes == top.bytes);
    require_valid(*source);
    const auto found = source->referrers(top.digest);
    REQUIRE(found.size() == 2);
    CHECK(found[0] == Referrer{referrer_descriptor(attached.sbom)});
    CHECK(found[1] == Referrer{referrer_descriptor(attached.signature), attached.tag});
    const auto second = source->referrers(attached.sbom.digest);
    REQUIRE(second.size() == 1);
    CHECK(second[0] == Referrer{referrer_descriptor(attached.about_sbom)});
    CHECK(source->referrers(attached.signature.digest).empty());
    for (const RawManifest* one : {&attached.sbom, &attached.about_sbom, &attached.signature}) {
      CHECK(source->manifest(one->descriptor()).bytes == one->bytes);
    }
    check_holds(*source, given);
    CHECK(place.write()->referrers(top.digest) ==
          (place.lists_referrers ? found : std::vector<Referrer>{}));
  }

  void takes_documents_about_an_image_that_is_there() const {
    INFO("takes documents about an image that is there");
    const ContractPlace place = make_place_();
    MemoryImageSource given;
    const auto first = place.write();
    const RawManifest top = add_fitting_image(given, *first);
    put_blobs(*first, given);
    first->put_manifest(top);
    first->commit(top);
    const auto about = [&](const std::string& text) {
      return author_attached(
          {.artifact_type = "application/x", .media_type = "text/plain", .bytes = text},
          top.descriptor());
    };
    const AttachedManifest one = about("one");
    const AttachedManifest two = about("two");
    if (!place.lists_referrers || !first->abilities().referrers) {
      const auto again = place.replaceable ? place.write() : nullptr;
      CHECK(kind_of([&] { attach(again ? *again : *first, {one}); }) == "unsupported");
      return;
    }
    const auto again = place.write();
    attach(*again, {one});
    attach(*again, {about("three")});
    attach(*place.write(), {two});
    const auto source = place.read();
    CHECK(source->manifest().bytes == top.bytes);
    require_valid(*source);
    check_holds(*source, given);
    std::set<Digest> found;
    for (const Referrer& referrer : source->referrers(top.digest)) {
      found.insert(referrer.descriptor.digest);
    }
    CHECK(found == std::set<Digest>{one.manifest.digest, two.manifest.digest,
                                    about("three").manifest.digest});
    CHECK(read_all(*source->open_blob(two.blobs[0].first), 100, "two") == "two");
  }

  std::function<ContractPlace()> make_place_;
};

}  // namespace lade::test
