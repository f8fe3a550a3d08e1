#include "sbom/distribution/opkg.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/sbom/distribution/distribution_fixture.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

const std::string status =
    "Package: busybox\n"
    "Version: 1.36.1-r1\n"
    "Depends: libc, kmod-x\n"
    "Status: install user installed\n"
    "Architecture: x86_64\n"
    "Conffiles:\n"
    " /etc/profile 0123\n"
    "Installed-Time: 1700000000\n"
    "\n"
    "Package: libc\n"
    "Version: 1.2.4-r4\n"
    "Status: install hold,user unpacked\n"
    "Architecture: x86_64\n"
    "\n"
    "Package: gone\n"
    "Version: 1\n"
    "Status: deinstall user not-installed\n";
const std::string control =
    "Package: busybox\n"
    "Version: 1.36.1-r1\n"
    "Depends: libc\n"
    "Source: package/utils/busybox\n"
    "SourceName: busybox-default\n"
    "License: GPL-2.0\n"
    "Section: base\n"
    "CPE-ID: cpe:/a:busybox:busybox\n"
    "Maintainer: A. Name <a@example.org>\n"
    "Architecture: x86_64\n"
    "Installed-Size: 235520\n"
    "Description:  The Swiss Army Knife\n";

TEST_CASE("packages of opkg are those of its status with what their control files say") {
  for (const std::string root : {"usr/lib/opkg", "var/lib/opkg"}) {
    const Inventory inventory =
        inventory_of({TarBuilder{}
                          .file(root + "/status", status)
                          .file(root + "/info/busybox.control", control)
                          .file(root + "/info/busybox.list", "/bin/busybox\n/bin/sh\t120777\tx\n")
                          .file(root + "/info/busybox.prerm", "#!/bin/sh\n")});
    CHECK(inventory.remarks.empty());
    CHECK(versions_of(inventory) == Lines{"busybox 1.36.1-r1", "libc 1.2.4-r4"});
    CHECK(edges_of(inventory) == Lines{"busybox > libc"});
    const Package& busybox = only_package(inventory, "busybox");
    CHECK(busybox.type == PackageType::opkg);
    CHECK(busybox.architecture == "x86_64");
    CHECK(busybox.source_name == "busybox-default");
    CHECK(busybox.supplier == "A. Name <a@example.org>");
    CHECK(busybox.description == "The Swiss Army Knife");
    CHECK(busybox.installed_bytes == 235520);
    CHECK(busybox.cpes == Lines{"cpe:2.3:a:busybox:busybox:1\\.36\\.1:*:*:*:*:*:*:*"});
    CHECK(busybox.remarks.empty());
    REQUIRE(busybox.licenses.size() == 1);
    CHECK(busybox.licenses[0].expression == "GPL-2.0-only");
    CHECK(busybox.licenses[0].written == "GPL-2.0");
    CHECK(only_package(inventory, "libc").remarks == Lines{"unpacked: not configured"});
  }
}

TEST_CASE("opkg's lists have a mode and a target behind the path") {
  CHECK(find_of("opkg", "usr/lib/opkg/info/a.list", "/bin/a\t0100755\n/bin/b\n").owned_paths ==
        "bin/a\nbin/b\n");
}

TEST_CASE("identifiers that are no plain CPE are left out") {
  for (const std::string cpe : {"cpe:/a:x", "cpe:2.3:a:b:c:*", "busybox", ""}) {
    const Find find = find_of("opkg", "usr/lib/opkg/info/a.control",
                              "Package: a\nVersion: 1\nCPE-ID: " + cpe + "\n");
    CHECK(find.packages.at(0).package.cpes.empty());
  }
}

TEST_CASE("a package of opkg without a name is told") {
  const Find find = find_of("opkg", "usr/lib/opkg/status", "Version: 1\n\n" + status);
  CHECK(find.problem == "line 1: a package without a name");
  CHECK(find.packages.size() == 2);
}

}  // namespace
}  // namespace lade::sbom
