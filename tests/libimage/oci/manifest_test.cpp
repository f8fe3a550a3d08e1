#include "libimage/oci/manifest.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
namespace type = media_type;

std::string descriptor(std::string_view media_type, std::string_view content) {
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}}})", media_type,
                     digest_of(content).str(), content.size());
}

const std::string config = R"("config":)" + descriptor(type::oci_config, "c");
const std::string layer = descriptor(type::oci_layer_gzip, "l");
const std::string layers = R"("layers":[)" + layer + "]";
const std::string head = R"({"schemaVersion":2,)";
const std::string typed_head =
    head + R"("mediaType":"application/vnd.oci.image.manifest.v1+json",)";

Manifest full_manifest() {
  Manifest manifest{std::string(type::oci_manifest),
                    {std::string(type::oci_empty), digest_of("{}"), 2}};
  manifest.config.data = "{}";
  manifest.layers = {{std::string(type::oci_layer), digest_of("a"), 1},
                     {std::string(type::oci_layer_zstd), digest_of("b"), 1}};
  manifest.annotations = {{"b", "2"}, {"a", "<&>"}};
  manifest.artifact_type = "application/x";
  manifest.subject = Descriptor{std::string(type::oci_manifest), digest_of("s"), 9};
  return manifest;
}

struct Refusal {
  ErrorKind kind = ErrorKind::internal;
  std::string message = "no error";
};

Refusal refusal_of(std::string_view text, std::string_view media_type = "") {
  try {
    parse_manifest(text, media_type, "doc");
  } catch (const Error& error) {
    return {error.kind(), error.message()};
  }
  return {};
}

TEST_CASE("a manifest survives being written and read") {
  const Manifest manifest = full_manifest();
  CHECK(parse_manifest(serialize(manifest), type::oci_manifest, "doc") == manifest);
  const Manifest plain{std::string(type::docker_manifest),
                       {std::string(type::docker_config), digest_of("c"), 1}};
  CHECK(parse_manifest(serialize(plain), "", "doc") == plain);
}

TEST_CASE("a manifest's members come in the specification's order") {
  Manifest manifest = full_manifest();
  manifest.layers.pop_back();
  CHECK(serialize(manifest) ==
        typed_head + R"("artifactType":"application/x","config":{"mediaType":")" +
            std::string(type::oci_empty) + R"(","digest":")" + digest_of("{}").str() +
            R"(","size":2,"data":"e30="},"layers":[)" + descriptor(type::oci_layer, "a") +
            R"(],"subject":{"mediaType":")" + std::string(type::oci_manifest) + R"(","digest":")" +
            digest_of("s").str() + R"(","size":9},"annotations":{"a":"<&>","b":"2"}})");
  const Manifest empty{std::string(type::oci_manifest),
                       {std::string(type::oci_config), digest_of("c"), 1}};
  CHECK(serialize(empty) == typed_head + config + R"(,"layers":[]})");
}

TEST_CASE("the type of a manifest is taken from the caller, the text, or guessed") {
  const std::string untyped = head + config + "," + layers + "}";
  const std::string docker = head + R"("config":)" + descriptor(type::docker_config, "c") + "}";
  CHECK(parse_manifest(untyped, "", "doc").media_type == type::oci_manifest);
  CHECK(parse_manifest(untyped, type::docker_manifest, "doc").media_type == type::docker_manifest);
  CHECK(parse_manifest(docker, "", "doc").media_type == type::docker_manifest);
  CHECK(parse_manifest(typed_head + config + "}", "", "doc").media_type == type::oci_manifest);
  CHECK(parse_manifest(untyped, "", "doc").layers.size() == 1);
}

TEST_CASE("unknown members and null ones are ignored") {
  const Manifest manifest = parse_manifest(
      typed_head + config + R"(,"layers":null,"subject":null,"manifests":null,"new":{"x":[1]}})",
      type::oci_manifest, "doc");
  CHECK(manifest.layers.empty());
  CHECK_FALSE(manifest.subject);
}

TEST_CASE("unknown layer media types are kept") {
  const Manifest manifest = parse_manifest(
      head + config + R"(,"layers":[)" + descriptor("application/x+y", "l") + "]}", "", "doc");
  CHECK(manifest.layers.at(0).media_type == "application/x+y");
}

TEST_CASE("a document that could be read as two things is refused") {
  const std::pair<std::string, std::string> cases[] = {
      {typed_head + config + R"(,"manifests":[]})", "the member \"manifests\" belongs to another"},
      {typed_head + config + R"(,"manifests":7})", "the member \"manifests\" belongs to another"},
      {typed_head + config + R"(,"fsLayers":[]})", "the member \"fsLayers\" belongs to another"},
      {typed_head + config + R"(,"history":[]})", "the member \"history\" belongs to another"},
      {head + config + R"(,"manifests":[]})", "members of both a manifest and an index"},
      {typed_head + config + R"(,"Config":{}})", "\"config\" and \"Config\" differ only in case"},
      {typed_head + config + R"(,"MEDIATYPE":"x"})", "\"mediaType\" and \"MEDIATYPE\" differ only"},
      {typed_head + R"("config":{"mediaType":"a/b","MediaType":"c/d","digest":")" +
           digest_of("c").str() + R"(","size":1}})",
       "doc, config is ambiguous: the members \"mediaType\" and \"MediaType\""},
      {typed_head + config + R"(,"layers":[{"mediaType":"a/b","size":1,"Size":2,"digest":")" +
           digest_of("c").str() + R"("}]})",
       "doc, layers[0] is ambiguous: the members \"size\" and \"Size\""},
      {typed_head + config + "," + config + "}", "the key \"config\" occurs twice"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    const Refusal refusal = refusal_of(text);
    CHECK(refusal.kind == ErrorKind::invalid);
    CHECK_THAT(refusal.message, StartsWith("doc") && Contains(message));
  }
}

TEST_CASE("a manifest is refused if sender and text disagree about its type") {
  const std::string text = typed_head + config + "}";
  CHECK(refusal_of(text, type::docker_manifest).kind == ErrorKind::invalid);
  CHECK_THAT(refusal_of(text, type::docker_manifest).message,
             Contains("came as \"application/vnd.docker.distribution.manifest.v2+json\" but says"));
  CHECK_THAT(refusal_of(text, type::oci_index).message, Contains("but says that it is"));
  const std::string untyped = head + config + "}";
  CHECK_THAT(refusal_of(untyped, type::oci_index).message, Contains("is not an image manifest"));
  CHECK_THAT(refusal_of(untyped, "text/html\x1b").message, Contains("\"text/html\\x1b\""));
}

TEST_CASE("a malformed manifest is invalid") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not valid JSON"},
      {"[]", "doc must be a JSON object, got array"},
      {"null", "doc must be a JSON object, got null"},
      {"{}", "has neither \"config\" nor \"layers\" nor \"manifests\""},
      {"{" + config + "}", "\"schemaVersion\" is missing"},
      {R"({"schemaVersion":3,)" + config + "}", "\"schemaVersion\" must be 2, got 3"},
      {R"({"schemaVersion":"2",)" + config + "}", "\"schemaVersion\" must be a whole number"},
      {R"({"schemaVersion":2.0,)" + config + "}", "\"schemaVersion\" must be a whole number"},
      {head + layers + "}", "\"config\" is missing"},
      {head + R"("config":null,)" + layers + "}", "\"config\" is missing"},
      {head + R"("config":[]})", "\"config\" must be an object"},
      {head + R"("config":{}})", "doc, config: \"mediaType\" is missing"},
      {head + config + R"(,"layers":{}})", "\"layers\" must be a list"},
      {head + config + R"(,"layers":[1]})", "doc, layers[0] must be a JSON object, got number"},
      {head + config + R"(,"layers":[null]})", "doc, layers[0] must be a JSON object, got null"},
      {head + config + R"(,"layers":[)" + layer + R"(,{"mediaType":"a/b"}]})",
       "doc, layers[1]: \"digest\" is missing"},
      {head + config + R"(,"annotations":{"a":1}})", "\"a\" in \"annotations\" must be a string"},
      {head + config + R"(,"annotations":"a"})", "\"annotations\" must be an object"},
      {head + config + R"(,"artifactType":{}})", "\"artifactType\" must be a string"},
      {head + config + R"(,"subject":"sha256:00"})", "\"subject\" must be an object"},
      {head + config + R"(,"subject":{"mediaType":"a/b"}})", "doc, subject: \"digest\" is missing"},
      {head + R"("mediaType":7,)" + config + "}", "\"mediaType\" must be a string"},
      {head + config + "} {}", "not valid JSON"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    const Refusal refusal = refusal_of(text);
    CHECK(refusal.kind == ErrorKind::invalid);
    CHECK_THAT(refusal.message, Contains(message));
  }
}

TEST_CASE("schema 1 is unsupported, and the error says what to do") {
  const std::string documents[] = {
      R"({"schemaVersion":1,"name":"a","tag":"b","fsLayers":[],"history":[]})",
      R"({"schemaVersion":1,"signatures":[]})",
      head + R"("mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"})",
  };
  for (const std::string& text : documents) {
    const Refusal refusal = refusal_of(text);
    CHECK(refusal.kind == ErrorKind::unsupported);
    CHECK_THAT(refusal.message, Contains("doc is a Docker schema 1 manifest, which is obsolete") &&
                                    Contains("skopeo copy --format v2s2"));
  }
  CHECK(refusal_of("{}", type::docker_schema1_signed).kind == ErrorKind::unsupported);
}

TEST_CASE("a manifest of another type is unsupported") {
  const Refusal refusal =
      refusal_of(head + R"("mediaType":"application/vnd.oci.artifact.manifest.v1+json"})");
  CHECK(refusal.kind == ErrorKind::unsupported);
  CHECK_THAT(refusal.message, Contains("neither a manifest's nor an index's"));
}

TEST_CASE("what is read from outside is bounded") {
  const std::string blank(manifest_limit_bytes, ' ');
  CHECK_THAT(refusal_of(typed_head + config + "}" + blank).message,
             Contains("bytes, at most 4194304 are read"));
  std::string whole = typed_head + config + "}";
  whole.resize(manifest_limit_bytes, ' ');
  CHECK_NOTHROW(parse_manifest(whole, "", "doc"));

  const auto with_layers = [](std::size_t count) {
    std::string text = typed_head + config + R"(,"layers":[)" + layer;
    for (std::size_t i = 1; i < count; ++i) text += "," + layer;
    return text + "]}";
  };
  CHECK(parse_manifest(with_layers(4096), "", "doc").layers.size() == 4096);
  CHECK_THAT(refusal_of(with_layers(10'000)).message,
             Contains("\"layers\" has 10000 entries, at most 4096 are read"));
  CHECK_THAT(refusal_of(std::string(100'000, '[')).message, Contains("nested deeper than 64"));
  CHECK_THAT(refusal_of(typed_head + R"("\u001b":1,"\u001b":2})").message,
             Contains("\"\\x1b\" occurs twice"));
}

TEST_CASE("the kind of a document is guessed from its members") {
  const auto guess = [](const std::string& text) { return guess_manifest_type(text, "doc"); };
  CHECK(guess(head + R"("config":{"mediaType":"x/y"}})") == type::oci_manifest);
  CHECK(guess(head + layers + "}") == type::oci_manifest);
  CHECK(guess(head + R"("manifests":[]})") == type::oci_index);
  CHECK(guess(R"({"schemaVersion":1})") == type::docker_schema1);
  CHECK(guess(R"({"schemaVersion":1,"signatures":[]})") == type::docker_schema1_signed);
  CHECK(guess(head + R"("mediaType":")" + std::string(type::docker_list) + "\"}") ==
        type::docker_list);
  CHECK_THROWS_WITH(guess("{}"), Contains("doc is no manifest"));
  CHECK_THROWS_WITH(guess("[]"), Contains("must be a JSON object"));
  CHECK_THROWS_WITH(guess("../x.json"), Contains("not valid JSON"));
  CHECK_THROWS_WITH(guess(head + config + R"(,"manifests":[]})"), Contains("ambiguous"));
}

TEST_CASE("a raw manifest knows its digest and size") {
  const RawManifest raw = raw_manifest("{}", "a/b");
  CHECK(raw.descriptor() == Descriptor{"a/b", digest_of("{}"), 2});
}

}  // namespace
}  // namespace lade
