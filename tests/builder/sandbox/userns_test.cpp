#include "builder/sandbox/userns.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "libimage/base/file.h"
#include "tests/builder/sandbox/sandbox_fixture.h"

namespace lade::builder {
namespace {

constexpr uid_t somebody = 61234;

/// In a forked process of the tests: an ordinary user, also if the tests run as root.
void become_ordinary() {
  if (::geteuid() != 0) return;
  const gid_t gid = somebody;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(gid, gid, gid) != 0 ||
      ::setresuid(somebody, somebody, somebody) != 0) {
    fail_errno("cannot become another user");
  }
  // as after the exec that would come now
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/// Whether the test process is still outside of any user namespace of its own making.
bool can_nest() { return test_mapping().kind == IdMapping::Kind::none; }

TEST_CASE("subordinate ranges follow one another from id 1") {
  constexpr std::string_view text =
      "alice:100000:65536\n"
      "bob:200000:10\n"
      "1000:300000:5\n"
      "alice:400000:4\n"
      "alice:x:4\n"
      "alice:1\n"
      "alice:4294967290:100\n"
      "alice:5:0\n";
  using Ranges = std::vector<IdRange>;
  CHECK(subordinate_ranges(text, "alice", 7) == Ranges{{1, 100000, 65536}, {65537, 400000, 4}});
  CHECK(subordinate_ranges(text, "bob", 1000) == Ranges{{1, 200000, 10}, {11, 300000, 5}});
  CHECK(subordinate_ranges(text, "", 1000) == Ranges{{1, 300000, 5}});
  CHECK(subordinate_ranges(text, "carol", 8).empty());
}

TEST_CASE("id maps are read as the kernel prints them") {
  const auto ranges =
      parse_id_map("         0       1000          1\n         1     100000  65536\n");
  CHECK(ranges == std::vector<IdRange>{{0, 1000, 1}, {1, 100000, 65536}});
  CHECK(format_id_map(ranges) == "0 1000 1\n1 100000 65536\n");
  CHECK(is_mapped(ranges, 0));
  CHECK(is_mapped(ranges, 65536));
  CHECK(!is_mapped(ranges, 65537));
  CHECK(is_mapped({}, 4000000000));
}

TEST_CASE("a refusal names the setting that causes it") {
  struct Row {
    std::string file;
    std::string value;
    std::string message;
  };
  for (const Row& row :
       {Row{"kernel/unprivileged_userns_clone", "0\n", "kernel.unprivileged_userns_clone is 0"},
        {"user/max_user_namespaces", "0\n", "user.max_user_namespaces is 0"},
        {"kernel/apparmor_restrict_unprivileged_userns", "1\n", "AppArmor"}}) {
    const TempDir dir("/tmp");
    make_directories(dir.path() + "/kernel");
    make_directories(dir.path() + "/user");
    write_file(dir.path() + "/" + row.file, row.value);
    CHECK_THAT(explain_refusal(dir.path(), EPERM), Catch::Contains(row.message));
  }
  const TempDir empty("/tmp");
  CHECK_THAT(explain_refusal(empty.path(), ENOSPC), Catch::Contains("too many"));
  CHECK_THAT(explain_refusal(empty.path(), EINVAL), Catch::Contains("CONFIG_USER_NS"));
  CHECK_THAT(explain_refusal(empty.path(), EPERM), Catch::Contains("not permitted"));
}

TEST_CASE("the test process can give files to the ids that are mapped") {
  REQUIRE_CONTAINERS();
  if (test_mapping().kind == IdMapping::Kind::single) {
    WARN("skipped: " << test_mapping().warning);
    return;
  }
  const Sandbox sandbox;
  CHECK(sandbox.sh("touch /tmp/f && chown 33:34 /tmp/f && stat -c %u:%g /tmp/f").out == "33:34\n");
  struct stat status {};
  REQUIRE(::stat((sandbox.upper() + "/tmp/f").c_str(), &status) == 0);
  CHECK(status.st_uid == 33);
  CHECK(status.st_gid == 34);
}

/// Runs `script` where a single id is mapped, and checks that this is so.
int run_single(const std::string& script, const std::string& expected,
               const UserNamespaceFiles& files, const std::string& warning) {
  become_ordinary();
  const IdMapping mapping = enter_user_namespace(files);
  if (mapping.kind != IdMapping::Kind::single) return 20;
  if (mapping.uids.size() != 1 || mapping.uids[0].count != 1) return 21;
  if (mapping.warning.find(warning) == std::string::npos)
    fail(ErrorKind::internal, "{}", mapping.warning);
  const TempDir dir("/tmp");
  const std::string root = dir.path() + "/l";
  make_directories(root + "/bin");
  for (const char* name : {"u", "w"}) make_directories(dir.path() + "/" + name);
  write_file(root + "/bin/busybox", read_file("/bin/busybox", 64 << 20));
  ::chmod((root + "/bin/busybox").c_str(), 0755);
  RunSpec spec;
  spec.argv = {"/bin/busybox", "sh", "-c", script};
  spec.env = {"PATH=/bin"};
  spec.root.overlay = {{root}, dir.path() + "/u", dir.path() + "/w"};
  const Ran ran = Sandbox::run(spec, mapping);
  if (ran.out != expected) fail(ErrorKind::internal, "got {}{}", ran.out, ran.err);
  spec.user.uid = 1000;
  try {
    Sandbox::run(spec, mapping);
    return 22;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) return 23;
  }
  return 0;
}

TEST_CASE("with a single id ownership is faked, so that package managers go on") {
  if (!file_exists("/bin/busybox")) {
    WARN("skipped: there is no /bin/busybox (package busybox-static)");
    return;
  }
  if (::geteuid() == 0 && !can_nest()) {
    WARN("skipped: the test process is in a user namespace already");
    return;
  }
  const std::string script =
      "busybox touch /f; busybox chown 33:44 /f && busybox stat -c %u:%g /f; "
      "busybox mknod /d c 1 3 && busybox test ! -e /d && echo pretended; "
      "busybox mknod /p p && busybox test -p /p && echo pipe";
  const std::string expected = "0:0\npretended\npipe\n";
  CHECK(in_child([&] {
          return run_single(script, expected, {.subuid = "/nonexistent", .subgid = "/nonexistent"},
                            "/nonexistent has no range for user");
        }) == 0);
}

TEST_CASE("missing map programs are named") {
  if (::geteuid() == 0 && !can_nest()) {
    WARN("skipped: the test process is in a user namespace already");
    return;
  }
  const TempDir dir("/tmp");
  ::chmod(dir.path().c_str(), 0755);
  const std::string file = dir.path() + "/subuid";
  write_file(file, std::to_string(::geteuid() == 0 ? somebody : ::geteuid()) + ":100000:65536\n");
  CHECK(in_child([&] {
          become_ordinary();
          const IdMapping mapping = enter_user_namespace(
              {.subuid = file, .subgid = file, .newuidmap = "/missing/newuidmap"});
          if (mapping.kind != IdMapping::Kind::single) return 1;
          return mapping.warning.starts_with("/missing/newuidmap is not installed") ? 0 : 2;
        }) == 0);
}

TEST_CASE("map programs that refuse leave a single id and their reason") {
  if (::geteuid() == 0 && !can_nest()) {
    WARN("skipped: the test process is in a user namespace already");
    return;
  }
  const TempDir dir("/tmp");
  ::chmod(dir.path().c_str(), 0755);
  const std::string file = dir.path() + "/subuid";
  write_file(file, std::to_string(::geteuid() == 0 ? somebody : ::geteuid()) + ":100000:65536\n");
  const std::string program = dir.path() + "/refuse";
  write_file(program, "#!/bin/sh\necho no range for you >&2\nexit 1\n");
  ::chmod(program.c_str(), 0755);
  CHECK(in_child([&] {
          become_ordinary();
          const IdMapping mapping = enter_user_namespace(
              {.subuid = file, .subgid = file, .newuidmap = program, .newgidmap = program});
          if (mapping.kind != IdMapping::Kind::single) return 1;
          return mapping.warning.find("no range for you") != std::string::npos ? 0 : 2;
        }) == 0);
}

TEST_CASE("uid 0 without CAP_SYS_ADMIN maps all it has into a namespace") {
  if (::geteuid() != 0 || !can_nest()) {
    WARN("skipped: this takes root");
    return;
  }
  CHECK(in_child([] {
          __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
          __user_cap_data_struct data[2] = {};
          ::syscall(SYS_capget, &header, data);
          for (auto* set : {&data[0].effective, &data[0].permitted}) *set &= ~(1U << CAP_SYS_ADMIN);
          if (::syscall(SYS_capset, &header, data) != 0) return 1;
          const IdMapping mapping = enter_user_namespace();
          if (mapping.kind != IdMapping::Kind::full) return 2;
          if (!mapping.warning.empty()) return 3;
          make_tmpfs(0, 0700);
          return is_mapped(mapping.uids, 100000) ? 0 : 4;
        }) == 0);
}

TEST_CASE("a process that can mount stays in the namespace it is in") {
  REQUIRE_CONTAINERS();
  const IdMapping& first = test_mapping();
  CHECK(in_child([&] {
          const IdMapping again = enter_user_namespace();
          return again.kind == first.kind && again.uids == first.uids ? 0 : 1;
        }) == 0);
}

}  // namespace
}  // namespace lade::builder
