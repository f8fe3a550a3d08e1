#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "libimage/oci/hasher.h"
#include "registry/client/attachments.h"
#include "registry/client/manifests.h"
#include "registry/client/referrers.h"
#include "registry/client/tags.h"
#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

constexpr const char* type = "application/vnd.oci.image.manifest.v1+json";

std::string artifact_text(const std::string& note, const Digest& subject) {
  return author_artifact({.artifact_type = "application/x.note",
                          .annotations = {{"note", note}},
                          .subject = Descriptor{type, subject, 10}})
      .bytes;
}

TEST_CASE("tags come over all pages, or as many as are wanted") {
  Fixture fixture;
  std::vector<std::string> wanted;
  for (int i = 100; i < 350; ++i) {
    wanted.push_back("v" + std::to_string(i));
    fixture.fake.put_manifest("team/app", wanted.back(), "{}", type);
  }
  CHECK(list_tags(fixture.repository()) == wanted);
  wanted.resize(7);
  CHECK(list_tags(fixture.repository(), 7) == wanted);
  error_of(ErrorKind::not_found, [&] { list_tags(fixture.repository("no/such")); });
}

TEST_CASE("no page of tags is asked for that nobody wants") {
  Fixture fixture;
  for (int i = 100; i < 350; ++i) {
    fixture.fake.put_manifest("team/app", "v" + std::to_string(i), "{}", type);
  }
  std::vector<std::string> even;
  visit_tags(fixture.repository(), 0, [&](const std::string& tag) {
    if ((tag.back() - '0') % 2 == 0) even.push_back(tag);
    return even.size() < 3;
  });
  CHECK(even == std::vector<std::string>{"v100", "v102", "v104"});
  CHECK(fixture.fake.count("GET", "/tags/list") == 1);
  visit_tags(fixture.repository(), 10, [](const std::string&) { return true; });
  CHECK(fixture.fake.count("GET", "/tags/list?n=10") > 1);
}

TEST_CASE("pages that lead to themselves are no list") {
  Fixture fixture;
  fixture.fake.set_fault([](const SeenRequest& request) -> std::optional<Answer> {
    if (request.path() == "/v2/") return {};
    return Answer{.headers = {{"Link", "<" + request.target + ">; rel=\"next\""}},
                  .body = R"({"tags":["a"]})"};
  });
  error_of(ErrorKind::corrupt, [&] { list_tags(fixture.repository()); });
}

TEST_CASE("referrers are found by the API and by the tag") {
  Fixture fixture;
  const bool api = GENERATE(true, false);
  fixture.fake.set_referrers_api(api);
  const Digest subject = digest_of("subject");
  const auto to = fixture.destination();
  fixture.fake.put_blob("team/app", "{}");
  for (const char* note : {"one", "two"}) {
    to->put_manifest(raw_manifest(artifact_text(note, subject), type));
  }
  Attachments attachments(fixture.repository());
  const std::vector<Referrer> found = attachments.find(subject);
  REQUIRE(found.size() == 2);
  std::set<std::string> notes;
  for (const Referrer& one : found) {
    notes.insert(one.descriptor.annotations.at("note"));
    CHECK(one.descriptor.artifact_type == "application/x.note");
  }
  CHECK(notes == std::set<std::string>{"one", "two"});
  CHECK(attachments.find(digest_of("nobody's")).empty());
  const auto others = ask_referrers_api(fixture.repository(), subject, "application/x.other");
  CHECK(others.has_value() == api);
  if (others) CHECK(others->empty());
  CHECK(fixture.fake.find_manifest("team/app", fallback_tag(subject)).has_value() == !api);
}

TEST_CASE("referrers come over all pages, of the type that is wanted, whoever filters") {
  Fixture fixture;
  const bool filters = GENERATE(true, false);
  fixture.fake.set_referrers_filter(filters);
  fixture.fake.set_referrers_page(2);
  fixture.fake.put_blob("team/app", "{}");
  const Digest subject = digest_of("subject");
  const auto to = fixture.destination();
  std::set<Digest> wanted;
  std::set<Digest> all;
  for (int i = 0; i < 9; ++i) {
    const bool odd = i % 2 == 1;
    const RawManifest artifact =
        author_artifact({.artifact_type = odd ? "application/x.odd+json" : "application/x.even",
                         .annotations = {{"number", std::to_string(i)}},
                         .subject = Descriptor{type, subject, 10}});
    to->put_manifest(artifact);
    all.insert(artifact.digest);
    if (odd) wanted.insert(artifact.digest);
  }
  const auto ask = [&](const std::string& artifact_type) {
    const auto before = fixture.fake.count("GET", "/referrers/");
    const auto found = ask_referrers_api(fixture.repository(), subject, artifact_type);
    REQUIRE(found);
    std::set<Digest> digests;
    for (const Descriptor& one : *found) digests.insert(one.digest);
    CHECK(digests.size() == found->size());
    return std::pair(digests, fixture.fake.count("GET", "/referrers/") - before);
  };
  CHECK(ask("") == std::pair(all, std::size_t{5}));
  CHECK(ask("application/x.odd+json") == std::pair(wanted, std::size_t{filters ? 2U : 5U}));
  CHECK(fixture.fake.count("GET", "artifactType=application%2Fx.odd%2Bjson") > 0);
}

TEST_CASE("pages of referrers that lead to themselves are no list") {
  Fixture fixture;
  fixture.fake.set_fault([](const SeenRequest& request) -> std::optional<Answer> {
    if (request.path() == "/v2/") return {};
    return Answer{.headers = {{"Link", "<" + request.target + ">; rel=\"next\""}},
                  .body = R"({"schemaVersion":2,"manifests":[]})"};
  });
  CHECK_THAT(error_of(ErrorKind::corrupt,
                      [&] { ask_referrers_api(fixture.repository(), digest_of("x"), ""); }),
             Catch::Contains("the pages do not end"));
}

TEST_CASE("a registry's repositories come over all pages, or as many as are wanted") {
  Fixture fixture;
  std::vector<std::string> wanted;
  for (int i = 100; i < 350; ++i) {
    wanted.push_back(fmt::format("team/r{}", i));
    fixture.fake.put_manifest(wanted.back(), "1", "{}", type);
  }
  CHECK(list_repositories(*fixture.open({})) == wanted);
  CHECK(fixture.fake.count("GET", "/v2/_catalog") == 3);
  wanted.resize(7);
  CHECK(list_repositories(*fixture.open({}), 7) == wanted);
}

TEST_CASE("what another writes to the fallback tag meanwhile is not lost") {
  Fixture fixture;
  fixture.fake.set_referrers_api(false);
  const Digest subject = digest_of("subject");
  const Repository repository = fixture.repository();
  const Descriptor mine{type, digest_of("mine"), 4};
  const Descriptor theirs{type, digest_of("theirs"), 6};
  Index both{"application/vnd.oci.image.index.v1+json"};
  both.manifests = {theirs};
  std::atomic<bool> raced = false;
  fixture.fake.set_fault([&](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method != "PUT" || raced.exchange(true)) return {};
    // theirs lands just after ours and knows nothing of it
    fixture.fake.put_manifest("team/app", fallback_tag(subject), serialize(both), both.media_type);
    return Answer{.status = 201};
  });
  add_to_fallback_tag(repository, subject, mine);
  std::set<Digest> found;
  for (const Descriptor& one : read_fallback_tag(repository, subject)) found.insert(one.digest);
  CHECK(found == std::set<Digest>{mine.digest, theirs.digest});
}

TEST_CASE("a tag can be looked at without its manifest, and deleted") {
  Fixture fixture;
  const std::string digest = fixture.fake.put_manifest("team/app", "1", "{}", type);
  const auto found = find_manifest(fixture.repository(), "1");
  REQUIRE(found);
  CHECK(found->digest.str() == digest);
  CHECK(found->size_bytes == 2);
  CHECK(fixture.fake.count("GET", "/manifests/") == 0);
  CHECK_FALSE(find_manifest(fixture.repository(), "2"));
  CHECK(delete_manifest(fixture.repository(), "1"));
  CHECK_FALSE(delete_manifest(fixture.repository(), "1"));
  fixture.fake.set_fault([](const SeenRequest& request) -> std::optional<Answer> {
    if (request.method == "DELETE") return Answer{.status = 405};
    return {};
  });
  error_of(ErrorKind::unsupported, [&] { delete_manifest(fixture.repository(), digest); });
}

}  // namespace
}  // namespace lade::registry
