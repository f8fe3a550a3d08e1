// The same images through other programs: what Lade writes they read, what they write Lade reads,
// and the digests agree. Each test is skipped where its peer is not installed.
#include <fcntl.h>

#include "libimage/base/child.h"
#include "libimage/image/image.h"
#include "tests/libimage/transport/transport_fixture.h"

namespace lade::test {
namespace {

bool have(const std::string& program) {
  if (find_program(program)) return true;
  WARN("skipped: " << program << " is not installed");
  return false;
}

/// Runs a program; what it said is shown if it fails.
bool run(const Workshop& shop, std::vector<std::string> argv) {
  const Fd log = open_fd(shop.path("log"), O_RDWR | O_CREAT | O_TRUNC);
  Child child({.argv = std::move(argv),
               .environment = {},
               .stdin_fd = -1,
               .stdout_fd = log.get(),
               .stderr_fd = log.get(),
               .directory = shop.path("")});
  const int code = child.wait().code;
  if (code != 0) UNSCOPED_INFO(read_file(shop.path("log"), 1U << 20U));
  return code == 0;
}

bool skopeo_copy(const Workshop& shop, const std::string& from, const std::string& to) {
  return run(shop, {"skopeo", "--insecure-policy", "--override-os=linux", "--override-arch=amd64",
                    "copy", from, to});
}

/// The blobs an image is made of.
std::set<std::string> blobs_of(const Workshop& shop, const std::string& name) {
  const auto source = shop.read(name);
  const Image image = read_image(*source, Platform::parse("linux/amd64"));
  std::set<std::string> digests{image.manifest.config.digest.str()};
  for (const Descriptor& layer : image.manifest.layers) digests.insert(layer.digest.str());
  return digests;
}

TEST_CASE("skopeo copies what lade writes, digests and all") {
  if (!have("skopeo")) return;
  for (const std::string name : {"oci:layout:1", "oci-archive:i.tar:1", "dir:image"}) {
    INFO(name);
    const Workshop shop;
    const auto colon = name.find(':') + 1;
    const std::string full = name.substr(0, colon) + shop.path(name.substr(colon));
    const RawManifest top = shop.write_small(full);
    REQUIRE(skopeo_copy(shop, full, "dir:" + shop.path("peer")));
    CHECK(read_file(shop.path("peer/manifest.json"), 1U << 20U) == top.bytes);
    CHECK(blobs_of(shop, "dir:" + shop.path("peer")) == blobs_of(shop, full));
    require_valid(*shop.read("dir:" + shop.path("peer")));
    CHECK(run(shop, {"skopeo", "inspect", full}));
  }
}

TEST_CASE("skopeo copies a docker-archive that lade writes") {
  if (!have("skopeo")) return;
  const Workshop shop;
  const std::string name = "docker-archive:" + shop.path("a.tar");
  shop.write_small(name + ":example.com/app:1");
  REQUIRE(skopeo_copy(shop, name + ":example.com/app:1", "dir:" + shop.path("peer")));
  CHECK(blobs_of(shop, "dir:" + shop.path("peer")) == blobs_of(shop, name));
  CHECK(run(shop, {"skopeo", "inspect", name}));
}

TEST_CASE("lade reads what skopeo writes, digests and all") {
  if (!have("skopeo")) return;
  const Workshop shop;
  const std::string from = "dir:" + shop.path("image");
  const RawManifest top = shop.write_small(from);
  for (const std::string transport : {"oci:", "oci-archive:", "dir:"}) {
    INFO(transport);
    std::string to =
        transport + shop.path("by-skopeo-" + transport.substr(0, transport.size() - 1));
    if (transport != "dir:") to += ":a/b:1";
    REQUIRE(skopeo_copy(shop, from, to));
    const auto source = shop.read(to);
    CHECK(source->manifest().bytes == top.bytes);
    require_valid(*source);
    CHECK(blobs_of(shop, to) == blobs_of(shop, from));
  }
  const std::string archive = "docker-archive:" + shop.path("d.tar") + ":app:1";
  REQUIRE(skopeo_copy(shop, from, archive));
  CHECK(shop.list(archive) == std::vector<std::string>{"docker.io/library/app:1"});
  require_valid(*shop.read(archive));
}

TEST_CASE("lade and skopeo write to one layout") {
  if (!have("skopeo")) return;
  const Workshop shop;
  const std::string layout = "oci:" + shop.path("layout");
  shop.write_small(layout + ":1");
  shop.write_small("dir:" + shop.path("other"), {.platform = "linux/arm64"});
  REQUIRE(skopeo_copy(shop, "dir:" + shop.path("other"), layout + ":2"));
  shop.write_small(layout + ":3");
  CHECK(shop.list(layout) == std::vector<std::string>{"1", "2", "3"});
  shop.remove(layout + ":1");
  require_valid(*shop.read(layout + ":2"));
  require_valid(*shop.read(layout + ":3"));
}

TEST_CASE("skopeo reads a tarball as lade does") {
  if (!have("skopeo")) return;
  const Workshop shop;
  write_file_atomic(shop.path("1.tar"), tar_of({{"a", "1"}}));
  write_file_atomic(shop.path("2.tgz"), pack(tar_of({{"b", "2"}}), Compression::gzip));
  const std::string name = "tarball:" + shop.path("1.tar") + ":" + shop.path("2.tgz");
  REQUIRE(skopeo_copy(shop, name, "dir:" + shop.path("peer")));
  const auto mine = shop.read(name);
  const auto theirs = shop.read("dir:" + shop.path("peer"));
  const Image ours = read_image(*mine, Platform::parse("linux/amd64"));
  const Image peer = read_image(*theirs, Platform::parse("linux/amd64"));
  CHECK(ours.manifest.layers == peer.manifest.layers);
  CHECK(ours.config.diff_ids == peer.config.diff_ids);
  CHECK(ours.config.created == peer.config.created);
  CHECK(ours.config.history.at(1).created_by == peer.config.history.at(1).created_by);
  CHECK(ours.config.history.at(1).comment == peer.config.history.at(1).comment);
}

TEST_CASE("umoci unpacks and changes a layout that lade writes, and lade reads it again") {
  if (!have("umoci")) return;
  const Workshop shop;
  const std::string layout = shop.path("layout");
  shop.write_small("oci:" + layout + ":1");
  shop.write_small("oci:" + layout + ":2", {.platform = "linux/arm64"});
  REQUIRE(run(shop, {"umoci", "raw", "unpack", "--rootless", "--image", layout + ":1",
                     shop.path("rootfs")}));
  CHECK(read_file(shop.path("rootfs/app"), 100) == "run");
  REQUIRE(run(shop,
              {"umoci", "config", "--image", layout + ":1", "--tag", "3", "--config.env", "X=Y"}));
  REQUIRE(run(shop, {"umoci", "gc", "--layout", layout}));
  CHECK(shop.list("oci:" + layout).size() == 3);
  require_valid(*shop.read("oci:" + layout + ":3"));
  require_valid(*shop.read("oci:" + layout + ":2"));
  shop.remove("oci:" + layout + ":3");
  REQUIRE(run(shop, {"umoci", "stat", "--image", layout + ":2"}));
}

TEST_CASE("lade reads what buildah pushes") {
  if (!have("buildah")) return;
  const Workshop shop;
  make_directories(shop.path("context"));
  write_file_atomic(shop.path("context/hello"), "world");
  write_file_atomic(shop.path("context/Containerfile"),
                    "FROM scratch\nCOPY hello /hello\nENV A=b\nCMD [\"/hello\"]\n");
  const std::vector<std::string> buildah{"buildah", "--storage-driver=vfs",
                                         "--root=" + shop.path("root"),
                                         "--runroot=" + shop.path("run")};
  const auto with = [&](const std::vector<std::string>& arguments) {
    auto argv = buildah;
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(shop, argv);
  };
  if (!with({"bud", "--isolation=chroot", "-t", "localhost/hello:1", shop.path("context")})) {
    WARN("skipped: buildah cannot build here");
    return;
  }
  write_file_atomic(shop.path("policy.json"), R"({"default":[{"type":"insecureAcceptAnything"}]})");
  for (const std::string name : {"oci:layout:hello", "oci-archive:o.tar:hello",
                                 "docker-archive:d.tar:localhost/hello:1", "dir:image"}) {
    INFO(name);
    const auto colon = name.find(':') + 1;
    const std::string full = name.substr(0, colon) + shop.path(name.substr(colon));
    REQUIRE(with(
        {"push", "--signature-policy=" + shop.path("policy.json"), "localhost/hello:1", full}));
    const auto source = shop.read(full);
    require_valid(*source);
    const Image image = read_image(*source, host_platform());
    CHECK(image.config.config.cmd == std::vector<std::string>{"/hello"});
    shop.copy(full, "oci:" + shop.path("copy") + ":" + std::to_string(colon));
    require_valid(*shop.read("oci:" + shop.path("copy") + ":" + std::to_string(colon)));
  }
}

}  // namespace
}  // namespace lade::test
