#include "sbom/license/license_list.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "libimage/base/text.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {
namespace {

TEST_CASE("ids are found in whatever case, and come back as the list spells them") {
  for (const auto& [written, id] : {std::pair{"mit", "MIT"},
                                    {"APACHE-2.0", "Apache-2.0"},
                                    {"0bsd", "0BSD"},
                                    {"Zlib", "Zlib"},
                                    {"ZLIB-ACKNOWLEDGEMENT", "zlib-acknowledgement"}}) {
    INFO(written);
    const LicenseInfo* const info = find_license(written);
    REQUIRE(info != nullptr);
    CHECK(info->id == id);
  }
  CHECK(find_license("") == nullptr);
  CHECK(find_license("MIT ") == nullptr);
  CHECK(find_license("zzz") == nullptr);
  REQUIRE(find_exception("classpath-EXCEPTION-2.0") != nullptr);
  CHECK(find_exception("classpath-EXCEPTION-2.0")->id == "Classpath-exception-2.0");
  CHECK(find_exception("MIT") == nullptr);
}

TEST_CASE("the list is whole, sorted and each id is found in it") {
  CHECK(all_licenses().size() > 700);
  CHECK(all_exceptions().size() > 60);
  std::string last;
  for (const LicenseInfo& info : all_licenses()) {
    CHECK(last < to_lower(info.id));
    last = to_lower(info.id);
    CHECK(find_license(info.id) == &info);
    CHECK_FALSE(info.name.empty());
  }
  for (const ExceptionInfo& info : all_exceptions()) CHECK(find_exception(info.id) == &info);
}

TEST_CASE("what replaces a deprecated id is an expression of today's ids") {
  std::set<std::string> without;
  for (const LicenseInfo& info : all_licenses()) {
    if (!info.deprecated) CHECK(replacement_of(info.id).empty());
    if (!info.deprecated) continue;
    if (replacement_of(info.id).empty()) without.emplace(info.id);
    for (const SpdxLicense& license : SpdxExpression::parse(info.id).licenses()) {
      INFO(info.id);
      REQUIRE(find_license(license.id) != nullptr);
      CHECK(find_license(license.id)->deprecated == (without.count(license.id) > 0));
    }
  }
  // the list retired that one without saying what to write instead
  CHECK(without == std::set<std::string>{"Net-SNMP"});
}

TEST_CASE("flags and categories are those of well-known licences") {
  struct Row {
    std::string_view id;
    LicenseCategory category;
    bool osi;
    bool fsf;
  };
  for (const Row& row : {Row{"MIT", LicenseCategory::permissive, true, true},
                         {"CC0-1.0", LicenseCategory::permissive, false, true},
                         {"MPL-2.0", LicenseCategory::weak_copyleft, true, true},
                         {"LGPL-2.1-or-later", LicenseCategory::weak_copyleft, true, true},
                         {"GPL-3.0-only", LicenseCategory::strong_copyleft, true, true},
                         {"AGPL-3.0-only", LicenseCategory::network_copyleft, true, true},
                         {"SSPL-1.0", LicenseCategory::other, false, false},
                         {"BUSL-1.1", LicenseCategory::other, false, false},
                         {"CC-BY-NC-4.0", LicenseCategory::other, false, false},
                         {"JSON", LicenseCategory::other, false, false}}) {
    INFO(row.id);
    const LicenseInfo* const info = find_license(row.id);
    REQUIRE(info != nullptr);
    CHECK(to_string(info->category) == to_string(row.category));
    CHECK(info->osi_approved == row.osi);
    CHECK(info->fsf_free == row.fsf);
  }
}

}  // namespace
}  // namespace lade::sbom
