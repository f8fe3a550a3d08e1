#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "tests/builder/sandbox/sandbox_fixture.h"

namespace lade::builder {
namespace {

/// The value of a field of /proc/<pid>/status.
std::string field(const std::string& status, const std::string& name) {
  for (const std::string& line : split(status, '\n')) {
    if (line.starts_with(name + ":")) return std::string(trim(line.substr(name.size() + 1)));
  }
  return "";
}

std::string namespace_of(const std::string& kind) {
  char text[64] = {};
  const ssize_t size = ::readlink(("/proc/self/ns/" + kind).c_str(), text, sizeof text);
  return {text, static_cast<std::size_t>(size < 0 ? 0 : size)};
}

TEST_CASE("a container has its own pid, ipc, uts, mount and cgroup namespaces") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  for (const std::string kind : {"pid", "ipc", "uts", "mnt", "cgroup"}) {
    CAPTURE(kind);
    const Ran ran = sandbox.sh("readlink /proc/self/ns/" + kind);
    CHECK(ran.out.starts_with(kind + ":["));
    CHECK(trim(ran.out) != namespace_of(kind));
  }
  CHECK(trim(sandbox.sh("readlink /proc/self/ns/net").out) == namespace_of("net"));
}

TEST_CASE("a container without a network has a loopback device that is up, and no other") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("ls /sys/class/net; ip -o link; cat /etc/hosts");
  spec.network = Network::none;
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out.starts_with("lo\n1: lo: <LOOPBACK,UP"));
  CHECK_THAT(ran.out, Catch::Contains("127.0.0.1\tlocalhost") && !Catch::Contains("2: "));
}

TEST_CASE("the host name is the container's alone") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("hostname; cat /etc/hosts");
  spec.hostname = "builder7";
  spec.hosts = {{"10.1.2.3", "registry.local"}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out.starts_with("builder7\n"));
  CHECK_THAT(ran.out, Catch::Contains("10.1.2.3\tregistry.local"));
  utsname names{};
  ::uname(&names);
  CHECK(std::string(names.nodename) != "builder7");
}

TEST_CASE("root of a container holds the default capabilities, no others, and can gain none") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("");
  spec.argv = {"cat", "/proc/self/status"};  // a shell would ignore signals
  const std::string status = Sandbox::run(spec).out;
  for (const char* set : {"CapPrm", "CapEff", "CapBnd"}) {
    CAPTURE(set);
    CHECK(field(status, set) == "00000000a80425fb");
  }
  CHECK(field(status, "CapInh") == "0000000000000000");
  CHECK(field(status, "CapAmb") == "0000000000000000");
  CHECK(field(status, "NoNewPrivs") == "1");
  CHECK(field(status, "Seccomp") == "2");
  CHECK(field(status, "SigBlk") == "0000000000000000");
  CHECK(field(status, "SigIgn") == "0000000000000000");
}

TEST_CASE("given capabilities are held, and privileges can be allowed") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("cat /proc/self/status");
  spec.capabilities = parse_capability("chown") | parse_capability("CAP_SYS_CHROOT");
  spec.no_new_privileges = false;
  const std::string status = Sandbox::run(spec).out;
  CHECK(field(status, "CapEff") == "0000000000040001");
  CHECK(field(status, "CapBnd") == "0000000000040001");
  CHECK(field(status, "NoNewPrivs") == "0");
  CHECK(field(status, "Seccomp") == "2");
}

TEST_CASE("another user holds no capability and only the groups it was given") {
  REQUIRE_CONTAINERS();
  if (test_mapping().kind == IdMapping::Kind::single) {
    WARN("skipped: a single id is mapped");
    return;
  }
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("id -u; id -g; cat /proc/self/status; touch /etc/x");
  spec.user = {1000, 1001, {5, 33}};
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.out.starts_with("1000\n1001\n"));
  CHECK(field(ran.out, "Groups") == "5 33");
  CHECK(field(ran.out, "CapEff") == "0000000000000000");
  CHECK(field(ran.out, "CapPrm") == "0000000000000000");
  CHECK_THAT(ran.err, Catch::Contains("Permission denied"));
}

TEST_CASE("root of a container has no group of the host") {
  REQUIRE_CONTAINERS();
  if (test_mapping().kind == IdMapping::Kind::single) {
    WARN("skipped: a single id is mapped, which forbids setgroups");
    return;
  }
  const Sandbox sandbox;
  CHECK(field(sandbox.sh("cat /proc/self/status").out, "Groups").empty());
}

TEST_CASE("a set-user-id program gains nothing") {
  REQUIRE_CONTAINERS();
  if (test_mapping().kind == IdMapping::Kind::single) {
    WARN("skipped: a single id is mapped");
    return;
  }
  const Sandbox sandbox;
  // busybox gives the user of a set-user-id program back, except for su, which needs it
  ::chmod((sandbox.lower() + "/bin/busybox").c_str(), 04755);
  RunSpec spec = sandbox.script("su -c true");
  spec.user = {1000, 1000, {}};
  CHECK_THAT(Sandbox::run(spec).err, Catch::Contains("must be suid"));
  spec.no_new_privileges = false;
  CHECK_THAT(Sandbox::run(spec).err, !Catch::Contains("must be suid"));
}

TEST_CASE("calls that would change the host or leave the container are refused") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  for (const std::string command :
       {"mount -t tmpfs none /tmp", "umount /proc", "unshare -U true", "unshare -m true",
        "hostname other", "chroot / mount -t tmpfs none /tmp", "mount -o remount,rw /sys",
        "echo 1 > /proc/sys/kernel/panic", "echo h > /proc/sysrq-trigger",
        "echo 1 > /sys/kernel/mm/ksm/run"}) {
    CAPTURE(command);
    CHECK(sandbox.sh(command).status.code != 0);
  }
}

TEST_CASE("without seccomp the lack of capabilities still refuses a mount") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("grep Seccomp: /proc/self/status; mount -t tmpfs none /tmp");
  spec.seccomp = Unconfined{};
  const Ran ran = Sandbox::run(spec);
  const bool single = test_mapping().kind == IdMapping::Kind::single;
  CHECK(ran.out == (single ? "Seccomp:\t2\n" : "Seccomp:\t0\n"));
  CHECK(ran.status.code != 0);
}

TEST_CASE("masked paths of /proc and /sys show nothing") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  const Ran ran = sandbox.sh(
      "for f in kcore keys timer_list latency_stats sched_debug timer_stats; do "
      "[ ! -e /proc/$f ] || head -c 1 /proc/$f; done; "
      "for d in /proc/acpi /proc/scsi /sys/firmware /sys/devices/virtual/powercap; do "
      "[ ! -e $d ] || ls $d; done");
  CHECK(ran.out.empty());
  CHECK(ran.err.empty());
}

TEST_CASE("pid 1 cannot be looked into") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  for (const std::string command :
       {"cat /proc/1/environ", "readlink /proc/1/root", "readlink /proc/1/fd/*",
        "head -c 1 /proc/1/mem", "kill -9 1; sleep 0.05; false"}) {
    CAPTURE(command);
    const Ran ran = sandbox.sh(command);
    CHECK(ran.status.code != 0);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("/dev holds the devices and links that programs expect") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  CHECK(sandbox.sh("cd /dev; echo *").out ==
        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero\n");
  const Ran ran = sandbox.sh(
      "head -c 3 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c; echo gone > /dev/null; "
      "echo x > /dev/full; readlink /dev/fd; readlink /dev/ptmx; echo ok > /dev/shm/a && cat "
      "/dev/shm/a; "
      "stat -c '%a %F' /dev/null /dev/shm; touch /dev/mqueue/q && echo queue; "
      "echo err > /dev/stderr");
  CHECK(ran.out ==
        "3\n3\n/proc/self/fd\npts/ptmx\nok\n666 character special file\n1777 directory\nqueue\n");
  CHECK_THAT(ran.err, Catch::Contains("No space left on device") && Catch::Contains("err\n"));
}

TEST_CASE("limits are set, and what is not named is inherited") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("ulimit -n; ulimit -Hn; ulimit -c");
  spec.limits = {parse_ulimit("nofile=100:200"), parse_ulimit("core=0")};
  CHECK(Sandbox::run(spec).out == "100\n200\n0\n");
}

TEST_CASE("a custom seccomp profile decides what a call answers") {
  REQUIRE_CONTAINERS();
  const Sandbox sandbox;
  RunSpec spec = sandbox.script("mkdir /tmp/a");
  spec.seccomp = parse_seccomp_profile(
      R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],
          "action":"SCMP_ACT_ERRNO","errnoRet":28}]})",
      "profile", spec.capabilities, running_kernel());
  const Ran ran = Sandbox::run(spec);
  CHECK(ran.status.code == 1);
  CHECK_THAT(ran.err, Catch::Contains("No space left on device"));
}

}  // namespace
}  // namespace lade::builder
