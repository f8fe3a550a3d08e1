#include "registry/daemon/docker_daemon.h"

#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "tests/contract/image_contract.h"
#include "tests/registry/daemon/fake_daemon.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

std::set<std::string> spooled(const FakeDaemon& daemon) {
  const auto names = list_names(daemon.path("tmp"));
  return {names.begin(), names.end()};
}

CopyReport copy_small(FakeDaemon& daemon, const std::string& name) {
  MemoryImageSource source;
  add_small_image(source, {});
  const auto destination = daemon.write(name);
  return copy_image(source, *destination, {}, no_progress());
}

TEST_CASE("docker-daemon: keeps the contract of sources and destinations") {
  const test::ImageContract contract([] {
    const auto daemon = std::make_shared<FakeDaemon>();
    return test::ContractPlace{.write = [=] { return daemon->write("app:1"); },
                               .read = [=] { return daemon->open("app:1"); },
                               .files = [=] { return spooled(*daemon); },
                               .keeps_manifests = false};
  });
  contract.check();
}

TEST_CASE("the name of an image of a daemon is a reference or an id") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  CHECK(std::get<Reference>(parse_daemon_name("busybox")).str() ==
        "docker.io/library/busybox:latest");
  CHECK(std::get<Reference>(parse_daemon_name("localhost:5000/a/b:1")).str() ==
        "localhost:5000/a/b:1");
  CHECK(std::get<Reference>(parse_daemon_name("a@" + digest)).str() ==
        "docker.io/library/a@" + digest);
  CHECK(std::get<Digest>(parse_daemon_name(digest)).str() == digest);
  for (const std::string& bad :
       {"a:1@" + digest, std::string("sha256:abc"), std::string("A"), std::string(64, 'a')}) {
    INFO(bad);
    error_of(ErrorKind::invalid, [&] { parse_daemon_name(bad); });
  }
}

TEST_CASE("a daemon is asked for the image by its whole name") {
  FakeDaemon daemon;
  copy_small(daemon, "team/app:1");
  daemon.open("team/app:1");
  const auto seen = daemon.server().seen();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].target == "/images/load?quiet=1");
  CHECK(seen[0].header("content-type") == "application/x-tar");
  CHECK(seen[0].header("transfer-encoding") == "chunked");
  CHECK(seen[1].target == "/images/docker.io/team/app:1/get");
}

TEST_CASE("a daemon is given more names of an image at once") {
  FakeDaemon daemon;
  daemon.context.additional_tags = {Reference::parse("other:2")};
  copy_small(daemon, "app:1");
  CHECK(daemon.open("app:1")->manifest().digest == daemon.open("other:2")->manifest().digest);
}

TEST_CASE("an image that a daemon does not have is missed in its words") {
  const FakeDaemon daemon;
  const auto message = error_of(ErrorKind::not_found, [&] { daemon.open("missing"); });
  CHECK(message == fmt::format("docker-daemon:missing: the Docker daemon at unix://{} has no such "
                               "image (No such image: docker.io/library/missing:latest)",
                               daemon.socket()));
}

TEST_CASE("what a daemon fails to find, and does not know, is missed") {
  FakeDaemon daemon;
  bool knows = false;
  daemon.misbehave = [&](const SeenRequest& request, Answer& answer) {
    if (request.path().ends_with("/get"))
      answer = {.status = 500, .body = "{\"message\":\"no file\"}"};
    if (request.path().ends_with("/json") && knows) answer = {.body = "{}"};
  };
  const std::string id = "sha256:" + std::string(64, '0');
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { daemon.open(id); }),
             Catch::Contains("has no such image (page not found)"));
  knows = true;
  CHECK_THAT(error_of(ErrorKind::unavailable, [&] { daemon.open(id); }),
             Catch::Contains("answers 500: no file"));
}

TEST_CASE("a daemon that fails to load an image, early or late, is heard") {
  struct Case {
    Answer answer;
    ErrorKind kind;
    const char* message;
  };
  const Case cases[] = {
      {{.status = 500, .body = "{\"message\":\"no space\"}"},
       ErrorKind::unavailable,
       "answers 500: no space"},
      {{.status = 403, .body = "plain words\n"}, ErrorKind::denied, "answers 403: plain words"},
      {{.body =
            "{\"stream\":\"a\"}\n{\"errorDetail\":{\"message\":\"full\"},\"error\":\"full\"}\n"},
       ErrorKind::io,
       "could not load it: full"},
      {{.body = "<html>"}, ErrorKind::invalid, "is not valid JSON"},
      {{.body = "[]"}, ErrorKind::unavailable, "is no record"},
      {{.hang_up = true}, ErrorKind::unavailable, "http://docker/images/load"}};
  for (const Case& bad : cases) {
    INFO(bad.message);
    FakeDaemon daemon;
    daemon.misbehave = [&](const SeenRequest&, Answer& answer) { answer = bad.answer; };
    const auto message = error_of(bad.kind, [&] { copy_small(daemon, "app:1"); });
    CHECK_THAT(message, Catch::Contains(bad.message));
    CHECK(spooled(daemon).empty());
  }
}

TEST_CASE("a daemon that answers before it has read the image ends the upload") {
  FakeDaemon daemon;
  daemon.server().set_early([](const SeenRequest& request, Answer& answer) {
    answer = {.status = 400, .body = "{\"message\":\"enough\"}"};
    return request.method == "POST";
  });
  const auto message = error_of(ErrorKind::invalid, [&] { copy_small(daemon, "app:1"); });
  CHECK_THAT(message, Catch::Contains("answers 400: enough"));
}

TEST_CASE("an image that breaks off on its way from a daemon is not taken for whole") {
  for (const std::int64_t at : {0, 100, 512, 2000, 5000}) {
    INFO(at);
    FakeDaemon daemon;
    copy_small(daemon, "app:1");
    daemon.misbehave = [&](const SeenRequest&, Answer& answer) { answer.cut_after = at; };
    error_of(ErrorKind::unavailable, [&] { daemon.open("app:1"); });
    CHECK(spooled(daemon).empty());
  }
}

TEST_CASE("what a daemon sends and is no image is refused") {
  struct Case {
    std::string body;
    ErrorKind kind;
  };
  const Case cases[] = {{"", ErrorKind::corrupt},
                        {"<html>no archive</html>", ErrorKind::corrupt},
                        {tar_of({{"a", "b"}}), ErrorKind::invalid},
                        {tar_of({{"manifest.json", "[]"}}), ErrorKind::not_found}};
  for (const Case& bad : cases) {
    FakeDaemon daemon;
    daemon.misbehave = [&](const SeenRequest&, Answer& answer) { answer = {.body = bad.body}; };
    error_of(bad.kind, [&] { daemon.open("app:1"); });
  }
}

TEST_CASE("an image is written to a daemon under a name with a tag") {
  const FakeDaemon daemon;
  const std::string digest = "sha256:" + std::string(64, 'a');
  for (const std::string& name : {digest, "a@" + digest}) {
    const auto message = error_of(ErrorKind::invalid, [&] { daemon.write(name); });
    CHECK_THAT(message, Catch::Contains("under a name with a tag"));
  }
}

TEST_CASE("a cancelled read of a daemon's image ends") {
  FakeDaemon daemon;
  copy_small(daemon, "app:1");
  CancelToken token;
  token.cancel();
  daemon.context.cancel = &token;
  error_of(ErrorKind::cancelled, [&] { daemon.open("app:1"); });
}

}  // namespace
}  // namespace lade::registry
