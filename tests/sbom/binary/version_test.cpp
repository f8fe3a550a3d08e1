#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/name_pattern.h"
#include "sbom/binary/version_rules.h"
#include "sbom/binary/version_scan.h"
#include "sbom/binary/version_text.h"
#include "tests/sbom/binary/elf_builder.h"

namespace lade::sbom {
namespace {

using namespace std::string_view_literals;

/// "name version" of each package that a program of this name with these texts is.
std::vector<std::string> software_in(std::string_view path, std::string_view texts) {
  const std::string bytes =
      ElfBuilder{}.add({.content = std::string(texts), .section = ".rodata"}).bytes();
  const auto cataloger = make_software_cataloger();
  if (!cataloger->wants(path, bytes.size())) return {"unwanted"};
  const auto find = cataloger->read({.path = path, .content = as_bytes(bytes)});
  std::vector<std::string> shown;
  if (!find) return shown;
  for (const FoundPackage& found : find->packages) {
    shown.push_back(found.package.name + " " + found.package.version);
  }
  return shown;
}

TEST_CASE("versions are read off the beginning of a text") {
  struct Case {
    std::string_view text;
    std::size_t least_parts;
    bool with_letters;
    std::string_view version;
  };
  const std::vector<Case> cases = {
      {"1.2.3", 3, false, "1.2.3"},
      {"1.2", 3, false, ""},
      {"1.2", 2, false, "1.2"},
      {"1.2.3 text", 3, false, "1.2.3"},
      {"1.2.3.", 3, false, "1.2.3"},
      {"1.2.3-1+deb12u4", 3, false, "1.2.3"},
      {"1.2.3-rc1 x", 3, false, "1.2.3-rc1"},
      {"1.2.3-rc.1.", 3, false, "1.2.3-rc.1"},
      {"3.4.0preview2", 3, false, "3.4.0preview2"},
      {"16beta1", 1, false, "16beta1"},
      {"3.1.2p20", 3, false, "3.1.2"},
      {"1.1.1w  11 Sep", 3, true, "1.1.1w"},
      {"1.0.2zk  11", 3, true, "1.0.2zk"},
      {"1.1.1w", 3, false, "1.1.1"},
      {"1.8.0_402-b06", 3, false, "1.8.0_402"},
      {"1.8.0_x", 3, false, "1.8.0"},
      {"1.2.3.4.5", 3, false, "1.2.3.4.5"},
      {"1.2.3.4.5.6", 3, false, ""},
      {"123456789.1", 2, false, ""},
      {"", 1, false, ""},
      {"x", 1, false, ""},
      {".1", 1, false, ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(take_version(c.text, c.least_parts, c.with_letters).value_or("") == c.version);
  }
}

TEST_CASE("stars in names stand for anything") {
  CHECK(matches_name("python3.*", "python3.11"));
  CHECK(matches_name("lib*.so*", "libx.so.1.so"));
  CHECK(matches_name("*", ""));
  CHECK(matches_name("a*b*c", "aXbXbc"));
  CHECK_FALSE(matches_name("a*b*c", "aXbX"));
  CHECK_FALSE(matches_name("node", "node2"));
  CHECK_FALSE(matches_name("", "x"));
  CHECK(matches_name("", ""));
  CHECK_FALSE(matches_name("********************x", std::string(200, 'y')));
  CHECK(matches_any_name("a b* c", "bx"));
  CHECK_FALSE(matches_any_name("a b* c", "x"));
}

TEST_CASE("programs tell their versions in their own words") {
  using Found = std::vector<std::string>;
  struct Case {
    std::string_view path;
    std::string_view texts;
    std::string_view software;
  };
  const std::vector<Case> cases = {
      {"usr/bin/python3.11",
       "PYTHONHOME\0"
       "3.11.2\0"sv,
       "python 3.11.2"},
      {"usr/lib/libpython3.12.so.1.0",
       "PYTHONHOME\0"
       "3.12.0rc1\0"sv,
       "python 3.12.0rc1"},
      {"usr/bin/python3.11", "PYTHONHOME\0/opt/versions/3.11.7\0"sv, "python 3.11.7"},
      {"usr/bin/python3.11",
       "PYTHONHOME\0"
       "3.11.2+\0"sv,
       "python 3.11.2"},
      {"bin/node", "node.js/v20.20.2\0"sv, "node 20.20.2"},
      {"bin/deno", "deno.land OTLP-Exporter-Deno/0.80.0 bdDeno/2.9.6Deno/2.9.6"sv, "deno 2.9.6"},
      {"bin/bun", "\0bun/1.4.5 npm/? node/v26.3.0"sv, "bun 1.4.5"},
      {"sbin/nginx", "nginx version: nginx/1.22.1\0nginx/1.22.1\0"sv, "nginx 1.22.1"},
      {"sbin/nginx", "nginx version: openresty/1.21.4.1\0"sv, "openresty 1.21.4.1"},
      {"bin/redis-server",
       "redis_version:%s\0"
       "5.2.1\0"
       "7.0.15\0"
       "7.0.15host-1790282056000000000\0"sv,
       "redis 7.0.15"},
      {"bin/valkey-server",
       "valkey_version:%s\0"
       "7.2.4\0"
       "8.0.1\0A8.0.11790282056000000000\0"sv,
       "valkey 8.0.1"},
      {"bin/postgres", "\0PostgreSQL 15.20 (Debian 15.20-0) on x86_64\0"sv, "postgresql 15.20"},
      {"bin/postgres", "\0PostgreSQL 16beta1 on x86_64\0"sv, ""},
      {"bin/mariadbd",
       "\0"
       "10.11.6-MariaDB-1:10.11.6+maria\0example 10.1.1-MariaDB-log"sv,
       "mariadb 10.11.6"},
      {"bin/mysqld", "MySQL Community Server\0/build/mysql-8.0.36/sql\0"sv, "mysql 8.0.36"},
      {"bin/haproxy", "haproxy\0\0 version 2.6.12-1+deb12u4, released 2026/10/17"sv,
       "haproxy 2.6.12"},
      {"bin/httpd", "ServerRoot\0Apache/2.4.58 (Unix)\0Apache/2.4\0"sv, "httpd 2.4.58"},
      {"bin/memcached", "memcached 1.6.18\n"sv, "memcached 1.6.18"},
      {"sbin/lighttpd", "\0lighttpd/1.4.69\0"sv, "lighttpd 1.4.69"},
      {"bin/curl", "\0curl/7.88.1\0libcurl/7.88.1"sv, "curl 7.88.1"},
      {"lib/libcurl.so.4.8.0", "\0libcurl/7.88.1\0"sv, "curl 7.88.1"},
      {"lib/libcrypto.so.1.1", "\0OpenSSL 1.1.1w  11 Sep 2023\0"sv, "openssl 1.1.1w"},
      {"lib/libcrypto.so.3", "\0OpenSSL 3.0.22 25 Aug 2026\0"sv, "openssl 3.0.22"},
      {"lib/libcrypto.so.52", "\0LibreSSL 3.8.2\0"sv, "libressl 3.8.2"},
      {"bin/busybox", "\0BusyBox v1.35.0 (Debian 1:1.35.0-4)\0"sv, "busybox 1.35.0"},
      {"bin/bash", "@(#)Bash version 5.2.15(1) release GNU\0"sv, "bash 5.2.15"},
      {"lib/libruby-3.1.so.3.1", "RUBY_VERSION\0ruby 3.1.2p20 (2022-04-12)\0"sv, "ruby 3.1.2"},
      {"bin/php8.2", "X-Powered-By: PHP/8.2.36\0"sv, "php 8.2.36"},
      {"bin/perl", "PERL5LIB\0v5.36.0\0"sv, "perl 5.36.0"},
      {"bin/lua5.4", "$LuaVersion: Lua 5.4.4  Copyright"sv, "lua 5.4.4"},
      {"bin/luajit", "\0LuaJIT 2.1.0-beta3\0"sv, "luajit 2.1.0-beta3"},
      {"lib/libsqlite3.so.0",
       "sqlite_master\0"
       "3.40.1\0"
       "4.1.1\0"sv,
       "sqlite 3.40.1"},
      {"lib/libz.so.1.2.13", " inflate 1.2.13 Copyright 1995-2022 Mark Adler "sv, "zlib 1.2.13"},
      {"bin/git", "GIT_USER_AGENT\0git/2.39.5\0"sv, "git 2.39.5"},
      {"jvm/lib/server/libjvm.so",
       "OpenJDK 64-Bit Server VM (25.402-b06) for linux-amd64 JRE (1.8.0_402-b06), built"sv,
       "openjdk 1.8.0_402"},
      {"jvm/lib/server/libjvm.so",
       "Java HotSpot(TM) 64-Bit Server VM (21+35) for linux-amd64 JRE (21+35-LTS), built"sv,
       "jdk 21"},
      {"lib/librustc_driver-1.so", "librustc_driver-1.so\0libLLVM.so.22.1-rust-1.95.0-stable\0"sv,
       "rust 1.95.0"},
      {"bin/tini", "tini version 0.19.0\0"sv, "tini 0.19.0"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path, c.texts);
    const Found wanted = c.software.empty() ? Found{} : Found{std::string(c.software)};
    CHECK(software_in(c.path, c.texts) == wanted);
  }
}

TEST_CASE("a program that only looks like a known one is none") {
  using Found = std::vector<std::string>;
  // the name alone, the text alone, part of either
  CHECK(software_in("usr/bin/python3.11", "3.11.2\0"sv).empty());
  CHECK(software_in("usr/bin/python3.11",
                    "PYTHONHOME\0"
                    "3.12.1\0"sv)
            .empty());
  CHECK(software_in("usr/lib/libpython3.so",
                    "PYTHONHOME\0"
                    "3.12.1\0"sv) == Found{"unwanted"});
  CHECK(software_in("usr/bin/server", "nginx version: nginx/1.22.1\0"sv) == Found{"unwanted"});
  CHECK(software_in("bin/nginx", "nginx version: nginx/%s\0"sv).empty());
  CHECK(software_in("bin/redis-server",
                    "redis_version:%s\0"
                    "7.0.15\0"sv)
            .empty());
  CHECK(software_in("lib/libcrypto.so.3", "needs OpenSSL 1.1.1 or later\0"sv).empty());
}

TEST_CASE("a program that tells two versions tells none") {
  CHECK(software_in("bin/nginx", "nginx version: nginx/1.22.1 nginx version: nginx/1.24.0"sv)
            .empty());
  CHECK(software_in("lib/libsqlite3.so.0",
                    "sqlite_master\0"
                    "3.40.1\0"
                    "3.41.0\0"sv)
            .empty());
}

TEST_CASE("texts that repeat a mark without end are read to their end") {
  std::string marks = "x";
  std::string versions = "redis_version:" + std::string(1, '\0');
  for (int i = 0; i < 200000; ++i) marks += "1.2.3-MariaDB";
  for (int i = 0; i < 100000; ++i) versions += fmt::format("1.2.{}", i) + std::string(1, '\0');
  CHECK(software_in("bin/mariadbd", marks).empty());
  CHECK(software_in("bin/redis-server", versions).empty());
}

TEST_CASE("texts of a program without a section table are found where it is loaded") {
  const std::string bytes = ElfBuilder{}
                                .add({.content = "nginx version: nginx/1.22.1", .segment = PT_LOAD})
                                .without_sections()
                                .bytes();
  const auto find =
      make_software_cataloger()->read({.path = "bin/nginx", .content = as_bytes(bytes)});
  REQUIRE(find);
  CHECK(find->packages.at(0).package.version == "1.22.1");
}

TEST_CASE("CPEs are made of a rule's products") {
  CHECK(cpes_of("a:b c:d", "1.2~3+4") ==
        std::vector<std::string>{"cpe:2.3:a:a:b:1.2\\~3\\+4:*:*:*:*:*:*:*",
                                 "cpe:2.3:a:c:d:1.2\\~3\\+4:*:*:*:*:*:*:*"});
  CHECK(cpes_of("", "1").empty());
}

TEST_CASE("every rule is complete") {
  for (const VersionRule& rule : version_rules()) {
    CAPTURE(rule.files);
    CHECK_FALSE(rule.name.empty());
    CHECK((rule.mark.size() > 1 || rule.also.size() > 4));
  }
}

}  // namespace
}  // namespace lade::sbom
