#include "libimage/image/index_edit.h"

#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "libimage/oci/hasher.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

Descriptor entry_of(const std::string& content, const std::string& platform) {
  Descriptor entry{"application/vnd.oci.image.manifest.v1+json", digest_of(content),
                   content.size()};
  if (!platform.empty()) entry.platform = Platform::parse(platform);
  return entry;
}

Index two() {
  Index index{"application/vnd.oci.image.index.v1+json"};
  put_instance(index, entry_of("a", "linux/amd64"));
  put_instance(index, entry_of("b", "linux/arm64"));
  return index;
}

TEST_CASE("an image that is listed already keeps its place") {
  Index index = two();
  Descriptor again = entry_of("a", "linux/riscv64");
  put_instance(index, again);
  REQUIRE(index.manifests.size() == 2);
  CHECK(index.manifests.front() == again);
}

TEST_CASE("an entry is meant by its digest or by a platform that it alone is for") {
  Index index = two();
  CHECK(&find_entry(index, digest_of("b").str()) == &index.manifests[1]);
  CHECK(&find_entry(index, "linux/arm64/v8") == &index.manifests[1]);
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { find_entry(index, "linux/s390x"); }),
             Catch::Contains("it lists " + digest_of("a").str() + " (linux/amd64), "));
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { find_entry(index, digest_of("c").str()); }),
             Catch::Contains("does not list"));
  error_of(ErrorKind::invalid, [&] { find_entry(index, "no such thing"); });
  put_instance(index, entry_of("c", "linux/amd64"));
  CHECK_THAT(error_of(ErrorKind::conflict, [&] { find_entry(index, "linux/amd64"); }),
             Catch::Contains("lists 2 images for linux/amd64"));
}

TEST_CASE("an entry with a version and features is still meant by its platform alone") {
  Index index = two();
  Descriptor& arm = index.manifests[1];
  describe_instance(arm, {.os_version = "10", .os_features = {"f"}, .features = {"sve"}});
  CHECK(&find_entry(index, "linux/arm64") == &arm);
  CHECK(&find_entry(index, "linux(10+f)/arm64") == &arm);
  error_of(ErrorKind::not_found, [&] { find_entry(index, "linux(11)/arm64"); });
  error_of(ErrorKind::not_found, [&] { find_entry(index, "linux(10+g)/arm64"); });
}

TEST_CASE("what is said of an entry changes that and nothing else") {
  Descriptor entry = entry_of("a", "linux/arm64");
  entry.annotations = {{"x", "1"}, {"y", "2"}};
  describe_instance(entry, {.os_version = "10", .os_features = {"f"}, .annotations = {{"y", "3"}}});
  CHECK(entry.platform->str() == "linux/arm64");
  CHECK(entry.platform->os_version == "10");
  CHECK(entry.platform->os_features == std::vector<std::string>{"f"});
  describe_instance(entry, {.features = {"sve", "aes"}});
  CHECK(entry.platform->features == std::vector<std::string>{"sve", "aes"});
  CHECK(entry.annotations == Annotations{{"x", "1"}, {"y", "3"}});
  describe_instance(entry, {.architecture = "arm", .variant = "v7"});
  CHECK(entry.platform->str() == "linux/arm/v7");
  describe_instance(entry, {.architecture = "x86_64"});
  CHECK(entry.platform->str() == "linux/amd64");
  Descriptor bare = entry_of("b", "");
  describe_instance(bare, {.annotations = {{"z", ""}}});
  CHECK_FALSE(bare.platform);
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { describe_instance(bare, {.os = "linux"}); }),
             Catch::Contains("an operating system and an architecture"));
  CHECK_FALSE(InstanceWords{}.says_anything());
}

TEST_CASE("an entry has the platform of its image or the type of its artifact") {
  MemoryImageSource source;
  const RawManifest image = add_image(source, {add_layer(source, tar_of({{"a", "a"}}))});
  CHECK(make_entry(source, image).platform.has_value());
  const RawManifest artifact = author_artifact({.artifact_type = "application/x.note"});
  const Descriptor entry = make_entry(source, artifact);
  CHECK_FALSE(entry.platform);
  CHECK(entry.artifact_type == "application/x.note");
  CHECK(entry.digest == artifact.digest);
}

}  // namespace
}  // namespace lade
