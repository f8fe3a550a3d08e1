#include "libimage/oci/descriptor.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;

const std::string digest_member = R"("digest":")" + digest_of("x").str() + R"(")";

Descriptor parse(const std::string& text) {
  return parse_descriptor(parse_json(text, "doc"), "layer 3");
}

struct Refusal {
  ErrorKind kind = ErrorKind::internal;
  std::string message = "no error";
};

Refusal refusal_of(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return {error.kind(), error.message()};
  }
  return {};
}

TEST_CASE("a descriptor survives being written and read") {
  Descriptor descriptor{"application/x", digest_of("x"), 1};
  CHECK(parse(to_compact(to_json(descriptor))) == descriptor);
  descriptor.urls = {"https://a.example/x"};
  descriptor.annotations = {{"b", "2"}, {"a", ""}};
  descriptor.platform = Platform{"linux", "arm", "v7", "1.2", {"f"}, {"neon"}};
  descriptor.artifact_type = "application/y";
  descriptor.data = std::string("x\0\xff", 3);
  CHECK(parse(to_compact(to_json(descriptor))) == descriptor);
  descriptor.data = "";
  CHECK(parse(to_compact(to_json(descriptor))) == descriptor);
}

TEST_CASE("a descriptor's members come in the specification's order") {
  Descriptor descriptor{"application/x", digest_of("x"), 1};
  descriptor.urls = {"u"};
  descriptor.annotations = {{"b", "2"}, {"a", "1"}};
  descriptor.platform = Platform{"linux", "arm64", "v8", "", {}, {"sve"}};
  descriptor.artifact_type = "t";
  descriptor.data = "x";
  CHECK(to_compact(to_json(descriptor)) ==
        R"({"mediaType":"application/x",)" + digest_member +
            R"(,"size":1,"urls":["u"],"annotations":{"a":"1","b":"2"},"data":"eA==",)"
            R"("platform":{"architecture":"arm64","os":"linux","variant":"v8","features":["sve"]},)"
            R"("artifactType":"t"})");
}

TEST_CASE("null and unknown members of a descriptor are as if absent") {
  const Descriptor descriptor =
      parse(R"({"mediaType":"a/b",)" + digest_member +
            R"(,"size":0,"urls":null,"annotations":null,"platform":null,"data":null,"later":[1]})");
  CHECK(descriptor == Descriptor{"a/b", digest_of("x"), 0});
}

TEST_CASE("a size may be as large as a file can be") {
  CHECK(parse(R"({"mediaType":"a/b",)" + digest_member + R"(,"size":9223372036854775807})")
            .size_bytes == 9223372036854775807U);
}

TEST_CASE("a bad descriptor is refused by name of what and member") {
  const std::string start = R"({"mediaType":"a/b",)";
  const std::string whole = start + digest_member + R"(,"size":1)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[]", "layer 3 must be a JSON object, got array"},
      {"{" + digest_member + R"(,"size":1})", "layer 3: \"mediaType\" is missing"},
      {R"({"mediaType":"",)" + digest_member + R"(,"size":1})", "1 to 255 printable ASCII"},
      {R"({"mediaType":"a/b\r\nX: y",)" + digest_member + R"(,"size":1})", "a/b\\x0d\\x0aX: y"},
      {R"({"mediaType":")" + std::string(256, 'a') + "\"," + digest_member + R"(,"size":1})",
       "1 to 255 printable ASCII"},
      {start + R"("size":1})", "layer 3: \"digest\" is missing"},
      {start + R"("digest":"sha256:00","size":1})", "layer 3: the digest \"sha256:00\" has 2"},
      {start + R"("digest":7,"size":1})", "\"digest\" must be a string"},
      {start + digest_member + "}", "layer 3: \"size\" is missing"},
      {start + digest_member + R"(,"size":-1})", "\"size\" must not be negative, got -1"},
      {start + digest_member + R"(,"size":"1"})", "\"size\" must be a whole number"},
      {start + digest_member + R"(,"size":1.5})", "\"size\" must be a whole number"},
      {start + digest_member + R"(,"size":1e3})", "\"size\" must be a whole number"},
      {start + digest_member + R"(,"size":9223372036854775808})", "\"size\" must be below 2^63"},
      {start + digest_member + R"(,"size":99999999999999999999})", "\"size\" must be a whole"},
      {whole + R"(,"urls":"u"})", "\"urls\" must be a list"},
      {whole + R"(,"urls":[1]})", "\"urls\" must be a list of strings"},
      {whole + R"(,"annotations":[]})", "\"annotations\" must be an object"},
      {whole + R"(,"annotations":{"a\u001b":1}})",
       "\"a\\x1b\" in \"annotations\" must be a string"},
      {whole + R"(,"annotations":{"a":null}})", "\"a\" in \"annotations\" must be a string"},
      {whole + R"(,"platform":"linux"})", "\"platform\" must be an object"},
      {whole + R"(,"platform":{"os":1}})", "\"os\" must be a string"},
      {whole + R"(,"platform":{"os.features":{}}})", "\"os.features\" must be a list"},
      {whole + R"(,"artifactType":[]})", "\"artifactType\" must be a string"},
      {whole + R"(,"data":"eA"})", "layer 3: \"data\" is not base64"},
      {whole + R"(,"data":"eB=="})", "layer 3: \"data\" is not base64"},
      {whole + R"(,"data":" eA=="})", "layer 3: \"data\" is not base64"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    const Refusal refusal = refusal_of(text);
    CHECK(refusal.kind == ErrorKind::invalid);
    CHECK_THAT(refusal.message, Contains(message));
  }
}

TEST_CASE("a descriptor with an unknown digest algorithm is unsupported") {
  const Refusal refusal = refusal_of(R"({"mediaType":"a/b","digest":"blake3:abcd","size":1})");
  CHECK(refusal.kind == ErrorKind::unsupported);
  CHECK_THAT(refusal.message, Contains("layer 3: the digest \"blake3:abcd\""));
}

}  // namespace
}  // namespace lade
