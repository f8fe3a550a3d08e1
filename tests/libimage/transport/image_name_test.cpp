#include <catch2/catch.hpp>

#include "libimage/transport/image_path.h"
#include "libimage/transport/transport.h"
#include "tests/support/expect_error.h"

namespace lade {
namespace {

TEST_CASE("an image name is split at its first colon where a transport stands before it") {
  struct Row {
    std::string text, transport, details;
  };
  const Row rows[] = {
      {"oci:/a/b:c", "oci", "/a/b:c"},
      {"oci-archive:x.tar", "oci-archive", "x.tar"},
      {"docker-archive:x.tar:a/b:1", "docker-archive", "x.tar:a/b:1"},
      {"dir:.", "dir", "."},
      {"tarball:a.tar:b.tar", "tarball", "a.tar:b.tar"},
      {"docker://alpine:3", "docker", "//alpine:3"},
      {"docker-daemon:alpine:3", "docker-daemon", "alpine:3"},
      {"containers-storage:[overlay@/s]x", "containers-storage", "[overlay@/s]x"},
      {"store:alpine", "store", "alpine"},
      {"store:docker:24", "store", "docker:24"},
      // everything else is a name of the store
      {"alpine", "store", "alpine"},
      {"oci", "store", "oci"},
      {"alpine:3.20", "store", "alpine:3.20"},
      {"ocy:latest", "store", "ocy:latest"},
      {"localhost:5000/a/b:1", "store", "localhost:5000/a/b:1"},
      {"quay.io/a/b:1", "store", "quay.io/a/b:1"},
      {"a/dir:1", "store", "a/dir:1"},
      {"ab12", "store", "ab12"},
      {"sha256:" + std::string(64, 'a'), "store", "sha256:" + std::string(64, 'a')},
      {"alpine@sha256:" + std::string(64, 'a'), "store", "alpine@sha256:" + std::string(64, 'a')},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const ImageName name = parse_image_name(row.text);
    CHECK(name.transport == row.transport);
    CHECK(name.details == row.details);
    CHECK((name.str() == row.text || name.transport == "store"));
  }
}

TEST_CASE("a mistyped transport is refused with the one that was meant") {
  const std::pair<std::string, std::string> rows[] = {
      {"ocy:/x", "\"oci:\""},
      {"oci-archiv:./x.tar", "\"oci-archive:\""},
      {"docker-arcive:x.tar:A", "\"docker-archive:\""},
      {"dri:../x", "\"dir:\""},
      {"nonsense:/x", "no transport \"nonsense\""},
  };
  for (const auto& row : rows) {
    INFO(row.first);
    const std::string message = error_of(ErrorKind::invalid, [&] { parse_image_name(row.first); });
    CHECK_THAT(message, Catch::Contains(row.second));
  }
}

TEST_CASE("an image name without details is refused") {
  for (const std::string text : {"", "oci:", "dir:", "store:", "tarball:"}) {
    INFO(text);
    error_of(ErrorKind::invalid, [&] { parse_image_name(text); });
  }
  CHECK_THAT(error_of(ErrorKind::invalid, [] { parse_image_name("docker:24-dind"); }),
             Catch::Contains("docker://24-dind") && Catch::Contains("store:docker:24-dind"));
}

TEST_CASE("what a transport cannot do is unsupported") {
  const TransportContext context;
  const auto message = [&](const std::string& name, auto operation) {
    return error_of(ErrorKind::unsupported, [&] { operation(parse_image_name(name), context); });
  };
  CHECK_THAT(message("oci-archive:x.tar", remove_image), Catch::Contains("cannot remove images"));
  CHECK_THAT(message("docker-archive:x.tar", remove_image), Catch::Contains("docker-archive"));
  CHECK_THAT(message("tarball:x.tar", open_destination), Catch::Contains("cannot be written to"));
  CHECK_THAT(message("docker://x", open_source), Catch::Contains("cannot be read"));
  CHECK_THAT(message("dir:x", list_images), Catch::Contains("cannot list images"));
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [&] {
                        open_source({"ocx", "a"}, context);
                      }),
             Catch::Contains("did you mean \"oci:\"?"));
}

TEST_CASE("the details of oci: are a path and a reference or an index") {
  struct Row {
    std::string details, path;
    std::optional<std::string> reference;
    std::optional<std::size_t> index;
  };
  const Row rows[] = {
      {"/a", "/a", {}, {}},
      {"/a:", "/a", {}, {}},
      {"/a:1", "/a", "1", {}},
      {"a:docker.io/library/x:latest", "a", "docker.io/library/x:latest", {}},
      {"a:x--y", "a", "x--y", {}},
      {"a:X_1.2-3+4@5", "a", "X_1.2-3+4@5", {}},
      {"a:@0", "a", {}, 0},
      {"a@b:@17", "a@b", {}, 17},
  };
  for (const Row& row : rows) {
    INFO(row.details);
    const ImagePath path = parse_oci_path(row.details, "oci");
    CHECK(path.path == row.path);
    CHECK(path.reference == row.reference);
    CHECK(path.source_index == row.index);
  }
  for (const std::string bad : {":1", "a:-x", "a:x-", "a:x---y", "a:x..y", "a:x//y", "a:/x", "a:x/",
                                "a:x y", "a:x::y", "a:ü", "a:@", "a:@x", "a:@-1", "a:@1x"}) {
    INFO(bad);
    error_of(ErrorKind::invalid, [&] { parse_oci_path(bad, "oci"); });
  }
}

TEST_CASE("the reference of a docker-archive is normalised and has a tag") {
  CHECK(parse_docker_archive_path("a.tar:busybox").reference == "docker.io/library/busybox:latest");
  CHECK(parse_docker_archive_path("a.tar:quay.io/x/y:2").reference == "quay.io/x/y:2");
  CHECK(parse_docker_archive_path("a.tar:@1").source_index == 1U);
  CHECK_FALSE(parse_docker_archive_path("a.tar").reference);
  for (const std::string bad : {":x", "a.tar:UPPER", "a.tar:x:", "a.tar:@x"}) {
    INFO(bad);
    error_of(ErrorKind::invalid, [&] { parse_docker_archive_path(bad); });
  }
  const std::string digest = "a.tar:x@sha256:" + std::string(64, 'a');
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { parse_docker_archive_path(digest); }),
             Catch::Contains("by tag, not by digest"));
}

TEST_CASE("an image is not written under a source index") {
  const TransportContext context;
  for (const std::string name :
       {"oci:/tmp/x:@0", "oci-archive:/tmp/x:@0", "docker-archive:/tmp/x:@0"}) {
    CHECK_THAT(
        error_of(ErrorKind::invalid, [&] { open_destination(parse_image_name(name), context); }),
        Catch::Contains("not an index"));
  }
}

}  // namespace
}  // namespace lade
