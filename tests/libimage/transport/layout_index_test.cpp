#include "libimage/transport/layout_index.h"

#include <catch2/catch.hpp>

#include "libimage/image/referrer.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"
#include "tests/support/expect_error.h"

namespace lade {
namespace {

std::string entry(const std::string& content, const std::string& members = "") {
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}{}}})", media_type::oci_manifest,
                     digest_of(content).str(), content.size(), members);
}

std::string named(const std::string& content, const std::string& ref_name) {
  return entry(
      content,
      fmt::format(R"(,"annotations":{{"org.opencontainers.image.ref.name":"{}"}})", ref_name));
}

LayoutIndex index_with(const std::vector<std::string>& entries) {
  return {fmt::format(R"({{"schemaVersion":2,"manifests":[{}],"x-unknown":{{"a":[1]}}}})",
                      fmt::join(entries, ",")),
          "index.json"};
}

const Platform amd64 = Platform::parse("linux/amd64");

std::string choice(const LayoutIndex& index, const ImagePath& wanted) {
  return index.entries()[index.choose(wanted, amd64)].digest.str();
}

TEST_CASE("a reference chooses the entry of that name") {
  const auto index = index_with({named("a", "1"), named("b", "2"), entry("c")});
  CHECK(choice(index, {.path = "p", .reference = "2"}) == digest_of(std::string_view("b")).str());
  CHECK(choice(index, {.path = "p", .source_index = 2}) == digest_of(std::string_view("c")).str());
  CHECK(index.names() == std::vector<std::string>{"1", "2", "@2"});
  CHECK_THAT(
      error_of(ErrorKind::not_found, [&] { choice(index, {.path = "p", .reference = "3"}); }),
      Catch::Contains("1, 2, @2"));
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { choice(index, {.path = "p"}); }),
             Catch::Contains("holds 3 images; name one of them: 1, 2, @2"));
  error_of(ErrorKind::not_found, [&] { choice(index, {.path = "p", .source_index = 3}); });
}

TEST_CASE("an index of one image needs no reference, one of none has nothing to choose") {
  CHECK(choice(index_with({named("a", "1")}), {.path = "p"}) ==
        digest_of(std::string_view("a")).str());
  error_of(ErrorKind::not_found, [&] { choice(index_with({}), {.path = "p"}); });
}

TEST_CASE("what is attached to an image is none of those to choose from, unless it is asked for") {
  const std::string tag = fallback_tag(digest_of("a")) + ".sig";
  const auto one = index_with({named("a", "1"), named("signature", tag)});
  CHECK(choice(one, {.path = "p"}) == digest_of(std::string_view("a")).str());
  CHECK(choice(one, {.path = "p", .reference = tag}) ==
        digest_of(std::string_view("signature")).str());
  const auto two = index_with({named("a", "1"), named("b", "2"), named("signature", tag)});
  const std::string message = error_of(ErrorKind::invalid, [&] { choice(two, {.path = "p"}); });
  CHECK_THAT(message, Catch::EndsWith("holds 2 images; name one of them: 1, 2"));
}

TEST_CASE("containerd's image name is asked where no ref name fits") {
  const auto both = [](const std::string& content, const std::string& name,
                       const std::string& tag) {
    return entry(content, fmt::format(R"(,"annotations":{{"io.containerd.image.name":"{}",)"
                                      R"("org.opencontainers.image.ref.name":"{}"}})",
                                      name, tag));
  };
  const auto index = index_with({both("a", "docker.io/library/x:latest", "latest"),
                                 both("b", "docker.io/library/y:latest", "latest")});
  const std::string b = digest_of(std::string_view("b")).str();
  CHECK(choice(index, {.path = "p", .reference = "docker.io/library/y:latest"}) == b);
  CHECK(choice(index, {.path = "p", .reference = "y:latest"}) == b);
  CHECK(choice(index, {.path = "p", .reference = "y"}) == b);
  CHECK(index.names() ==
        std::vector<std::string>{"docker.io/library/x:latest", "docker.io/library/y:latest"});
}

TEST_CASE("entries of one name differ in platform") {
  const auto with = [](const std::string& content, const std::string& architecture) {
    return entry(content,
                 fmt::format(R"(,"platform":{{"os":"linux","architecture":"{}"}},)"
                             R"("annotations":{{"org.opencontainers.image.ref.name":"1"}})",
                             architecture));
  };
  const auto index = index_with({with("a", "arm64"), with("b", "amd64"), with("c", "s390x")});
  CHECK(choice(index, {.path = "p", .reference = "1"}) == digest_of(std::string_view("b")).str());
}

TEST_CASE("an added name replaces its old entry and leaves everything else as it was") {
  auto index = index_with(
      {named("a", "1"), entry("b", R"(,"x-member":{"k":[1,2.50]},"urls":["u"])"), named("c", "2")});
  const std::string content = "new";
  index.add({std::string(media_type::oci_index), digest_of(content), content.size()}, "1");
  const Json document = parse_json(index.serialize(), "index");
  CHECK(document["x-unknown"] == Json{{"a", {1}}});
  REQUIRE(document["manifests"].size() == 3);
  CHECK(document["manifests"][0] ==
        parse_json(entry("b", R"(,"x-member":{"k":[1,2.50]},"urls":["u"])"), "entry"));
  CHECK(document["manifests"][1] == parse_json(named("c", "2"), "entry"));
  CHECK(document["manifests"][2]["digest"] == digest_of(content).str());
  CHECK(choice(index, {.path = "p", .reference = "1"}) == digest_of(content).str());
}

TEST_CASE("an image without a name is added once, and may have a name besides") {
  LayoutIndex index;
  const Descriptor image{std::string(media_type::oci_manifest), digest_of(std::string_view("a")),
                         1};
  index.add(image, std::nullopt);
  index.add(image, std::nullopt);
  CHECK(index.entries().size() == 1);
  index.add(image, "1");
  index.add(image, "2");
  index.add(image, "1");
  CHECK(index.names() == std::vector<std::string>{"@0", "2", "1"});
}

TEST_CASE("an entry may lack a media type") {
  const LayoutIndex index(fmt::format(R"({{"manifests":[{{"digest":"{}","size":1}}]}})",
                                      digest_of(std::string_view("a")).str()),
                          "index.json");
  CHECK(index.entries().at(0).media_type.empty());
}

TEST_CASE("an index.json that is none is refused by name") {
  for (const std::string bad :
       {"", "[]", "{", "7", R"({"manifests":{}})", R"({"manifests":[7]})",
        R"({"manifests":[{"digest":"sha256:x","size":1}]})", R"({"manifests":[{"size":1}]})"}) {
    INFO(bad);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { LayoutIndex(bad, "my index.json"); }),
               Catch::Contains("my index.json"));
  }
}

TEST_CASE("a layout of another version is unsupported") {
  CHECK_NOTHROW(require_layout_version(oci_layout_text, "oci-layout"));
  CHECK_NOTHROW(require_layout_version(R"({"imageLayoutVersion":"1.1.0"})", "oci-layout"));
  error_of(ErrorKind::unsupported,
           [] { require_layout_version(R"({"imageLayoutVersion":"2.0.0"})", "oci-layout"); });
  error_of(ErrorKind::invalid, [] { require_layout_version("{}", "oci-layout"); });
}

}  // namespace
}  // namespace lade
