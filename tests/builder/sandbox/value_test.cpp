#include <linux/seccomp.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "builder/sandbox/network_files.h"
#include "builder/sandbox/seccomp_filter.h"
#include "libimage/base/error.h"

namespace lade::builder {
namespace {

TEST_CASE("capabilities are known by their names") {
  CHECK(find_capability("CAP_CHOWN") == 0U);
  CHECK(find_capability("sys_admin") == 21U);
  CHECK(find_capability("cap_checkpoint_restore") == 40U);
  CHECK(!find_capability("CAP_NONE"));
  CHECK(capability_name(18) == "CAP_SYS_CHROOT");
  CHECK(capability_name(63) == "CAP_63");
  CHECK(parse_capability("ALL") == 0x1ffffffffff);
  CHECK_THROWS_WITH(parse_capability("root"), Catch::Contains("no capability \"root\""));
  CapabilitySet set = 0;
  for (const char* name :
       {"CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID",
        "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"}) {
    set |= parse_capability(name);
  }
  CHECK(set == default_capabilities);
}

TEST_CASE("ulimits are read as --ulimit takes them") {
  const ResourceLimit both = parse_ulimit("nofile=10:20");
  CHECK(both.resource == RLIMIT_NOFILE);
  CHECK(both.soft == 10);
  CHECK(both.hard == 20);
  CHECK(parse_ulimit("core=-1").hard == ResourceLimit::unlimited);
  CHECK(parse_ulimit("nproc=unlimited").soft == ResourceLimit::unlimited);
  CHECK(resource_name(RLIMIT_STACK) == "stack");
  for (const auto& [text, message] : {std::pair{"nofile", "NAME=SOFT"},
                                      {"files=1", "no resource \"files\""},
                                      {"nofile=", "not a limit"},
                                      {"nofile=1:", "not a limit"},
                                      {"nofile=-2", "not a limit"},
                                      {"nofile=1x", "not a limit"},
                                      {"nofile=2:1", "above the hard"}}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse_ulimit(text), Catch::Contains(message));
  }
}

TEST_CASE("resolv.conf is the host's, with what is given replaced") {
  constexpr std::string_view host = "# c\nnameserver 1.1.1.1\nsearch a b\noptions ndots:2\n";
  RunSpec spec;
  CHECK(resolv_conf(spec, host) == host);
  spec.dns.servers = {"9.9.9.9", "8.8.8.8"};
  CHECK(resolv_conf(spec, host) ==
        "nameserver 9.9.9.9\nnameserver 8.8.8.8\n# c\nsearch a b\noptions ndots:2\n");
  spec.dns = {.searches = {"x", "y"}};
  CHECK(resolv_conf(spec, "domain old\nnameserver 1.1.1.1") == "search x y\nnameserver 1.1.1.1\n");
  spec.network = Network::none;
  CHECK(resolv_conf(spec, host) == "search x y\n");
  spec.dns.servers = {"1.1.1.1\nnameserver 6.6.6.6"};
  CHECK_THROWS_WITH(resolv_conf(spec, host), Catch::Contains("one word"));
}

TEST_CASE("hosts are the added ones, the host's and the container's own") {
  RunSpec spec;
  spec.hostname = "box";
  spec.hosts = {{"10.0.0.1", "db"}};
  CHECK(hosts_file(spec, "127.0.0.1 localhost") ==
        "10.0.0.1\tdb\n127.0.0.1 localhost\n127.0.0.1\tbox\n");
  spec.network = Network::none;
  CHECK(hosts_file(spec, "1.2.3.4 lan") ==
        "10.0.0.1\tdb\n127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\tbox\n");
  spec.hosts = {{"10.0.0.1", "a b"}};
  CHECK_THROWS_WITH(hosts_file(spec, ""), Catch::Contains("one word"));
}

TEST_CASE("a seccomp profile in Docker's format keeps the rules that apply") {
  constexpr std::string_view text = R"({
    "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
    "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
    "syscalls": [
      {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
      {"name": "personality", "action": "SCMP_ACT_ALLOW",
       "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]},
      {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
       "args": [{"index": 0, "value": 255, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}],
       "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
      {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
      {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
      {"names": ["future"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "9.1"}},
      {"names": ["s390_runtime_instr"], "action": "SCMP_ACT_ALLOW",
       "includes": {"arches": ["s390x"]}},
      {"names": ["either"], "action": "SCMP_ACT_ALLOW",
       "args": [{"index": 1, "value": 1, "op": "SCMP_CMP_EQ"},
                {"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}]}
    ]})";
  const SeccompProfile profile = parse_seccomp_profile(text, "p.json", 0, {6, 1});
  CHECK(profile.default_action == (SECCOMP_RET_ERRNO | ENOSYS));
  std::string names;
  for (const SeccompRule& rule : profile.rules) names += rule.names[0] + " ";
  CHECK(names == "read personality clone ptrace either either ");
  CHECK(profile.rules[2].conditions[0].mask == 255);
  CHECK(profile.rules[2].conditions[0].value == 3);
  const SeccompProfile admin =
      parse_seccomp_profile(text, "p.json", parse_capability("SYS_ADMIN"), {6, 1});
  CHECK(admin.rules[2].names[0] == "mount");
  CHECK(!compile_seccomp(profile).empty());
}

TEST_CASE("a malformed seccomp profile is refused with the reason") {
  struct Row {
    std::string text;
    std::string message;
  };
  const auto rule = [](const std::string& body) {
    return R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[)" + body + "]}";
  };
  for (
      const Row& row : {
          Row{"[]", "object"},
          {"{}", "defaultAction"},
          {R"({"defaultAction":"NO"})", "no seccomp action"},
          {R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":5000})", "not an errno"},
          {rule("{}"), "names no system call"},
          {rule(R"({"names":["a"]})"), "action"},
          {rule(R"({"names":["a"],"action":"SCMP_ACT_NOTIFY"})"), "agent"},
          {rule(
               R"({"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"index":6,"op":"SCMP_CMP_EQ"}]})"),
           "no argument 6"},
          {rule(R"({"names":["a"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"op":"EQ"}]})"),
           "no comparison"},
          {rule(R"({"names":["a"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"new"}})"),
           "no kernel version"},
      }) {
    CAPTURE(row.text);
    CHECK_THROWS_WITH(parse_seccomp_profile(row.text, "p.json", 0, {6, 1}),
                      Catch::Contains(row.message));
  }
}

}  // namespace
}  // namespace lade::builder
