#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/file.h"
#include "tests/builder/sandbox/sandbox_fixture.h"

namespace lade::builder {
namespace {

namespace fs = std::filesystem;
using Entries = std::vector<std::string>;

timespec modified(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mtim;
}

TEST_CASE("what a process writes lands in the upper directory alone") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const Ran ran = sandbox.sh("echo new > /tmp/new; rm /bin/ls; mkdir /made; cat /tmp/new");
  CHECK(ran.out == "new\n");
  CHECK(sandbox.upper_entries() == Entries{"bin", "bin/ls", "made", "tmp", "tmp/new"});
  CHECK(fs::is_character_file(sandbox.upper() + "/bin/ls"));
  CHECK(fs::exists(sandbox.lower() + "/bin/ls"));
  CHECK(!fs::exists(sandbox.lower() + "/tmp/new"));
}

TEST_CASE("mount points leave no trace in the upper directory") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const timespec before = modified(sandbox.upper());
  RunSpec spec = sandbox.script("ls -d /deep/down/here /etc/deep/secret /proc/1 /sys/class");
  make_directories(sandbox.path("source"));
  spec.mounts = {BindMount{.source = sandbox.path("source"), .target = "/deep/down/here"},
                 ContentMount{.content = "s", .target = "/etc/deep/secret"}};
  CHECK(Sandbox::run(spec).status.code == 0);
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
  const timespec after = modified(sandbox.upper());
  CHECK(after.tv_sec == before.tv_sec);
  CHECK(after.tv_nsec == before.tv_nsec);
}

TEST_CASE("mount points are taken away after a run that failed to start") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("");
  spec.argv = {"/missing"};
  CHECK_THROWS_AS(Sandbox::run(spec), Error);
  spec.mounts = {BindMount{.source = sandbox.path("missing"), .target = "/x"}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("cannot bind-mount"));
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("directories around mount points stay if the container has used them") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("touch /data/file; chmod 700 /other");
  spec.mounts = {TmpfsMount{.target = "/data/tmp"}, TmpfsMount{.target = "/other/tmp"}};
  CHECK(Sandbox::run(spec).status.code == 0);
  CHECK(sandbox.upper_entries() == Entries{"data", "data/file", "other"});
}

TEST_CASE("a link in the image does not lead a mount out of its root") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const std::string outside = sandbox.path("outside");
  write_file(outside, "untouched");
  for (const std::string& link : {outside, std::string("../../../../../../..") + outside,
                                  std::string("/run/stub/resolv.conf")}) {
    CAPTURE(link);
    ::unlink((sandbox.lower() + "/etc/resolv.conf").c_str());
    REQUIRE(::symlink(link.c_str(), (sandbox.lower() + "/etc/resolv.conf").c_str()) == 0);
    RunSpec spec = sandbox.script("cat /etc/resolv.conf; echo changed > /etc/resolv.conf");
    spec.dns.servers = {"192.0.2.1"};
    const Ran ran = Sandbox::run(spec);
    CHECK_THAT(ran.out, Catch::StartsWith("nameserver 192.0.2.1\n"));
    CHECK(ran.status.code == 0);
    CHECK(read_file(outside, 100) == "untouched");
    CHECK(sandbox.upper_entries() == std::vector<std::string>{});
  }
}

TEST_CASE("an image whose /proc, /sys or /dev is a link is refused") {
  REQUIRE_CONTAINERS();
  for (const std::string name : {"proc", "sys", "dev"}) {
    const Sandbox sandbox;
    REQUIRE(::symlink("etc", (sandbox.lower() + "/" + name).c_str()) == 0);
    CHECK_THROWS_WITH(sandbox.sh("true"), Catch::Contains("cannot mount at /" + name));
  }
}

TEST_CASE("links that go round in circles are refused") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  REQUIRE(::symlink("/loop", (sandbox.lower() + "/loop").c_str()) == 0);
  RunSpec spec = sandbox.script("true");
  spec.mounts = {TmpfsMount{.target = "/loop/x"}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("/loop/x"));
}

TEST_CASE("a target of another kind than the source is a conflict") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("true");
  spec.mounts = {TmpfsMount{.target = "/bin/busybox"}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("something else there"));
  spec.mounts = {ContentMount{.content = "x", .target = "/etc"}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("something else there"));
  spec.mounts = {TmpfsMount{.target = "tmp"}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("absolute"));
}

TEST_CASE("a bind mount is written through unless it is read-only") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  make_directories(sandbox.path("src/sub"));
  write_file(sandbox.path("src/sub/file"), "content");
  RunSpec spec = sandbox.script("cat /in/sub/file; touch /in/new; touch /ro/other");
  spec.mounts = {BindMount{.source = sandbox.path("src"), .target = "/in"},
                 BindMount{.source = sandbox.path("src"), .target = "/ro", .read_only = true}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out == "content");
  CHECK_THAT(ran.err, Catch::Contains("Read-only file system"));
  CHECK(fs::exists(sandbox.path("src/new")));
  CHECK(!fs::exists(sandbox.path("src/other")));
}

TEST_CASE("a part of a source is mounted, and no link leads out of the source") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  make_directories(sandbox.path("src/sub"));
  write_file(sandbox.path("src/sub/file"), "content");
  write_file(sandbox.path("secret"), "outside");
  REQUIRE(::symlink("../secret", sandbox.path("src/link").c_str()) == 0);
  RunSpec spec = sandbox.script("cat /one");
  spec.mounts = {
      BindMount{.source = sandbox.path("src"), .sub_path = "sub/file", .target = "/one"}};
  CHECK(Sandbox::run(spec).out == "content");
  spec.mounts = {BindMount{.source = sandbox.path("src"), .sub_path = "link", .target = "/one"}};
  CHECK_THROWS_AS(Sandbox::run(spec), Error);
}

TEST_CASE("a cache directory is made with its owner and mode, and kept") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("stat -c %a /cache; echo x >> /cache/f; cat /cache/f");
  spec.mounts = {BindMount{
      .source = sandbox.path("caches/a"), .target = "/cache", .create = Ownership{0, 0, 0750}}};
  CHECK(Sandbox::run(spec).out == "750\nx\n");
  CHECK(Sandbox::run(spec).out == "750\nx\nx\n");
}

TEST_CASE("a tmpfs has its size and mode, and ends with the run") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script(
      "stat -c %a /t; dd if=/dev/zero of=/t/f bs=1k count=100 2>&1 | grep -o 'No space.*'");
  spec.mounts = {TmpfsMount{.target = "/t", .size_bytes = 65536, .mode = 0711}};
  CHECK(Sandbox::run(spec).out == "711\nNo space left on device\n");
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("a secret is readable at its place and on no disk") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script(
      "stat -c '%a %u' /run/secrets/key; cat /run/secrets/key; grep ' /run/secrets/key ' "
      "/proc/self/mountinfo | grep -c tmpfs; echo x > /run/secrets/key");
  spec.mounts = {ContentMount{.content = "hush\n", .target = "/run/secrets/key"}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out == "400 0\nhush\n1\n");
  CHECK_THAT(ran.err, Catch::Contains("Read-only file system"));
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("later mounts go into earlier ones") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("cat /a/b/key; touch /a/x");
  spec.mounts = {TmpfsMount{.target = "/a"}, ContentMount{.content = "k", .target = "/a/b/key"}};
  CHECK(Sandbox::run(spec).out == "k");
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("another image is mounted whole or in part, read-only") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  make_directories(sandbox.path("a/etc"));
  make_directories(sandbox.path("b/etc"));
  write_file(sandbox.path("a/etc/one"), "1");
  write_file(sandbox.path("b/etc/two"), "2");
  const OverlaySpec image{{sandbox.path("a"), sandbox.path("b")}};
  RunSpec spec = sandbox.script("cat /i/etc/one /i/etc/two /p/two; touch /i/x; touch /p/x");
  spec.mounts = {OverlayMount{.overlay = image, .target = "/i"},
                 OverlayMount{.overlay = image, .sub_path = "etc", .target = "/p"}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out == "122");
  CHECK_THAT(ran.err, Catch::Contains("/i/x: Read-only") && Catch::Contains("/p/x: Read-only"));
}

TEST_CASE("a read-only root refuses writing, and its mount points still go") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("touch /x; touch /tmp/y; echo ok > /t/z && cat /t/z /proc/1/comm");
  spec.root.read_only = true;
  spec.mounts = {TmpfsMount{.target = "/t"}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out == "ok\nlade-init\n");
  CHECK_THAT(ran.err, Catch::Contains("/x: Read-only") && Catch::Contains("/tmp/y: Read-only"));
  CHECK(sandbox.upper_entries() == std::vector<std::string>{});
}

TEST_CASE("a root without an upper directory runs if it has the mount points") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("touch /x || echo refused");
  spec.root.overlay = {{sandbox.lower()}};
  CHECK_THROWS_WITH(Sandbox::run(spec), Catch::Contains("Read-only file system"));
  for (const char* name : {"proc", "sys", "dev"}) {
    make_directories(sandbox.lower() + "/" + name);
  }
  write_file(sandbox.lower() + "/etc/hosts", "");
  write_file(sandbox.lower() + "/etc/resolv.conf", "");
  CHECK(Sandbox::run(spec).out == "refused\n");
}

TEST_CASE("the same upper directory serves one run after another") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  CHECK(sandbox.sh("echo 1 > /tmp/n").status.code == 0);
  CHECK(sandbox.sh("cat /tmp/n").out == "1\n");
}

TEST_CASE("overlays of many layers show the topmost file") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  std::vector<std::string> lowers;
  // long names, so that neither 255 bytes for one nor a page for all would do
  const std::string deep = sandbox.path(std::string(200, 'd') + "/" + std::string(200, 'e'));
  for (int i = 0; i < 120; ++i) {
    const std::string layer = deep + "/layer" + std::to_string(i);
    make_directories(layer);
    write_file(layer + "/top", std::to_string(i));
    write_file(layer + "/file" + std::to_string(i), "");
    lowers.push_back(layer);
  }
  for (const OverlayMethod method : {OverlayMethod::automatic, OverlayMethod::classic}) {
    const DetachedMount mount =
        make_overlay({lowers, sandbox.upper(), sandbox.path("work")}, method);
    const std::string root = "/proc/self/fd/" + std::to_string(mount.get());
    CHECK(read_file(root + "/top", 100) == "0");
    CHECK(fs::exists(root + "/file0"));
    CHECK(fs::exists(root + "/file119"));
  }
  lowers.push_back(sandbox.lower());
  RunSpec spec = sandbox.script("cat /top");
  spec.root.overlay.lowers = lowers;
  CHECK(Sandbox::run(spec).out == "0");
}

TEST_CASE("an overlay that cannot be is refused with the reason") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  CHECK_THROWS_WITH(make_overlay({std::vector<std::string>(501, "/")}),
                    Catch::Contains("501 lower directories: the kernel takes 500"));
  CHECK_THROWS_WITH(make_overlay({{"/"}, "/upper", ""}), Catch::Contains("together"));
  CHECK_THROWS_WITH(make_overlay({{sandbox.lower(), "/missing/layer"}}),
                    Catch::Contains("/missing/layer"));
}

}  // namespace
}  // namespace lade::builder
