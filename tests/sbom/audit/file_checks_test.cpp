#include "sbom/audit/tree_facts.h"
#include "tests/sbom/audit/audit_fixture.h"

namespace lade::sbom {
namespace {

/// vfs_cap_data, revision 2.
std::string capabilities(std::uint32_t permitted, std::uint32_t inheritable, bool effective) {
  std::string bytes;
  const auto add = [&](std::uint32_t word) {
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(word >> (8 * i) & 0xFFU);
  };
  add(0x02000000U | (effective ? 1U : 0U));
  add(permitted);
  add(inheritable);
  add(0);
  add(0);
  return bytes;
}

TEST_CASE("what a file's mode, name or kind tells is found where it is so") {
  struct Row {
    const char* check;
    TarBuilder bad;
    const char* line;
    TarBuilder good;
  };
  const std::string key = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const Row rows[] = {
      {"file-setuid", TarBuilder{}.file("usr/bin/su", "x", 04755), "usr/bin/su: mode 4755, owner 0",
       TarBuilder{}.file("opt/tool", "x", 04755)},
      {"file-setuid-unusual", TarBuilder{}.file("opt/su", "x", 02755), "opt/su: mode 2755, owner 0",
       TarBuilder{}.file("usr/bin/su", "x", 04755)},
      {"file-world-writable", TarBuilder{}.file("app/a", "x", 0666), "app/a: mode 0666, owner 0",
       TarBuilder{}.file("app/a", "x", 0644).symlink("b", "a")},
      {"directory-world-writable", TarBuilder{}.dir("app", 0777), "app: mode 0777, owner 0",
       TarBuilder{}.dir("tmp", 01777)},
      {"file-shadow-readable", TarBuilder{}.file("etc/shadow", "", 0644),
       "etc/shadow: mode 0644: everybody may read it", TarBuilder{}.file("etc/shadow", "", 0640)},
      {"file-capabilities",
       TarBuilder{}
           .file("ping", "x")
           .xattr("security.capability", capabilities(1U << 13U, 0, true)),
       "ping: cap_net_raw=ep", TarBuilder{}.file("ping", "x").xattr("user.x", "y")},
      {"file-device", TarBuilder{}.device("dev/sda", EntryType::block_device, 8, 0),
       "dev/sda: block device 8:0", TarBuilder{}.fifo("run/pipe")},
      {"file-private-key", TarBuilder{}.file("root/.ssh/id_ed25519", key),
       "root/.ssh/id_ed25519: 35 B", TarBuilder{}.file("root/.ssh/id_ed25519.pub", "ssh-ed25519")},
      {"file-private-key", TarBuilder{}.file("etc/ssh/ssh_host_rsa_key", key),
       "etc/ssh/ssh_host_rsa_key: 35 B", TarBuilder{}.file("etc/ssh/ssh_host_rsa_key.pub", "x")},
      {"file-authorized-keys", TarBuilder{}.file("root/.ssh/authorized_keys", "ssh-rsa"),
       "root/.ssh/authorized_keys: 7 B", TarBuilder{}.file("root/.ssh/authorized_keys", "")},
      {"file-credentials", TarBuilder{}.file("home/a/.aws/credentials", "[default]"),
       "home/a/.aws/credentials: 9 B", TarBuilder{}.file("srv/x.aws/credentials", "a")},
      {"file-repository", TarBuilder{}.dir("src/.git").file("src/.git/HEAD", "ref"),
       "src/.git: the history of the sources, and what was deleted from them",
       TarBuilder{}.dir("src/.git")},
      {"file-package-cache", TarBuilder{}.file("var/lib/apt/lists/a_InRelease", "12345"),
       "var/lib/apt/lists: 5 B in 1 file",
       TarBuilder{}.dir("var/lib/apt/lists").file("var/lib/apt/lists/lock", "x")},
      {"file-package-cache",
       TarBuilder{}.file("root/.cache/pip/http/a", "12").file("root/.cache/pip/http/b", "3"),
       "root/.cache/pip: 3 B in 2 files", TarBuilder{}.file("root/.cache/other", "x")},
      {"file-core-dump", TarBuilder{}.file("app/core.12", std::string(5000, 'x'), 0600),
       "app/core.12: 5 kB", TarBuilder{}.file("app/core.js", std::string(5000, 'x'), 0600)},
      {"file-core-dump", TarBuilder{}.file("core", std::string(5000, 'x'), 0600), "core: 5 kB",
       TarBuilder{}.file("core", std::string(5000, 'x'), 0644)},
      {"file-leftover", TarBuilder{}.file("app/main.c~", "x"), "app/main.c~: 1 B",
       TarBuilder{}.file("usr/share/doc/a.orig", "x")},
      {"file-sudo", TarBuilder{}.file("usr/bin/sudo", "x", 04755), "usr/bin/sudo: it is installed",
       TarBuilder{}.dir("usr/bin/sudo")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.check, row.line);
    AuditImage bad;
    bad.layer(row.bad);
    CHECK(bad.lines(row.check) == Lines{row.line});
    AuditImage good;
    good.layer(row.good);
    CHECK(good.look(row.check).state == AuditState::pass);
  }
}

TEST_CASE("capabilities are told by their names, whatever their form") {
  CHECK(describe_capabilities(capabilities(1U << 10U, 0, false)) == "cap_net_bind_service=p");
  CHECK(describe_capabilities(capabilities(3, 1, true)) ==
        "cap_chown,cap_dac_override=ep cap_chown=i");
  CHECK(describe_capabilities(capabilities(0, 0, true)) ==
        "no capability, which takes all from root");
  for (const std::size_t size : {0U, 3U, 4U, 11U, 19U, 21U}) {
    CAPTURE(size);
    CHECK(describe_capabilities(capabilities(1, 0, true).append("12345").substr(0, size)) ==
          "capabilities that cannot be read");
  }
  std::string third = capabilities(1, 0, true) + std::string(4, '\0');
  third[3] = 3;
  CHECK(describe_capabilities(third) == "cap_chown=ep");
}

TEST_CASE("a finding names the layer that shows the file, and its instruction") {
  AuditImage image;
  image.layer(TarBuilder{}.file("a", "x", 0666), "ADD rootfs.tar /")
      .history("ENV A=b")
      .layer(TarBuilder{}.file("b", "x", 0666), "RUN chmod 666 b");
  const AuditResult result = image.look("file-world-writable");
  REQUIRE(result.findings.size() == 2);
  CHECK(result.findings[0].cause.layer == 0U);
  CHECK(result.findings[0].cause.instruction == "ADD rootfs.tar /");
  CHECK(result.findings[1].cause.layer == 1U);
  CHECK(result.findings[1].cause.instruction == "RUN chmod 666 b");
}

TEST_CASE("what an upper layer hides is no finding") {
  AuditImage image;
  image.layer(TarBuilder{}.file("root/.ssh/id_rsa", "key"))
      .layer(TarBuilder{}.whiteout("root/.ssh/id_rsa"));
  CHECK(image.look("file-private-key").state == AuditState::pass);
}

TEST_CASE("owners that nobody is are told once for each id, with their number") {
  AuditImage image;
  image.layer(TarBuilder{}
                  .file("etc/passwd", "root:x:0:0::/:\napp:x:1:5::/:\n")
                  .file("a", "x")
                  .owner(1, 5)
                  .file("b", "x")
                  .owner(7, 0)
                  .file("c", "x")
                  .owner(7, 9));
  CHECK(image.lines("file-unowned") ==
        Lines{"b: uid 7 is nobody's, as of 1 more paths", "c: gid 9 is nobody's"});
  AuditImage scratch;
  scratch.layer(TarBuilder{}.file("a", "x").owner(7, 7));
  CHECK(scratch.look("file-unowned").reason == "there is no etc/passwd");
}

TEST_CASE("a path with newlines stays one finding, and more than the limit are counted") {
  AuditImage image;
  TarBuilder tar;
  tar.file("a\nb\x1b[31m", "x", 0666);
  for (std::size_t i = 0; i < audit_findings_limit + 5; ++i) {
    tar.file("z" + std::to_string(i), "x", 0666);
  }
  image.layer(tar);
  const AuditResult result = image.look("file-world-writable");
  CHECK(result.count == audit_findings_limit + 6);
  REQUIRE(result.findings.size() == audit_findings_limit);
  CHECK(result.findings[0].path == "a\nb\x1b[31m");
}

TEST_CASE("layers and sizes are held to the limits of the profile") {
  AuditImage image;
  std::string contents;
  contents.resize(20'000'000, 'x');
  const TarBuilder large = TarBuilder{}.file("big", contents);
  image.layer(large).layer(TarBuilder{}.file("b", "x")).layer(TarBuilder{}).layer(large);
  CHECK(image.lines("layer-count", {.layers = 3}) ==
        Lines{"layers: there are 4; at most 3 are wanted"});
  CHECK(image.look("layer-count", {.layers = 4}).state == AuditState::pass);
  CHECK(image.look("layer-count", {.layers = 0}).state == AuditState::skip);
  CHECK_THAT(image.lines("size-large", {.size_bytes = 1000}).at(0),
             Catch::StartsWith("layers: 40 MB as they are stored"));
  CHECK(image.look("size-large").state == AuditState::pass);
  CHECK(image.lines("layer-empty") == Lines{"layer 3: there is nothing in it"});
  CHECK(image.lines("layer-duplicate") == Lines{"layer 4: it is the same as layer 1"});
  CHECK(image.lines("size-wasted") ==
        Lines{"layers: 20 MB of 40 MB are replaced or deleted by upper layers"});
}

TEST_CASE("a distribution is out of support when it says so, or when it is known") {
  const auto release = [](const std::string& text) {
    return TarBuilder{}
        .file("usr/lib/os-release", text)
        .symlink("etc/os-release", "../usr/lib/os-release");
  };
  AuditImage old;
  old.layer(release("ID=fedora\nPRETTY_NAME=\"Fedora 37\"\nSUPPORT_END=2023-12-05\n"));
  CHECK(old.lines("distribution-end-of-life") ==
        Lines{"etc/os-release: Fedora 37 gets no fixes after 2023-12-05"});
  AuditImage fresh;
  fresh.layer(release("ID=fedora\nSUPPORT_END=2099-01-01\n"));
  CHECK(fresh.look("distribution-end-of-life").state == AuditState::pass);
  AuditImage silent;
  silent.layer(release("ID=debian\nVERSION_ID=8\n"));
  CHECK(silent.look("distribution-end-of-life").reason ==
        "nobody says until when debian-8 is supported");
  silent.subject().find_support_end = [](const Distribution& distribution) {
    return distribution.id == "debian" ? std::optional(Timestamp{1'593'475'200, 0}) : std::nullopt;
  };
  CHECK(silent.lines("distribution-end-of-life") ==
        Lines{"etc/os-release: debian-8 gets no fixes after 2020-06-30"});
  AuditImage none;
  none.layer(TarBuilder{}.file("a", "x"));
  CHECK(none.look("distribution-end-of-life").reason == "there is no os-release");
}

}  // namespace
}  // namespace lade::sbom
