#include "registry/client/deletion.h"

#include <catch2/catch.hpp>

#include "tests/registry/client/fixture.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

constexpr const char* type = "application/vnd.oci.image.manifest.v1+json";

/// One image with the tags 1, 1.0 and latest, another with the tag 2.
struct Place : Fixture {
  std::string digest;
  Place() {
    for (const char* tag : {"1", "1.0", "latest"}) {
      digest = fake.put_manifest("team/app", tag, "{}", type);
    }
    fake.put_manifest("team/app", "2", "{ }", type);
  }
  /// What registries of a kind answer to a DELETE of a tag, or of everything.
  void refuse(int status, bool digests_too) {
    fake.set_fault([=](const SeenRequest& request) -> std::optional<Answer> {
      const bool by_digest = request.path().find("sha256:") != std::string::npos;
      if (request.method != "DELETE" || (by_digest && !digests_too)) return {};
      return Answer{.status = status};
    });
  }
  std::size_t deleted() { return fake.count("DELETE", "@") + fake.count("DELETE", "sha256:"); }
};

TEST_CASE("a tag goes alone where the registry can do that") {
  Place place;
  const Deletion gone = delete_image(place.repository("team/app:1"), {});
  CHECK(gone.tag_alone);
  CHECK(gone.digest.str() == place.digest);
  CHECK_FALSE(place.fake.find_manifest("team/app", "1"));
  CHECK(place.fake.find_manifest("team/app", "1.0"));
  CHECK(place.fake.count("GET", "/tags/list") == 0);
}

TEST_CASE("other tags of an image go only if they may") {
  Place place;
  place.refuse(GENERATE(405, 400, 404), false);
  const std::string got =
      error_of(ErrorKind::conflict, [&] { delete_image(place.repository("team/app:1"), {}); });
  CHECK_THAT(got, Catch::Contains("would go with it: 1.0, latest; --force"));
  CHECK(place.deleted() == 0);
  CHECK(delete_image(place.repository("team/app:1"), {.dry_run = true}).other_tags ==
        std::vector<std::string>{"1.0", "latest"});
  CHECK(place.deleted() == 0);
  const Deletion gone = delete_image(place.repository("team/app:1"), {.force = true});
  CHECK_FALSE(gone.tag_alone);
  CHECK(gone.other_tags == std::vector<std::string>{"1.0", "latest"});
  CHECK(place.deleted() == 1);
  // the only tag needs no word
  CHECK(delete_image(place.repository("team/app:2"), {}).other_tags.empty());
}

TEST_CASE("an image named by its digest goes with all its tags, which are told") {
  Place place;
  const Deletion gone = delete_image(place.repository("team/app@" + place.digest), {});
  CHECK_FALSE(gone.tag_alone);
  CHECK(gone.other_tags == std::vector<std::string>{"1", "1.0", "latest"});
  CHECK(place.deleted() == 1);
}

TEST_CASE("what is not there, and a registry that never deletes") {
  Place place;
  CHECK_THAT(
      error_of(ErrorKind::not_found, [&] { delete_image(place.repository("team/app:9"), {}); }),
      Catch::Contains("team/app:9: it is not there"));
  place.refuse(405, true);
  for (const std::string& name : {std::string("team/app:2"), "team/app@" + place.digest}) {
    CHECK_THAT(error_of(ErrorKind::unsupported,
                        [&] { delete_image(place.repository(name), {.force = true}); }),
               Catch::Contains("(it answered 405): deletion is turned off there"));
  }
}

}  // namespace
}  // namespace lade::registry
