#include "sbom/binary/version_rules.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "libimage/base/text.h"
#include "sbom/binary/name_pattern.h"

// A row must hold where it matters, programs copied from elsewhere or built from source, and stay
// silent on everything else, so the marks are texts by which the program itself tells its version,
// with what stands before and behind them.
namespace lade::sbom {
namespace {

using namespace std::string_view_literals;
using enum VersionForm;

constexpr std::array rule_table{
    VersionRule{.files = "python3.* python2.* libpython3.*.so* libpython2.*.so*",
                .form = of_name,
                .also = "PYTHONHOME",
                .name = "python",
                .cpes = "python:python"},
    VersionRule{.files = "node nodejs libnode.so*",
                .mark = "node.js/v",
                .follows = "\0"sv,
                .name = "node",
                .cpes = "nodejs:node.js"},
    VersionRule{
        .files = "deno", .mark = "Deno/", .also = "deno.land", .name = "deno", .cpes = "deno:deno"},
    VersionRule{.files = "bun", .mark = "\0bun/"sv, .follows = " npm/", .name = "bun"},
    VersionRule{.files = "nginx nginx-debug",
                .mark = "nginx version: nginx/",
                .name = "nginx",
                .cpes = "f5:nginx nginx:nginx"},
    VersionRule{.files = "nginx openresty",
                .mark = "nginx version: openresty/",
                .name = "openresty",
                .cpes = "openresty:openresty"},
    VersionRule{.files = "redis-server redis-check-rdb redis-check-aof redis-sentinel",
                .form = stamped,
                .also = "redis_version:",
                .name = "redis",
                .cpes = "redis:redis"},
    VersionRule{.files = "valkey-server valkey-check-rdb valkey-check-aof valkey-sentinel",
                .form = stamped,
                .also = "valkey_version:",
                .name = "valkey",
                .cpes = "lfprojects:valkey"},
    VersionRule{.files = "postgres",
                .mark = "\0PostgreSQL "sv,
                .follows = " ",
                .least_parts = 2,
                .name = "postgresql",
                .cpes = "postgresql:postgresql"},
    VersionRule{.files = "mariadbd mysqld",
                .form = before_mark,
                .mark = "-MariaDB",
                .name = "mariadb",
                .cpes = "mariadb:mariadb"},
    VersionRule{.files = "mysqld",
                .mark = "/mysql-",
                .follows = "/",
                .also = "MySQL Community Server",
                .name = "mysql",
                .cpes = "oracle:mysql"},
    VersionRule{.files = "haproxy",
                .mark = "\0 version "sv,
                .also = "haproxy",
                .name = "haproxy",
                .cpes = "haproxy:haproxy"},
    VersionRule{.files = "httpd apache2",
                .mark = "\0Apache/"sv,
                .also = "ServerRoot",
                .name = "httpd",
                .cpes = "apache:http_server"},
    VersionRule{.files = "memcached",
                .mark = "memcached ",
                .name = "memcached",
                .cpes = "memcached:memcached"},
    VersionRule{.files = "lighttpd",
                .mark = "\0lighttpd/"sv,
                .name = "lighttpd",
                .cpes = "lighttpd:lighttpd"},
    VersionRule{.files = "curl", .mark = "curl/", .name = "curl", .cpes = "haxx:curl"},
    VersionRule{.files = "libcurl.so.* libcurl-gnutls.so.* libcurl-nss.so.*",
                .mark = "libcurl/",
                .name = "curl",
                .cpes = "haxx:libcurl haxx:curl"},
    VersionRule{.files = "openssl libcrypto.so* libssl.so*",
                .mark = "\0OpenSSL "sv,
                .follows = " ",
                .with_letters = true,
                .name = "openssl",
                .cpes = "openssl:openssl"},
    VersionRule{.files = "openssl libcrypto.so* libssl.so*",
                .mark = "\0LibreSSL "sv,
                .name = "libressl",
                .cpes = "openbsd:libressl"},
    VersionRule{.files = "busybox busybox.static",
                .mark = "\0BusyBox v"sv,
                .name = "busybox",
                .cpes = "busybox:busybox"},
    VersionRule{.files = "bash bash-static",
                .mark = "@(#)Bash version ",
                .follows = "(",
                .name = "bash",
                .cpes = "gnu:bash"},
    VersionRule{.files = "ruby ruby2* ruby3* ruby4* libruby*.so*",
                .mark = "\0ruby "sv,
                .also = "RUBY_VERSION",
                .name = "ruby",
                .cpes = "ruby-lang:ruby"},
    VersionRule{.files = "php php5* php7* php8* php-cgi* php-fpm* libphp*.so",
                .mark = "X-Powered-By: PHP/",
                .name = "php",
                .cpes = "php:php"},
    VersionRule{.files = "perl perl5.* libperl.so*",
                .mark = "\0v"sv,
                .follows = "\0"sv,
                .also = "PERL5LIB",
                .name = "perl",
                .cpes = "perl:perl"},
    VersionRule{.files = "lua lua5* liblua*.so*",
                .mark = "$LuaVersion: Lua ",
                .name = "lua",
                .cpes = "lua:lua"},
    VersionRule{.files = "luajit luajit-* libluajit-*.so*",
                .mark = "\0LuaJIT "sv,
                .name = "luajit",
                .cpes = "luajit:luajit"},
    VersionRule{.files = "sqlite3 libsqlite3.so*",
                .form = alone,
                .mark = "3.",
                .also = "sqlite_master",
                .name = "sqlite",
                .cpes = "sqlite:sqlite"},
    VersionRule{.files = "libz.so.1*",
                .mark = " inflate ",
                .follows = " Copyright ",
                .least_parts = 2,
                .name = "zlib",
                .cpes = "zlib:zlib"},
    VersionRule{.files = "git",
                .mark = "git/",
                .follows = "\0"sv,
                .also = "GIT_USER_AGENT",
                .name = "git",
                .cpes = "git-scm:git"},
    VersionRule{.files = "libjvm.so",
                .mark = " JRE (",
                .also = "OpenJDK 64-Bit Server VM",
                .least_parts = 1,
                .name = "openjdk",
                .cpes = "oracle:openjdk"},
    VersionRule{.files = "libjvm.so",
                .mark = " JRE (",
                .also = "Java HotSpot(TM) 64-Bit Server VM",
                .least_parts = 1,
                .name = "jdk",
                .cpes = "oracle:jdk"},
    VersionRule{.files = "librustc_driver-*.so",
                .mark = "-rust-",
                .also = "librustc_driver",
                .name = "rust",
                .cpes = "rust-lang:rust"},
    VersionRule{.files = "tini tini-static", .mark = "tini version ", .name = "tini"},
};

}  // namespace

std::span<const VersionRule> version_rules() { return rule_table; }

bool is_known_program_name(std::string_view name) {
  return std::any_of(rule_table.begin(), rule_table.end(),
                     [&](const VersionRule& rule) { return matches_any_name(rule.files, name); });
}

std::vector<std::string> cpes_of(std::string_view products, std::string_view version) {
  std::string escaped;
  for (const char c : version) {
    if (c == '+' || c == '~') escaped += '\\';
    escaped += c;
  }
  std::vector<std::string> cpes;
  for (const std::string& product : split(products, ' ')) {
    if (product.empty()) continue;
    cpes.push_back("cpe:2.3:a:" + product + ":" + escaped + ":*:*:*:*:*:*:*");
  }
  return cpes;
}

}  // namespace lade::sbom
