#include "sbom/license/declared_license.h"

#include <catch2/catch.hpp>
#include <string>

#include "sbom/license/license_alias.h"
#include "sbom/license/license_list.h"

namespace lade::sbom {
namespace {

struct DeclaredRow {
  std::string_view text;
  std::string_view expression;
};

void check_rows(std::initializer_list<DeclaredRow> rows) {
  for (const DeclaredRow& row : rows) {
    INFO(row.text);
    const auto declared = read_declared_license(row.text);
    REQUIRE(declared);
    CHECK(declared->expression.str() == row.expression);
    CHECK(SpdxExpression::parse(declared->expression.str()) == declared->expression);
    CHECK(declared->is_known == (row.expression.find("Ref-") == std::string_view::npos));
  }
}

TEST_CASE("names that packages write are read as the licences they mean") {
  check_rows({
      {"MIT", "MIT"},
      {"The MIT License", "MIT"},
      {"MIT License", "MIT"},
      {"The MIT License (MIT)", "MIT"},
      {"MIT/X11", "MIT"},
      {"Expat", "MIT"},
      {"X11", "X11"},
      {"Apache 2.0", "Apache-2.0"},
      {"Apache-2", "Apache-2.0"},
      {"apache2", "Apache-2.0"},
      {"Apache License, Version 2.0", "Apache-2.0"},
      {"Apache License 2.0", "Apache-2.0"},
      {"The Apache Software License, Version 2.0", "Apache-2.0"},
      {"Apache Software License (Apache 2.0)", "Apache-2.0"},
      {"ASL 2.0", "Apache-2.0"},
      {"GPLv2", "GPL-2.0-only"},
      {"GPLv2+", "GPL-2.0-or-later"},
      {"GPL2", "GPL-2.0-only"},
      {"GPL-2", "GPL-2.0-only"},
      {"GPL-2+", "GPL-2.0-or-later"},
      {"GPL v2 or later", "GPL-2.0-or-later"},
      {"GPL (>= 2)", "GPL-2.0-or-later"},
      {"GNU GPL v3", "GPL-3.0-only"},
      {"GNU General Public License v3.0 or later", "GPL-3.0-or-later"},
      {"GNU General Public License, version 2", "GPL-2.0-only"},
      {"GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"},
      {"GPL+", "GPL-1.0-or-later"},
      {"LGPL-2.1+", "LGPL-2.1-or-later"},
      {"LGPLv2+", "LGPL-2.0-or-later"},
      {"LGPL 3", "LGPL-3.0-only"},
      {"GNU Lesser General Public License v2.1 or later", "LGPL-2.1-or-later"},
      {"GNU Library or Lesser General Public License v2 (LGPLv2)", "LGPL-2.0-only"},
      {"AGPLv3+", "AGPL-3.0-or-later"},
      {"GNU Affero General Public License v3", "AGPL-3.0-only"},
      {"GFDL-1.3+", "GFDL-1.3-or-later"},
      {"BSD-3-clause", "BSD-3-Clause"},
      {"BSD 3-Clause License", "BSD-3-Clause"},
      {"3-Clause BSD License", "BSD-3-Clause"},
      {"New BSD License", "BSD-3-Clause"},
      {"Simplified BSD", "BSD-2-Clause"},
      {"BSD with advertising", "BSD-4-Clause"},
      {"ISC License (ISCL)", "ISC"},
      {"MPL 2.0", "MPL-2.0"},
      {"MPLv1.1", "MPL-1.1"},
      {"Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"},
      {"Eclipse Public License - v 2.0", "EPL-2.0"},
      {"Eclipse Public License 1.0", "EPL-1.0"},
      {"Python Software Foundation License", "PSF-2.0"},
      {"The Unlicense (Unlicense)", "Unlicense"},
      {"zlib/libpng", "Zlib"},
      {"Artistic-2.0", "Artistic-2.0"},
      {"perl_5", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
      {"CC0", "CC0-1.0"},
      {"CC0 1.0 Universal", "CC0-1.0"},
      {"Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"},
      {"Historical Permission Notice and Disclaimer (HPND)", "HPND"},
      {"WTFPL", "WTFPL"},
      {"\"MIT\"", "MIT"},
  });
}

TEST_CASE("classifiers of Python are read by their last part") {
  check_rows({
      {"License :: OSI Approved :: MIT License", "MIT"},
      {"License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
       "GPL-3.0-or-later"},
      {"License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)",
       "LGPL-2.0-or-later"},
      {"License :: OSI Approved :: ISC License (ISCL)", "ISC"},
      {"License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"},
      {"License :: Public Domain", "LicenseRef-public-domain"},
      {"License :: Other/Proprietary License", "LicenseRef-proprietary"},
  });
  CHECK_FALSE(read_declared_license("License :: OSI Approved"));
}

TEST_CASE("addresses that Maven names are read as the licences that stand there") {
  check_rows({
      {"http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"},
      {"https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"},
      {"http://opensource.org/licenses/MIT", "MIT"},
      {"http://www.opensource.org/licenses/mit-license.php", "MIT"},
      {"https://opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause"},
      {"https://spdx.org/licenses/EPL-2.0.html", "EPL-2.0"},
      {"https://www.eclipse.org/legal/epl-v10.html", "EPL-1.0"},
      {"https://www.gnu.org/licenses/old-licenses/gpl-2.0.html", "GPL-2.0-only"},
      {"http://www.gnu.org/licenses/lgpl-2.1-standalone.html", "LGPL-2.1-only"},
      {"https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"},
      {"https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"},
      {"https://www.mozilla.org/en-US/MPL/2.0/", "MPL-2.0"},
  });
  CHECK_FALSE(find_license_alias("https://example.com/licenses/MIT"));
  CHECK_FALSE(find_license_alias("http://www.opensource.org/licenses/bsd-license.php"));
}

TEST_CASE("fields of several licences are split where they join them") {
  check_rows({
      {"(MIT OR Apache-2.0)", "Apache-2.0 OR MIT"},
      {"MIT/Apache-2.0", "Apache-2.0 OR MIT"},
      {"MIT OR Apache 2.0", "Apache-2.0 OR MIT"},
      {"BSD or Apache License, Version 2.0", "Apache-2.0 OR LicenseRef-BSD"},
      {"GPLv2+ and LGPLv2+", "GPL-2.0-or-later AND LGPL-2.0-or-later"},
      {"GPLv2+ and (LGPLv2+ or MIT)", "GPL-2.0-or-later AND (LGPL-2.0-or-later OR MIT)"},
      {"(GPL+ or Artistic) and MIT", "MIT AND (GPL-1.0-or-later OR LicenseRef-Artistic)"},
      {"GPL v2 or later and MIT", "GPL-2.0-or-later AND MIT"},
      {"MIT, BSD-3-Clause", "BSD-3-Clause AND MIT"},
      {"Apache License, Version 2.0, MIT", "Apache-2.0 AND MIT"},
      {"GPL-2+ or Artistic-2.0, and ISC", "ISC AND (Artistic-2.0 OR GPL-2.0-or-later)"},
      {"MIT BSD-3-Clause GPL-2.0-or-later", "BSD-3-Clause AND GPL-2.0-or-later AND MIT"},
      {"LGPL-2.1-or-later|MIT", "LGPL-2.1-or-later OR MIT"},
      {"GPL-2+ with OpenSSL exception", "GPL-2.0-or-later WITH AdditionRef-OpenSSL-exception"},
      {"GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-generic"},
      {"GPLv2 with the classpath exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
      {"GPL-2+-with-bison-exception", "GPL-2.0-or-later WITH Bison-exception-2.2"},
      {"Apache-2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"},
      {"MIT and GPL-2+ with weird exception",
       "GPL-2.0-or-later WITH AdditionRef-weird-exception AND MIT"},
  });
}

TEST_CASE("what is unknown or could be several stays as it was called") {
  check_rows({
      {"BSD", "LicenseRef-BSD"},
      {"BSD License", "LicenseRef-BSD-License"},
      {"GPL", "LicenseRef-GPL"},
      {"Apache", "LicenseRef-Apache"},
      {"License :: OSI Approved :: BSD License", "LicenseRef-BSD-License"},
      {"License :: OSI Approved :: Apache Software License", "LicenseRef-Apache-Software-License"},
      {"UNLICENSED", "LicenseRef-UNLICENSED"},
      {"SEE LICENSE IN LICENSE.md", "LicenseRef-SEE-LICENSE-IN-LICENSE.md"},
      {"GPLv2 with exceptions", "LicenseRef-GPLv2-with-exceptions"},
      {"public-domain", "LicenseRef-public-domain"},
  });
}

TEST_CASE("a field that says nothing is none") {
  for (const std::string_view text :
       {"", "  \n", "UNKNOWN", "unknown", "NOASSERTION", "NONE", "\"\""}) {
    INFO(text);
    CHECK_FALSE(read_declared_license(text));
  }
}

TEST_CASE("every id and every name of the list is an alias of itself") {
  for (const LicenseInfo& info : all_licenses()) {
    INFO(info.id);
    const auto by_id = find_license_alias(info.id);
    REQUIRE(by_id);
    CHECK(*by_id == SpdxExpression::parse(info.id));
  }
}

TEST_CASE("hostile fields end in an expression within bounds") {
  for (const std::string& text :
       {std::string(299, '('), std::string(299, ','), std::string(200, '/') + "MIT",
        std::string(290, ')'), std::string("MIT and ") + std::string(280, '('),
        std::string(1'000'000, 'a'), std::string(300'000, '\n') + "x" + std::string(300'000, '('),
        std::string("\xff\xfe\n\x00with\x01", 9)}) {
    const auto declared = read_declared_license(text);
    REQUIRE(declared);
    CHECK_NOTHROW(SpdxExpression::parse(declared->expression.str()));
  }
}

}  // namespace
}  // namespace lade::sbom
