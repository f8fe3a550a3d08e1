#include "signing/attest/statement.h"

#include <catch2/catch.hpp>

#include "libimage/oci/hasher.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

const std::string plain =
    R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app","digest":{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{"a":[1,2]}})";

std::string refusal(ErrorKind kind, const std::string& text) {
  return error_of(kind, [&] { parse_statement(text, "x"); });
}

std::string with(const std::string& member, const std::string& value) {
  Json json = parse_json(plain, "plain");
  json[member] = parse_json(value, "value");
  return to_compact(json);
}

}  // namespace

TEST_CASE("a statement is read, and written as it was") {
  const Statement statement = parse_statement(plain, "x");
  REQUIRE(statement.subjects.size() == 1);
  CHECK(statement.subjects[0].name == "app");
  CHECK(statement.predicate_type == "https://slsa.dev/provenance/v1");
  CHECK(statement.predicate["a"][1] == 2);
  CHECK(to_bytes(statement) == plain);
}

TEST_CASE("a statement is about what its digests say, by any of its subjects") {
  Statement statement = parse_statement(plain, "x");
  CHECK(statement.is_about(digest_of("")));
  CHECK_FALSE(statement.is_about(digest_of("other")));
  CHECK_FALSE(statement.is_about(digest_of("", HashAlgorithm::sha512)));
  statement.subjects.push_back(
      {.name = "other", .digests = {{"sha256", digest_of("other").hex()}, {"md5", "00"}}});
  CHECK(statement.is_about(digest_of("other")));
}

TEST_CASE("a digest in capitals is another") {
  Statement statement = parse_statement(plain, "x");
  for (char& digit : statement.subjects[0].digests["sha256"]) {
    digit = static_cast<char>(std::toupper(static_cast<unsigned char>(digit)));
  }
  CHECK_FALSE(statement.is_about(digest_of("")));
}

TEST_CASE("statements of version 0.1, without names and without predicates are read") {
  const Statement old =
      parse_statement(with("_type", R"("https://in-toto.io/Statement/v0.1")"), "x");
  CHECK(old.type == Statement::type_v01);
  const Statement bare = parse_statement(
      R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"00"}}],"predicateType":"t"})",
      "x");
  CHECK(bare.subjects[0].name.empty());
  CHECK(bare.predicate.is_null());
}

TEST_CASE("other types of statements are unsupported") {
  CHECK(refusal(ErrorKind::unsupported, with("_type", R"("https://in-toto.io/Statement/v2")")) ==
        "x is a statement of the type https://in-toto.io/Statement/v2; wanted "
        "https://in-toto.io/Statement/v1");
}

TEST_CASE("malformed statements are invalid, and say why") {
  CHECK(refusal(ErrorKind::invalid, with("subject", "[]")) ==
        "x is about nothing: it has no subject");
  CHECK(refusal(ErrorKind::invalid, with("subject", "null")) ==
        "x is about nothing: it has no subject");
  CHECK(refusal(ErrorKind::invalid, with("subject", R"([{"name":"app"}])")) ==
        "x: a subject has no digest");
  for (const auto& [member, value] : {std::pair<std::string, std::string>{"subject", "{}"},
                                      {"subject", "[1]"},
                                      {"subject", R"([{"digest":{"sha256":1}}])"},
                                      {"predicateType", "null"},
                                      {"predicateType", "1"},
                                      {"_type", "null"}}) {
    CAPTURE(member, value);
    CHECK(refusal(ErrorKind::invalid, with(member, value)).starts_with("x"));
  }
  CHECK(refusal(ErrorKind::invalid, "").starts_with("x"));
  CHECK(refusal(ErrorKind::invalid, plain + "x").starts_with("x"));
  std::string many = "[";
  for (int i = 0; i < 4097; ++i) many += R"({"digest":{}},)";
  many.back() = ']';
  CHECK(refusal(ErrorKind::invalid, with("subject", many)) ==
        "x has 4097 subjects; more than 4096 are not read");
}
