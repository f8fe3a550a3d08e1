#include "sbom/license/debian_copyright.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libimage/base/file.h"

namespace lade::sbom {
namespace {

std::string expression_of(std::string_view text) {
  const auto expression = read_debian_copyright(text).expression();
  return expression ? expression->str() : "";
}

std::string dep5_with(std::string_view rest) {
  return "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n" +
         std::string(rest);
}

TEST_CASE("short names of Debian become SPDX expressions") {
  struct Row {
    std::string_view name;
    std::string_view expression;
  };
  for (const Row& row : {
           Row{"GPL-2+", "GPL-2.0-or-later"},
           {"LGPL-2.1", "LGPL-2.1-only"},
           {"Expat", "MIT"},
           {"BSD-3-clause", "BSD-3-Clause"},
           {"Artistic", "Artistic-1.0-Perl"},
           {"GPL-1+ or Artistic", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
           {"GPL-2+ or Artistic-2.0, and BSD-3-clause",
            "BSD-3-Clause AND (Artistic-2.0 OR GPL-2.0-or-later)"},
           {"GPL-2+ with OpenSSL exception", "GPL-2.0-or-later WITH AdditionRef-OpenSSL-exception"},
           {"GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"},
           {"LGPLv3+_or_GPLv2+", "GPL-2.0-or-later OR LGPL-3.0-or-later"},
           {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
           {"public-domain", "LicenseRef-public-domain"},
           {"my-own", "LicenseRef-my-own"},
       }) {
    INFO(row.name);
    const DebianCopyright read =
        read_debian_copyright(dep5_with(fmt::format("Files: *\nLicense: {}\n", row.name)));
    CHECK(read.is_machine_readable);
    REQUIRE(read.found.size() == 1);
    CHECK(to_string(read.found[0].evidence) == "declared");
    CHECK(read.expression()->str() == row.expression);
    CHECK(read.main->str() == row.expression);
  }
}

TEST_CASE("where a short name tells nothing its text is asked") {
  const DebianCopyright read = read_debian_copyright(dep5_with(R"(Files: *
Copyright: 2001 A
License: GPL

Files: b
Copyright: Copyright (C) 2002 B
License: Expat and odd

License: GPL
 You may use it under the terms of the GNU General Public License as published by the Free
 Software Foundation, version 2 or any later version.

License: odd
 Licensed under the Apache License, Version 2.0.

License: Expat
 Whatever.
)"));
  CHECK(read.expression()->str() == "Apache-2.0 AND GPL-2.0-or-later AND MIT");
  CHECK(read.main->str() == "GPL-2.0-or-later");
  REQUIRE(read.found.size() == 2);
  CHECK(to_string(read.found[0].evidence) == "notice");
  CHECK(read.holders == std::vector<std::string>{"A", "B"});
  REQUIRE(read.texts.size() == 3);
  CHECK(read.texts[0].first == "Expat");
  CHECK(read.texts[0].second == "Whatever.\n");
}

TEST_CASE("files in prose are read by their sentences and by what they refer to") {
  struct Row {
    std::string_view text;
    std::string_view expression;
    std::string_view evidence;
  };
  for (const Row& row : {
           Row{"This package is under the GPL.\nOn Debian systems the text of the GPL version 2 is "
               "in\n"
               "/usr/share/common-licenses/GPL-2.\n",
               "GPL-1.0-or-later", "notice"},
           {"See `/usr/share/common-licenses/GPL-2'.", "GPL-2.0-only", "reference"},
           {"See /usr/share/common-licenses/Apache-2.0.", "Apache-2.0", "reference"},
           {"See /usr/share/common-licenses/Artistic", "Artistic-1.0-Perl", "reference"},
           {"See /usr/share/common-licenses/", "", ""},
           {"See /usr/share/common-licenses/Nonsense", "", ""},
           {"Licensed under the GNU LGPL version 2.1 or later;\n"
            "see /usr/share/common-licenses/LGPL-2.1",
            "LGPL-2.1-or-later", "notice"},
           {"Nothing at all.", "", ""},
           {"", "", ""},
       }) {
    INFO(row.text);
    const DebianCopyright read = read_debian_copyright(row.text);
    CHECK_FALSE(read.is_machine_readable);
    CHECK(expression_of(row.text) == row.expression);
    CHECK((read.found.empty() ? "" : to_string(read.found[0].evidence)) == row.evidence);
  }
}

TEST_CASE("a file that is machine-readable in its first line alone is read as prose") {
  CHECK(expression_of("Format: 1.0\n\nIt is under the MIT license.\n") == "MIT");
}

TEST_CASE("copyright files that lie are read within bounds") {
  std::string many;
  for (int i = 0; i < 20'000; ++i) {
    many += fmt::format("Files: *\nCopyright: 2000 N{}\nLicense: own-{}\n\n", i, i);
  }
  const DebianCopyright read = read_debian_copyright(dep5_with(many));
  CHECK(read.found.size() == 500);
  CHECK(expression_of(dep5_with("Files: *\nLicense: " + std::string(100'000, '(') + "\n"))
            .starts_with("LicenseRef-text-"));
  CHECK(expression_of(dep5_with("Files: *\nLicense:\n")).empty());
}

TEST_CASE("the copyright files of this machine give expressions") {
  std::size_t files = 0;
  std::size_t found = 0;
  std::size_t on_list = 0;
  for (const std::string& package : find_names("/usr/share/doc")) {
    const auto text = find_file("/usr/share/doc/" + package + "/copyright", 64 << 20);
    if (!text) continue;
    ++files;
    const auto expression = read_debian_copyright(*text).expression();
    if (!expression) continue;
    ++found;
    bool known = true;
    for (const SpdxLicense& license : expression->licenses())
      known = known && !license.is_reference();
    on_list += known ? 1 : 0;
    // as one that others may have to read
    CHECK_NOTHROW(SpdxExpression::parse(expression->str()));
  }
  if (files == 0) {
    WARN("skipped: this machine has no /usr/share/doc/*/copyright");
    return;
  }
  WARN(fmt::format("of {} copyright files {} give an expression, {} of licences on the list alone",
                   files, found, on_list));
}

}  // namespace
}  // namespace lade::sbom
