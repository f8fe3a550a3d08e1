#include "libimage/oci/index.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;
namespace type = media_type;

Descriptor instance(std::string_view name, std::optional<Platform> platform = std::nullopt) {
  Descriptor descriptor{std::string(type::oci_manifest), digest_of(name), name.size()};
  descriptor.platform = std::move(platform);
  return descriptor;
}

Index index_of(std::vector<Descriptor> instances) {
  return {std::string(type::oci_index), std::move(instances)};
}

Platform platform(const char* text) { return Platform::parse(text); }

TEST_CASE("an index survives being written and read") {
  Index index = index_of({instance("a", platform("linux/arm/v7")), instance("b")});
  CHECK(parse_index(serialize(index), type::oci_index, "doc") == index);
  index.annotations = {{"k", "v"}};
  index.artifact_type = "a/t";
  index.subject = instance("s");
  CHECK(parse_index(serialize(index), "", "doc") == index);
  CHECK(serialize(index).find(R"({"schemaVersion":2,"mediaType":")" + std::string(type::oci_index) +
                              R"(","artifactType":"a/t","manifests":[{)") == 0);
  CHECK(
      serialize(index_of({})) ==
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]})");
}

TEST_CASE("an index without a media type is guessed by its members") {
  CHECK(parse_index(R"({"schemaVersion":2,"manifests":[]})", "", "doc").media_type ==
        type::oci_index);
  CHECK(parse_index(R"({"schemaVersion":2,"manifests":[]})", type::docker_list, "doc").media_type ==
        type::docker_list);
}

TEST_CASE("an index is read as strictly as a manifest") {
  const std::string head =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json")";
  const std::pair<std::string, std::string> cases[] = {
      {head + R"(,"manifests":[],"config":{}})", "the member \"config\" belongs to another kind"},
      {head + R"(,"manifests":[],"layers":[]})", "the member \"layers\" belongs to another kind"},
      {head + R"(,"manifests":[],"fsLayers":[]})", "the member \"fsLayers\" belongs"},
      {head + R"(,"manifests":[],"Manifests":[]})", "differ only in case"},
      {head + R"(,"manifests":[{}]})", "doc, manifests[0]: \"mediaType\" is missing"},
      {head + R"(,"manifests":{}})", "\"manifests\" must be a list"},
      {head + R"(,"subject":[]})", "\"subject\" must be an object"},
      {R"({"schemaVersion":7,"manifests":[]})", "\"schemaVersion\" must be 2, got 7"},
      {R"({"manifests":[]})", "\"schemaVersion\" is missing"},
      {R"({"schemaVersion":2,"layers":[]})", "doc is not an image index"},
      {"[]", "must be a JSON object"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK_THROWS_WITH(parse_index(text, "", "doc"), Contains(message));
  }
  CHECK_THROWS_WITH(parse_index(head + "}", type::docker_list, "doc"), Contains("but says that"));
  std::string many = head + R"(,"manifests":[{})";
  for (int i = 0; i < 4096; ++i) many += ",{}";
  CHECK_THROWS_WITH(parse_index(many + "]}", "", "doc"), Contains("at most 4096 are read"));
}

TEST_CASE("the best instance of an index is found whatever its place") {
  const Index index = index_of({
      instance("windows", platform("windows/amd64")),
      instance("386", platform("linux/386")),
      instance("amd64", platform("linux/amd64")),
      instance("again", platform("linux/amd64")),
      instance("v2", platform("linux/amd64/v2")),
      instance("v6", platform("linux/arm/v6")),
      instance("v5", platform("linux/arm/v5")),
      instance("v7", platform("linux/arm/v7")),
  });
  const std::pair<const char*, const char*> cases[] = {
      {"linux/amd64", "amd64"}, {"linux/amd64/v3", "v2"},     {"linux/386", "386"},
      {"linux/arm/v8", "v7"},   {"linux/arm/v6", "v6"},       {"linux/arm/v5", "v5"},
      {"linux/arm64", "v7"},    {"windows/amd64", "windows"},
  };
  for (const auto& [wanted, name] : cases) {
    INFO(wanted);
    const Descriptor* found = find_instance(index, platform(wanted));
    REQUIRE(found != nullptr);
    CHECK(found->digest == digest_of(name));
  }
  CHECK(find_instance(index, platform("linux/s390x")) == nullptr);
  CHECK(find_instance(index_of({}), platform("linux/amd64")) == nullptr);
}

TEST_CASE("an attestation is never taken for an image") {
  const Platform unknown{"unknown", "unknown", "", "", {}};
  const Index index = index_of({instance("attestation", unknown)});
  CHECK(find_instance(index, platform("linux/amd64")) == nullptr);
  CHECK(find_instance(index, unknown) == nullptr);
}

TEST_CASE("an image without a platform is the last resort, an artifact none") {
  const Descriptor plain = instance("plain");
  CHECK(find_instance(index_of({plain, instance("386", platform("linux/386"))}),
                      platform("linux/amd64"))
            ->digest == digest_of("386"));
  CHECK(find_instance(index_of({instance("arm", platform("linux/arm")), plain}),
                      platform("linux/amd64"))
            ->digest == plain.digest);
  Descriptor artifact = plain;
  artifact.artifact_type = "application/x";
  Descriptor nested = plain;
  nested.media_type = type::oci_index;
  CHECK(find_instance(index_of({artifact, nested}), platform("linux/amd64")) == nullptr);
}

}  // namespace
}  // namespace lade
