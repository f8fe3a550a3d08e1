#include <catch2/catch.hpp>

#include "tests/sbom/version/schemes.h"

namespace lade::sbom {

TEST_CASE("semantic versions are in the order of their precedence") {
  for (const VersionScheme scheme :
       {VersionScheme::semver, VersionScheme::npm, VersionScheme::crates, VersionScheme::go}) {
    check_ascending(scheme, {{"0.0.0-0"},
                             {"0.0.0"},
                             {"1.0.0--"},
                             {"1.0.0-alpha"},
                             {"1.0.0-alpha.1"},
                             {"1.0.0-alpha.beta"},
                             {"1.0.0-alpha-1"},
                             {"1.0.0-beta"},
                             {"1.0.0-beta.2"},
                             {"1.0.0-beta.11"},
                             {"1.0.0-rc.1", "1.0.0-rc.01", "1.0.0-rc.1+b"},
                             {"1.0.0", "1", "v1.0", "1.0.0+build-7.x", "1.0.0.0", "01.0.0"},
                             {"1.0.0.1"},
                             {"1.2.0"},
                             {"1.10.0"},
                             {"18446744073709551616.0.0"}});
  }
}

TEST_CASE("what is no semantic version is before all that are") {
  check_ascending(VersionScheme::semver,
                  {{""}, {".1"}, {"1.0.0-"}, {"1.x"}, {"latest"}, {"0.0.0-0"}});
  check_grammar(VersionScheme::semver, {"1", "V1.2", "1.2.3.4", "1.2.3-x.Y-z.7+a.b.c", "1.0+0"},
                {".", "1.", "1..2", "v", "1.2.3-", "1.2.3-a..b", "1.2.3+", "1.2.3+a+b", "1.2.3-ä",
                 "1.2.3 ", "1.2.3rc1", "1.x"});
}

TEST_CASE("pseudo-versions and releases of Go have their places") {
  check_ascending(VersionScheme::go, {{"(devel)"},
                                      {"v0.0.0-20210101000000-abcdefabcdef"},
                                      {"v0.0.0-20240101000000-000000000000"},
                                      {"v1.2.3-pre"},
                                      {"v1.2.3-pre.0.20240101000000-abcdefabcdef"},
                                      {"v1.2.3"},
                                      {"v1.2.4-0.20240101000000-abcdefabcdef"},
                                      {"v1.2.4", "v1.2.4+incompatible"},
                                      {"go1.21beta1", "1.21.0-beta.1", "1.21beta1"},
                                      {"go1.21rc1"},
                                      {"go1.21rc2", "v1.21.0-rc.2", "1.21rc2"},
                                      {"go1.21rc10"},
                                      {"go1.21", "go1.21.0", "1.21.0", "go1.21 X:boringcrypto"},
                                      {"go1.21.3", "go1.21.3-custom"},
                                      {"v2.0.0+incompatible"}});
  check_ascending(VersionScheme::go, {{"1.21.0-0"}, {"1.21.0-beta.1"}, {"1.21.0"}});
  check_grammar(VersionScheme::go, {"go1", "go1.21rc2", "v1.2.3", "v1.2.3+incompatible"},
                {"go", "go1.21alpha1", "go1.21rc", "go1.21rc1x", "gold", "(devel)", "go.1",
                 "devel go1.22-abc"});
}

TEST_CASE("build metadata counts in Dart") {
  check_ascending(VersionScheme::pub, {{"1.0.0-a"},
                                       {"1.0.0-a+1"},
                                       {"1.0.0", "v1.0.0"},
                                       {"1.0.0+1"},
                                       {"1.0.0+2"},
                                       {"1.0.0+10"},
                                       {"1.0.0+a"},
                                       {"1.0.0+a.1"},
                                       {"1.0.1"}});
}

TEST_CASE("versions of NuGet have four numbers and no case") {
  check_ascending(VersionScheme::nuget, {{"1.0.0-Alpha", "1.0-alpha", "1.0.0.0-ALPHA+x"},
                                         {"1.0.0-alpha.2"},
                                         {"1.0.0-alpha.10"},
                                         {"1.0.0-BETA"},
                                         {"1", "1.0", "1.0.0", "1.0.0.0", "1.0.0+y"},
                                         {"1.0.0.1-rc"},
                                         {"1.0.0.1"},
                                         {"1.0.1"}});
  check_grammar(VersionScheme::nuget, {"1", "1.2.3.4-a"}, {"1.2.3.4.5", "a", "1.2-"});
}

TEST_CASE("versions of Python are in the order of PEP 440") {
  check_ascending(VersionScheme::pypi, {{"0.dev0", "0.0.dev", "v0-DEV_0"},
                                        {"1.0.dev456"},
                                        {"1.0a1.dev1"},
                                        {"1.0a1", "1.0.alpha.1", "1alpha-1", "1.0-A1"},
                                        {"1.0a2.dev456"},
                                        {"1.0a12.dev456"},
                                        {"1.0a12"},
                                        {"1.0b1.dev456"},
                                        {"1.0b2", "1.0beta2"},
                                        {"1.0b2.post345.dev456"},
                                        {"1.0b2.post345"},
                                        {"1.0rc1.dev456"},
                                        {"1.0rc1", "1.0c1", "1.0pre1", "1.0_preview_1"},
                                        {"1.0", "1", "1.0.0", " 1.0\n", "0!1.0", "v1.0"},
                                        {"1.0+abc.5"},
                                        {"1.0+abc.7", "1.0+ABC-7", "1.0+abc_07"},
                                        {"1.0+5"},
                                        {"1.0+5.a"},
                                        {"1.0.post456.dev34"},
                                        {"1.0.post456", "1.0-456", "1.0rev456", "1.0.r456"},
                                        {"1.1.dev1"},
                                        {"1.10"},
                                        {"2024.1"},
                                        {"1!0.1"}});
}

TEST_CASE("what PEP 440 does not know is before all that it does") {
  check_ascending(VersionScheme::pypi, {{"1.0-dog"}, {"dog"}, {"0.dev0"}});
  check_grammar(
      VersionScheme::pypi, {"1.0a", "1.0.post", "1.0a-", "1.0a1-5.dev", "1.0+a_b"},
      {"1.0-", "1.0.", "1.0+", "1.0+a..b", "1.0+-a", "1!", "!1", "1.0x", "a1", "1.0a1a1", "1.0.*"});
}

TEST_CASE("versions of Maven are in the order of its specification") {
  check_ascending(VersionScheme::maven,
                  {{"1-alpha-1", "1a1", "1.0.0-ALPHA1", "1-a1"},
                   {"1-alpha-2"},
                   {"1-beta"},
                   {"1-beta-1", "1b1"},
                   {"1-milestone-1", "1m1"},
                   {"1-rc", "1-cr"},
                   {"1-rc1", "1CR1"},
                   {"1-SNAPSHOT"},
                   {"1", "1.0", "1-ga", "1.Final", "1.0.0-RELEASE", "1-0", "01"},
                   {"1-sp"},
                   {"1-sp-1", "1SP1"},
                   {"1-a-1"},
                   {"1-jre", "1.0-jre"},
                   {"1-xyz"},
                   {"1-1"},
                   {"1-2"},
                   {"1.0.1"},
                   {"1.2"},
                   {"1.10-rc9"},
                   {"1.10"}});
}

TEST_CASE("dots and hyphens make a difference in versions of Maven") {
  check_ascending(VersionScheme::maven, {{"1.foo"}, {"1-foo"}, {"1-1"}, {"1.1"}});
  check_ascending(VersionScheme::maven, {{"31.0-android"}, {"31.0-jre"}, {"31.0.1-android"}});
  check_grammar(VersionScheme::maven, {"1", "r09", "2.0.0.RELEASE", "1.0+b"},
                {"SNAPSHOT", "${project.version}", "${v1}", "1 2", "[1,2)x y"});
}

TEST_CASE("versions of RubyGems are rows of numbers and words") {
  check_ascending(VersionScheme::rubygems, {{"0.a"},
                                            {"1.0.0.a", "1.a", "1.a.0"},
                                            {"1.0.0.a1", "1.a.1"},
                                            {"1.0.0.a2"},
                                            {"1.0.0.a10"},
                                            {"1.0.0.b"},
                                            {"1.0.0-x", "1.pre.x", "1.0-x"},
                                            {"1.0.0.rc1"},
                                            {"1", "1.0", "1.0.0"},
                                            {"1.0.1.pre"},
                                            {"1.0.1"},
                                            {"1.10"}});
}

TEST_CASE("versions of Composer are compared in their normal form") {
  check_ascending(VersionScheme::composer, {{"1.0-dev", "1.0.0.0-dev", "v1-DEV"},
                                            {"1.0-alpha-dev"},
                                            {"1.0-alpha", "1a", "1.0.0.0-A"},
                                            {"1.0-alpha1", "1.0a1", "1.0.0-alpha.1"},
                                            {"1.0-alpha10"},
                                            {"1.0-beta2", "1.0b2"},
                                            {"1.0-RC1", "1.0rc1"},
                                            {"1", "1.0", "v1.0.0.0", "1.0+build", "1.0-stable"},
                                            {"1.0-patch1", "1.0pl1", "1.0p1"},
                                            {"1.0.1"},
                                            {"1.2"},
                                            {"1.10"},
                                            {"1.x-dev", "1.9999999.9999999.9999999-dev", "1.*-dev"},
                                            {"2.0-dev"}});
  check_ascending(VersionScheme::composer, {{"dev-main"}, {"0.0.1-dev"}});
  check_grammar(VersionScheme::composer, {"1", "v1.2.3.4-RC1", "1.x-dev", "1.0-beta.2.dev"},
                {"dev-main", "1.2.3.4.5.6", "1-foo", "x-dev", "1.x", "1.x.2-dev", "1.0+"});
}

TEST_CASE("versions of R are rows of numbers") {
  check_ascending(
      VersionScheme::cran,
      {{"1."}, {"devel"}, {"0.9-10"}, {"1"}, {"1.0", "1-0", "1.00"}, {"1.0-0"}, {"1.2"}, {"1.10"}});
  check_grammar(VersionScheme::cran, {"1", "1.2-3"}, {"1.", "-1", "1--2", "1.2a", "r1"});
}

TEST_CASE("versions of Haskell are lists of numbers") {
  check_ascending(
      VersionScheme::hackage,
      {{"1-0"}, {"0.9"}, {"1"}, {"1.0"}, {"1.0.0"}, {"1.0.1", "1.00.01"}, {"1.2"}, {"1.10"}});
  check_grammar(VersionScheme::hackage, {"1", "1.2.3.4.5"}, {"1.", ".1", "1..2", "1-2", "1a"});
}

}  // namespace lade::sbom
