#include <catch2/catch.hpp>

#include "tests/sbom/version/schemes.h"

namespace lade::sbom {

TEST_CASE("versions of Debian are in the order of deb-version(7)") {
  check_ascending(VersionScheme::dpkg, {{"1~~"},
                                        {"1~~a"},
                                        {"1~"},
                                        {"1~rc1-1"},
                                        {"1", "0:1", "1-0", "01", "1-"},
                                        {"1-0ubuntu1"},
                                        {"1-1~bpo12+1"},
                                        {"1-1"},
                                        {"1-1+b1"},
                                        {"1-1.1"},
                                        {"1a"},
                                        {"1+dfsg-1", "0001+dfsg-1"},
                                        {"1-1-0"},
                                        {"1.2-3"},
                                        {"1.10-1"},
                                        {"1:0.1"},
                                        {"10:0"}});
}

TEST_CASE("versions of Debian begin with a digit and hold few signs") {
  check_grammar(VersionScheme::dpkg,
                {"1", "1:2.3-4+deb12u1", "0.0~git20240101.abc-1", "1:1:2-1", "1-2-3"},
                {"a1", "1-", ":1", "a:1", "1_2", "1 2", "1:2:-", "-1", "1-1_2", "1\n", "1:"});
  check_grammar(VersionScheme::opkg, {"1.2-r3"}, {"", "v1"});
}

TEST_CASE("versions of rpm are in the order of rpm-version(7)") {
  check_ascending(VersionScheme::rpm, {{"~"},
                                       {"xyz"},
                                       {"1.0~~"},
                                       {"1.0~rc1"},
                                       {"1.0~rc1^git1"},
                                       {"1.0~rc2-9"},
                                       {"1.0", "1_0", "1..0", "1.0.", "0:1.0", "01.000"},
                                       {"1.0-1~beta"},
                                       {"1.0-1"},
                                       {"1.0-1^post"},
                                       {"1.0-1.el9"},
                                       {"1.0-1.el9_2"},
                                       {"1.0^git1~pre"},
                                       {"1.0^git1"},
                                       {"1.0^20240101"},
                                       {"1.0a", "1.0.a"},
                                       {"1.0.1"},
                                       {"1.1"},
                                       {"1:0"},
                                       {"2:0-1"}});
}

TEST_CASE("versions of rpm hold words, dots and the two signs") {
  check_grammar(VersionScheme::rpm, {"1", "0:1.2~rc1^git-3.el9_2", "a+b_c"},
                {"1-", "-1", "1:", "1 2", "x:1", "1/2", "1-\xce\xb1"});
}

TEST_CASE("versions of Alpine are in the order of apk") {
  check_ascending(VersionScheme::apk, {{"0.9"},
                                       {"1.0_alpha_pre1"},
                                       {"1.0_alpha"},
                                       {"1.0_alpha1"},
                                       {"1.0_alpha2", "1.0_alpha02"},
                                       {"1.0_beta"},
                                       {"1.0_pre1"},
                                       {"1.0_rc1-r5"},
                                       {"1.0"},
                                       {"1.0-r0", "01.0-r00"},
                                       {"1.0-r1"},
                                       {"1.0-r10"},
                                       {"1.0~0abc-r0"},
                                       {"1.0~1abc"},
                                       {"1.0_cvs"},
                                       {"1.0_svn1"},
                                       {"1.0_git20240101-r0"},
                                       {"1.0_hg1"},
                                       {"1.0_p1_alpha"},
                                       {"1.0_p1-r0"},
                                       {"1.0_p2"},
                                       {"1.0a_rc1"},
                                       {"1.0a"},
                                       {"1.0b"},
                                       {"1.0.0"},
                                       {"1.0.1"},
                                       {"1.09"},
                                       {"1.1"},
                                       {"1.2"},
                                       {"1.10"},
                                       {"2"},
                                       {"20240101"}});
}

TEST_CASE("what is broken in a version of Alpine is before its end") {
  check_ascending(VersionScheme::apk, {{"1.2_rc1"},
                                       {"1.2!"},
                                       {"1.2-r", "1.2-r0-1"},
                                       {"1.2-r1.2"},
                                       {"1.2_foo1"},
                                       {"1.2"},
                                       {"1.2_p"}});
  check_grammar(VersionScheme::apk, {"1", "1.2.3a_alpha1_p2~0af-r3", "1_rc-r0"},
                {"a", "1.", "1..2", "1-r", "1_foo", "1ab", "1a1", "1~x", "1-r1-r2", "1.2A", "1_p~",
                 "1-r1_p1", " 1"});
}

TEST_CASE("versions of Arch Linux are in the order of vercmp(8)") {
  check_ascending(VersionScheme::alpm, {{"1.0a"},
                                        {"1.0b"},
                                        {"1.0beta"},
                                        {"1.0p"},
                                        {"1.0pre"},
                                        {"1.0rc-3"},
                                        {"1.0", "0:1.0", "01.00"},
                                        {"1.0-1"},
                                        {"1.0-1.1"},
                                        {"1.0-2"},
                                        {"1.0.a"},
                                        {"1.0.1-1"},
                                        {"1.1"},
                                        {"1..1"},
                                        {"2"},
                                        {"1:0.1-1"}});
  check_grammar(VersionScheme::alpm, {"1", "1:1.0.r3.gabc-1.2", "1-2-3"},
                {"1-", "1-a", "1:", "1/2", "1 2", "a:1"});
}

}  // namespace lade::sbom
