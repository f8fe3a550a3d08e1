#include "sbom/license/spdx_expression.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

using Catch::Matchers::Contains;

std::string normal(std::string_view text) { return SpdxExpression::parse(text).normalized().str(); }

std::string message_of(std::string_view text) {
  try {
    SpdxExpression::parse(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return error.message();
  }
  return {};
}

TEST_CASE("expressions are printed as SPDX writes them") {
  struct Row {
    std::string_view text;
    std::string_view printed;
  };
  for (const Row& row : {
           Row{"MIT", "MIT"},
           {"  mit  ", "MIT"},
           {"(MIT)", "MIT"},
           {"((mit))", "MIT"},
           {"Apache-2.0 AND MIT", "Apache-2.0 AND MIT"},
           {"mit or apache-2.0", "MIT OR Apache-2.0"},
           {"MIT OR ISC AND Zlib", "MIT OR (ISC AND Zlib)"},
           {"(MIT OR ISC) AND Zlib", "(MIT OR ISC) AND Zlib"},
           {"GPL-2.0", "GPL-2.0-only"},
           {"GPL-2.0+", "GPL-2.0-or-later"},
           {"gpl-2.0-only+", "GPL-2.0-or-later"},
           {"GPL-2.0-or-later+", "GPL-2.0-or-later"},
           {"LGPL-2.1+", "LGPL-2.1-or-later"},
           {"AGPL-3.0", "AGPL-3.0-only"},
           {"GFDL-1.3+", "GFDL-1.3-or-later"},
           {"Apache-1.0+", "Apache-1.0+"},
           {"EPL-1.0+ WITH Classpath-exception-2.0", "EPL-1.0+ WITH Classpath-exception-2.0"},
           {"GPL-2.0+ with classpath-exception-2.0",
            "GPL-2.0-or-later WITH Classpath-exception-2.0"},
           {"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
           {"GPL-2.0-with-classpath-exception+", "GPL-2.0-or-later WITH Classpath-exception-2.0"},
           {"eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"},
           {"BSD-2-Clause-NetBSD", "BSD-2-Clause"},
           {"licenseref-Mine", "LicenseRef-Mine"},
           {"DocumentRef-a.b:LicenseRef-1", "DocumentRef-a.b:LicenseRef-1"},
           {"GPL-2.0-only WITH AdditionRef-x", "GPL-2.0-only WITH AdditionRef-x"},
           {"GPL-2.0-only WITH DocumentRef-d:AdditionRef-x",
            "GPL-2.0-only WITH DocumentRef-d:AdditionRef-x"},
           {"LicenseRef-a WITH Bison-exception-2.2", "LicenseRef-a WITH Bison-exception-2.2"},
           {"MIT\n\tAND\r\nISC", "MIT AND ISC"},
           {"(MIT)AND(ISC)", "MIT AND ISC"},
       }) {
    INFO(row.text);
    CHECK(SpdxExpression::parse(row.text).str() == row.printed);
  }
}

TEST_CASE("what is no expression is refused with the place and what was wanted") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  for (const Row& row : {
           Row{"", "ends too soon: wanted a licence"},
           {"   ", "ends too soon"},
           {"MIT AND", "ends too soon: wanted a licence"},
           {"AND MIT", "column 1: wanted an id of the SPDX licence list, got \"AND\""},
           {"MIT ISC", "column 5: wanted AND, OR or the end, got \"ISC\""},
           {"MIT And ISC", "column 5: wanted AND, OR or the end, got \"And\""},
           {"(MIT", "ends too soon: wanted \")\""},
           {"MIT)", "column 4"},
           {"()", "column 2: wanted a licence, got \")\""},
           {"MIT, ISC", "column 4: \",\" cannot stand in one"},
           {"Nonsense-1.0",
            "column 1: wanted an id of the SPDX licence list, got \"Nonsense-1.0\""},
           {"MIT WITH", "ends too soon: wanted an exception"},
           {"MIT WITH MIT", "wanted an exception of the SPDX licence list, got \"MIT\""},
           {"MIT WITH (MIT)", "wanted an exception"},
           {"(MIT) WITH Bison-exception-2.2", "wanted AND, OR or the end, got \"WITH\""},
           {"(MIT)+", "wanted AND, OR or the end, got \"+\""},
           {"MIT +", "wanted AND, OR or the end, got \"+\""},
           {"MIT++", "got \"+\""},
           {"LicenseRef-", "wanted an id"},
           {"LicenseRef-a+", "wanted no \"+\" behind a LicenseRef-"},
           {"DocumentRef-a", "wanted an id"},
           {"DocumentRef-a:MIT", "wanted an id"},
           {"eCos-2.0 WITH Bison-exception-2.2", "wanted no second exception"},
           {"NOASSERTION", "wanted an id"},
           {"MIT\x01", "\\x01"},
           {"GPL\xff", "\\xff"},
       }) {
    INFO(row.text);
    CHECK_THAT(message_of(row.text), Contains(std::string(row.message)));
  }
}

TEST_CASE("expressions are bounded in size, licences and depth") {
  const std::string deep(SpdxExpression::depth_limit - 1, '(');
  CHECK(message_of(deep + "MIT" + std::string(deep.size(), ')')).empty());
  CHECK_THAT(message_of("((" + deep + "MIT))" + std::string(deep.size(), ')')),
             Contains("nests deeper than 64"));
  CHECK_THAT(message_of(std::string(100'000, '(')), Contains("bytes, more than 65536"));
  CHECK_THAT(message_of(std::string(60'000, '(')), Contains("nests deeper than 64"));
  std::string many = "MIT";
  for (std::size_t i = 1; i < SpdxExpression::license_limit; ++i) many += " OR ISC";
  CHECK(normal(many) == "ISC OR MIT");
  CHECK_THAT(message_of(many + " OR ISC"), Contains("more than 2048 licences"));
}

TEST_CASE("expressions that say the same have one normal form") {
  struct Row {
    std::string_view text;
    std::string_view normal;
  };
  for (const Row& row : {
           Row{"MIT OR MIT", "MIT"},
           {"MIT AND MIT AND ISC", "ISC AND MIT"},
           {"Zlib OR (MIT OR (ISC OR MIT))", "ISC OR MIT OR Zlib"},
           {"(Zlib AND MIT) AND ISC", "ISC AND MIT AND Zlib"},
           {"MIT OR (MIT AND ISC)", "MIT"},
           {"MIT AND (MIT OR ISC)", "MIT"},
           {"(MIT AND ISC) OR (ISC AND MIT AND Zlib)", "ISC AND MIT"},
           {"(MIT OR ISC) AND (ISC OR MIT OR Zlib)", "ISC OR MIT"},
           {"(Zlib AND MIT) OR (MIT AND Zlib)", "MIT AND Zlib"},
           {"(MIT OR ISC) AND Zlib", "Zlib AND (ISC OR MIT)"},
           {"GPL-2.0 OR GPL-2.0+", "GPL-2.0-only OR GPL-2.0-or-later"},
           {"GPL-2.0 AND (GPL-2.0 WITH Bison-exception-2.2)",
            "GPL-2.0-only AND GPL-2.0-only WITH Bison-exception-2.2"},
       }) {
    INFO(row.text);
    CHECK(normal(row.text) == row.normal);
    CHECK(normal(row.normal) == row.normal);
    CHECK(SpdxExpression::parse(normal(row.text)) == SpdxExpression::parse(row.text).normalized());
  }
}

TEST_CASE("an OR is allowed by one branch, an AND by all, and who stands in the way is named") {
  struct Row {
    std::string_view text;
    bool allowed;
    std::string_view offending;
  };
  const auto is_allowed = [](const SpdxLicense& license) {
    return license.id == "MIT" || license.id == "ISC" ||
           license.exception == "Classpath-exception-2.0";
  };
  for (const Row& row : {
           Row{"MIT", true, ""},
           {"Zlib", false, "Zlib"},
           {"Zlib OR MIT", true, ""},
           {"Zlib AND MIT", false, "Zlib"},
           {"Zlib OR Apache-2.0", false, "Apache-2.0 Zlib"},
           {"(Zlib OR MIT) AND ISC", true, ""},
           {"(Zlib OR MIT) AND (Zlib OR X11)", false, "X11 Zlib"},
           {"(Zlib AND MIT) OR (ISC AND MIT)", true, ""},
           {"GPL-2.0-only", false, "GPL-2.0-only"},
           {"GPL-2.0-only WITH Classpath-exception-2.0", true, ""},
           {"LicenseRef-x AND MIT", false, "LicenseRef-x"},
       }) {
    INFO(row.text);
    const LicenseEvaluation answer = SpdxExpression::parse(row.text).evaluate(is_allowed);
    CHECK(answer.allowed == row.allowed);
    std::string offending;
    for (const SpdxLicense& license : answer.offending) {
      offending += (offending.empty() ? "" : " ") + license.str();
    }
    CHECK(offending == row.offending);
  }
}

TEST_CASE("an exception that frees other works makes strong copyleft weak, others do not") {
  const auto category = [](std::string_view text) {
    return std::string(to_string(SpdxExpression::parse(text).licenses().front().category()));
  };
  CHECK(category("GPL-2.0-only") == "strong-copyleft");
  CHECK(category("GPL-2.0-only WITH Classpath-exception-2.0") == "weak-copyleft");
  CHECK(category("GPL-3.0-or-later WITH GCC-exception-3.1") == "weak-copyleft");
  CHECK(category("GPL-2.0-only WITH cryptsetup-OpenSSL-exception") == "strong-copyleft");
  CHECK(category("GPL-2.0-only WITH AdditionRef-x") == "strong-copyleft");
  CHECK(category("AGPL-3.0-only WITH Bison-exception-2.2") == "network-copyleft");
  CHECK(category("Apache-2.0 WITH LLVM-exception") == "permissive");
  CHECK(category("LicenseRef-x") == "other");
}

TEST_CASE("for SPDX 2 an addition of one's own becomes part of a LicenseRef-") {
  struct Row {
    std::string_view text;
    std::string_view printed;
  };
  for (const Row& row : {
           Row{"GPL-2.0-or-later WITH AdditionRef-OpenSSL OR MIT",
               "LicenseRef-GPL-2.0-or-later-with-OpenSSL OR MIT"},
           {"GPL-2.0-or-later WITH DocumentRef-d:AdditionRef-x",
            "DocumentRef-d:LicenseRef-GPL-2.0-or-later-with-x"},
           {"LicenseRef-a WITH AdditionRef-x", "LicenseRef-a-with-x"},
           {"EPL-1.0+ WITH AdditionRef-x", "LicenseRef-EPL-1.0-or-later-with-x"},
           {"MIT AND GPL-2.0-only WITH Bison-exception-2.2",
            "MIT AND GPL-2.0-only WITH Bison-exception-2.2"},
       }) {
    INFO(row.text);
    const std::string printed = SpdxExpression::parse(row.text).without_additions().str();
    CHECK(printed == row.printed);
    CHECK(SpdxExpression::parse(printed).str() == printed);
  }
}

}  // namespace
}  // namespace lade::sbom
