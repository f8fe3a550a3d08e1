#include "sbom/model/purl.h"

#include <catch2/catch.hpp>

namespace lade::sbom {
namespace {

TEST_CASE("package URLs are read and written in their canonical form") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12",
       "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12"},
      {"pkg:npm/%40angular/core@16.0.0", "pkg:npm/%40angular/core@16.0.0"},
      {"pkg:npm/@angular/core@16.0.0", "pkg:npm/%40angular/core@16.0.0"},
      {"pkg:npm/%40angular/core", "pkg:npm/%40angular/core"},
      {"pkg:npm/@angular/core", "pkg:npm/%40angular/core"},
      {"PKG:PyPI/Typing_Extensions@4", "pkg:pypi/typing-extensions@4"},
      {"pkg://golang/github.com/a/B@v1.0.0#sub/dir", "pkg:golang/github.com/a/B@v1.0.0#sub/dir"},
      {"pkg:maven/org.example/a@1?type=jar&classifier=", "pkg:maven/org.example/a@1?type=jar"},
      {"pkg:deb/debian/libc6@1:2.3?epoch=1&arch=i386",
       "pkg:deb/debian/libc6@1:2.3?arch=i386&epoch=1"},
      {"pkg:generic/a%20b@1%2F2", "pkg:generic/a%20b@1%2F2"},
  };
  for (const auto& [text, canonical] : table) {
    INFO(text);
    const auto purl = Purl::parse(text);
    REQUIRE(purl);
    CHECK(purl->str() == canonical);
    CHECK(Purl::parse(canonical) == purl);
  }
}

TEST_CASE("what is no package URL is none") {
  for (const std::string text : {"", "pkg:", "pkg:npm", "pkg:npm/", "pkg:/a", "npm/a", "pkg:n pm/a",
                                 "pkg:1a/b", "a:npm/b"}) {
    INFO(text);
    CHECK_FALSE(Purl::parse(text));
  }
}

TEST_CASE("a package's URL tells where it is packaged and what of") {
  const Distribution debian{.id = "debian", .version_id = "12"};
  const Package deb{.type = PackageType::deb,
                    .name = "libssl3",
                    .version = "3.0.11-1",
                    .architecture = "amd64",
                    .source_name = "openssl",
                    .source_version = "3.0.11-1~x"};
  CHECK(purl_of(deb, &debian).str() ==
        "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&"
        "upstream=openssl%403.0.11-1~x");
  CHECK(purl_of(deb, nullptr).str() ==
        "pkg:deb/libssl3@3.0.11-1?arch=amd64&upstream=openssl%403.0.11-1~x");
  Package rpm{
      .type = PackageType::rpm, .name = "bash", .version = "1:5.2-3", .architecture = "noarch"};
  rpm.qualifiers["epoch"] = "1";
  CHECK(purl_of(rpm, nullptr).str() == "pkg:rpm/bash@5.2-3?arch=noarch&epoch=1");
  const Package go{.type = PackageType::golang, .name = "github.com/a/b/v2", .version = "v2.1.0"};
  CHECK(purl_of(go, &debian).str() == "pkg:golang/github.com/a/b/v2@v2.1.0");
}

}  // namespace
}  // namespace lade::sbom
