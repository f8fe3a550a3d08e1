#include "tests/sbom/audit/audit_fixture.h"

namespace lade::sbom {
namespace {

constexpr const char* good_passwd =
    "root:x:0:0:root:/root:/bin/sh\n# a comment\napp:x:1000:1000::/app:/bin/false\n+nis\nshort\n";

TarBuilder accounts(const std::string& passwd, const std::string& group = "",
                    const std::string& shadow = "") {
  TarBuilder tar;
  tar.file("etc/passwd", passwd).file("etc/group", group);
  if (!shadow.empty()) tar.file("etc/shadow", shadow, 0640);
  return tar;
}

TEST_CASE("user-root finds every spelling of root") {
  struct Row {
    const char* user;
    const char* detail;  ///< null: no finding
  };
  const Row rows[] = {{"", "none is set, so processes are root"},
                      {"root", "\"root\" is root"},
                      {"0", "\"0\" is root"},
                      {"0:0", "\"0\" is root"},
                      {"root:app", "\"root\" is root"},
                      {"toor", "\"toor\" has the uid 0 in etc/passwd, which is root"},
                      {"1000", nullptr},
                      {"app", nullptr},
                      {"app:root", nullptr},
                      {"nobody-knows", nullptr}};
  for (const Row& row : rows) {
    AuditImage image;
    image.layer(accounts(std::string(good_passwd) + "toor:x:0:0::/:\n"));
    image.run().user = row.user;
    CAPTURE(row.user);
    const Lines wanted =
        row.detail == nullptr ? Lines{} : Lines{std::string("USER: ") + row.detail};
    CHECK(image.lines("user-root") == wanted);
  }
}

TEST_CASE("user-root names the instruction that set it, and no layer where there is none") {
  AuditImage image;
  image.layer(accounts(good_passwd)).history("/bin/sh -c #(nop)  USER root");
  image.run().user = "root";
  const AuditResult result = image.look("user-root");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.state == AuditState::fail);
  CHECK(result.findings[0].cause.instruction == "/bin/sh -c #(nop)  USER root");
  CHECK_FALSE(result.findings[0].cause.layer);
}

TEST_CASE("user-unknown looks users and groups up in the image") {
  struct Row {
    const char* user;
    const char* detail;
  };
  const Row rows[] = {{"app", nullptr},
                      {"app:staff", nullptr},
                      {"1000:20", nullptr},
                      {"4711", nullptr},
                      {"web", "\"web\" is not in etc/passwd: no container starts"},
                      {"app:www", "\"www\" is not in etc/group: no container starts"}};
  for (const Row& row : rows) {
    AuditImage image;
    image.layer(accounts(good_passwd, "staff:x:20:\n"));
    image.run().user = row.user;
    CAPTURE(row.user);
    const Lines wanted =
        row.detail == nullptr ? Lines{} : Lines{std::string("USER: ") + row.detail};
    CHECK(image.lines("user-unknown") == wanted);
  }
}

TEST_CASE("user-name asks for a number and tells it") {
  AuditImage image;
  image.layer(accounts(good_passwd));
  CHECK(image.lines("user-name").empty());
  image.run().user = "app";
  CHECK(image.lines("user-name") ==
        Lines{"USER: \"app\" is a name: Kubernetes cannot tell that it is not root; its uid is "
              "1000"});
}

TEST_CASE("accounts that share names or ids are found, roots apart") {
  AuditImage image;
  image.layer(accounts("root:x:0:0::/:\ntoor:x:0:0::/:\na:x:5:5::/:\nb:x:5:6::/:\na:x:7:7::/:\n",
                       "g:x:1:\nh:x:1:\n"));
  CHECK(image.lines("user-duplicate") == Lines{"etc/passwd: the name a stands there 2 times: a, a",
                                               "etc/passwd: the uid 5 stands there 2 times: a, b",
                                               "etc/group: the gid 1 stands there 2 times: g, h"});
  CHECK(image.lines("user-extra-root") == Lines{"etc/passwd: \"toor\" has the uid 0"});
}

TEST_CASE("empty passwords are found in both files, locked ones are none") {
  AuditImage image;
  image.layer(accounts("root:x:0:0::/:\neasy::5:5::/:\n", "",
                       "root:*:1::::::\nopen::1::::::\nlocked:!:1::::::\nhash:$6$ab$cd:1::::::\n"));
  CHECK(image.lines("user-empty-password") ==
        Lines{"etc/passwd: \"easy\" has no password", "etc/shadow: \"open\" has no password"});
}

TEST_CASE("the upper layer's accounts count, through links as well") {
  AuditImage image;
  image.layer(accounts("root:x:0:0::/:\neasy::5:5::/:\n")).layer(accounts("root:x:0:0::/:\n"));
  CHECK(image.lines("user-empty-password").empty());
  AuditImage linked;
  linked.layer(
      TarBuilder{}.symlink("etc/passwd", "../data/passwd").file("data/passwd", "a::0:0\n"));
  const AuditResult result = linked.look("user-empty-password");
  CHECK(result.state == AuditState::skip);
  CHECK(result.reason == "etc/passwd: it leads to data/passwd, which is not read");
}

TEST_CASE("account files that are too large, no text or no file are said to be so") {
  AuditImage large;
  large.layer(accounts(std::string(64U << 20U, 'a')));
  CHECK(large.look("user-duplicate").state == AuditState::skip);
  CHECK_THAT(large.look("user-duplicate").reason, Catch::StartsWith("etc/passwd: not read"));
  AuditImage binary;
  binary.layer(accounts(std::string("root\0x", 6)));
  CHECK(binary.look("user-duplicate").reason ==
        "etc/passwd: it is no text: there is a zero byte in it");
  AuditImage directory;
  directory.layer(TarBuilder{}.dir("etc/passwd"));
  CHECK(directory.look("user-duplicate").reason == "etc/passwd: it is no file that can be read");
}

TEST_CASE("no hash of etc/shadow is kept") {
  const auto cataloger = make_audit_cataloger();
  const std::string text = "root:$6$salt$hash:1:0\nopen::1\nodd\nlast:*";
  const auto find = cataloger->read(
      {.path = "etc/shadow", .content = std::as_bytes(std::span(text.data(), text.size()))});
  REQUIRE(find);
  CHECK(find->note == "root:*\nopen:\nlast:*\n");
}

}  // namespace
}  // namespace lade::sbom
