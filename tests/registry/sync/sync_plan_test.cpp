#include "registry/sync/sync_plan.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

const std::string digest = "sha256:" + std::string(64, '1');

std::vector<std::string> tags(const std::string& repository) {
  if (repository == "r.example/empty") return {};
  return {"1.0", "1.5.2", "2.0-rc1", "latest", "sha256-" + std::string(64, 'a') + ".sig"};
}

std::vector<std::string> targets(const std::vector<SyncItem>& items) {
  std::vector<std::string> all;
  for (const SyncItem& item : items) all.push_back(item.to);
  return all;
}

TEST_CASE("a repository without a tag is all its tags, but for what is attached") {
  const auto items = plan_repository("r.example/team/app", {"docker", "m.example/mirror/"}, tags);
  CHECK(targets(items) == std::vector<std::string>{"docker://m.example/mirror/app:1.0",
                                                   "docker://m.example/mirror/app:1.5.2",
                                                   "docker://m.example/mirror/app:2.0-rc1",
                                                   "docker://m.example/mirror/app:latest"});
  CHECK(items[0].from == "docker://r.example/team/app:1.0");
  CHECK(items[0].place == "m.example/mirror/app");
  error_of(ErrorKind::not_found, [] {
    plan_repository("r.example/empty", {"docker", "m.example"}, tags);
  });
}

TEST_CASE("an image is called where it goes as the target says") {
  const auto [from, target, wanted] = GENERATE(table<std::string, SyncTarget, std::string>({
      {"r.example/team/app:1", {"docker", "m.example"}, "docker://m.example/app:1"},
      {"r.example/team/app:1",
       {"docker", "m.example", true},
       "docker://m.example/r.example/team/app:1"},
      {"r.example/app:1",
       {"docker", "m.example/x", false, "-old"},
       "docker://m.example/x/app:1-old"},
      {"r.example/app@" + digest, {"docker", "m.example"}, "docker://m.example/app@" + digest},
      {"r.example/app@" + digest, {"dir", "/m", false, "-old"}, "dir:/m/app@" + digest},
      {"r.example/team/app:1", {"dir", "/m/"}, "dir:/m/app:1"},
      {"r.example/team/app:1", {"dir", "/m", true}, "dir:/m/r.example/team/app:1"},
      {"r.example/team/app:1", {"oci", "/m"}, "oci:/m:app:1"},
      {"r.example/team/app:1", {"oci", "/m", true}, "oci:/m:r.example/team/app:1"},
      {"r.example:5000/team/app:1",
       {"docker", "m.example:80/x", true},
       "docker://m.example:80/x/r.example_5000/team/app:1"},
      {"r.example:5000/app@" + digest,
       {"docker", "m.example", true},
       "docker://m.example/r.example_5000/app@" + digest},
      {"r.example:5000/app:1", {"docker", "m.example"}, "docker://m.example/app:1"},
      {"r.example:5000/app:1", {"dir", "/m", true}, "dir:/m/r.example:5000/app:1"},
      {"r.example:5000/app:1", {"oci", "/m", true}, "oci:/m:r.example:5000/app:1"},
      {"busybox:1",
       {"docker", "m.example", true},
       "docker://m.example/docker.io/library/busybox:1"},
  }));
  CAPTURE(from);
  CHECK(targets(plan_repository(from, target, tags)) == std::vector<std::string>{wanted});
}

TEST_CASE("a section of a sync file wants tags, digests, patterns and versions") {
  SyncRegistry section{.name = "r.example"};
  section.images["a"] = {"x", digest};
  section.by_tag_regex["b"] = "^1\\.";
  section.by_semver["c"] = ">=1.2";
  CHECK(targets(plan_registry(section, {"docker", "m.example"}, tags)) ==
        std::vector<std::string>{"docker://m.example/a:x", "docker://m.example/a@" + digest,
                                 "docker://m.example/b:1.0", "docker://m.example/b:1.5.2",
                                 "docker://m.example/c:1.5.2"});
}

TEST_CASE("a section that cannot be meant is refused") {
  const auto plan = [](const SyncRegistry& section) {
    return [&section] { plan_registry(section, {"docker", "m.example"}, tags); };
  };
  const SyncRegistry tagged{.name = "r.example", .images = {{"a:1", {}}}};
  CHECK_THAT(error_of(ErrorKind::invalid, plan(tagged)), Catch::Contains("a:1"));
  const SyncRegistry regex{.name = "r.example", .by_tag_regex = {{"a", "("}}};
  CHECK_THAT(error_of(ErrorKind::invalid, plan(regex)),
             Catch::Contains("images-by-tag-regex of r.example/a"));
  const SyncRegistry range{.name = "r.example", .by_semver = {{"a", "about 3"}}};
  error_of(ErrorKind::invalid, plan(range));
  const SyncRegistry bad_tag{.name = "r.example", .images = {{"a", {"not a tag"}}}};
  error_of(ErrorKind::invalid, plan(bad_tag));
}

TEST_CASE("directories are images by where they stand") {
  const TempDir directory("/tmp", "lade-sync-test");
  const std::string& base = directory.path();
  for (const std::string name : {"app:1", "r.example/team/app:2"}) {
    make_directories(base + "/" + name);
    write_file_atomic(base + "/" + name + "/manifest.json", "{}");
  }
  make_directories(base + "/nothing");
  const auto items = plan_directories(base + "/", {"docker", "m.example"});
  CHECK(targets(items) ==
        std::vector<std::string>{"docker://m.example/app:1", "docker://m.example/app:2"});
  CHECK(items[1].from == "dir:" + base + "/r.example/team/app:2");
  CHECK(targets(plan_directories(base, {"docker", "m.example", true}))[1] ==
        "docker://m.example/r.example/team/app:2");
  CHECK(targets(plan_directories(base + "/app:1", {"docker", "m.example"})) ==
        std::vector<std::string>{"docker://m.example/app:1"});
  error_of(ErrorKind::not_found, [&] {
    plan_directories(base + "/nothing", {"docker", "m.example"});
  });
  error_of(ErrorKind::not_found, [&] { plan_directories(base + "/no", {"docker", "m.example"}); });
}

TEST_CASE("the images of a layout go by their ref names") {
  const auto items =
      plan_layout("/x/app", {"1.0", "team/web:2", "@2", "sha256-" + std::string(64, 'b')},
                  {"docker", "m.example"});
  CHECK(targets(items) ==
        std::vector<std::string>{"docker://m.example/app:1.0", "docker://m.example/web:2"});
  CHECK(items[0].from == "oci:/x/app:1.0");
  error_of(ErrorKind::not_found, [] { plan_layout("/x", {"@0"}, {"docker", "m.example"}); });
}

}  // namespace
}  // namespace lade::registry
