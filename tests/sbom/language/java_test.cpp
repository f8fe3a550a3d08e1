#include <catch2/catch.hpp>

#include "sbom/language/factories.h"
#include "sbom/language/jar_identity.h"
#include "sbom/language/java_archive.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"
#include "tests/support/zip_builder.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

Find read_jar(const std::string& bytes, const std::string& name = "a.jar") {
  Find find{.path = name};
  read_java_archive(std::as_bytes(std::span(bytes)), name, find);
  return find;
}

/// "group:name@version inner <parent" of each package.
Lines shown_jar(const Find& find) {
  Lines lines;
  for (const FoundPackage& found : find.packages) {
    std::string line =
        found.package.name_space + ":" + found.package.name + "@" + found.package.version;
    if (!found.inner.empty()) line += " " + found.inner;
    if (found.parent >= 0) line += " <" + std::to_string(found.parent);
    lines.push_back(line);
  }
  return lines;
}

std::string properties_name(const std::string& group, const std::string& artifact) {
  return "META-INF/maven/" + group + "/" + artifact + "/pom.properties";
}
std::string properties(const std::string& group, const std::string& artifact,
                       const std::string& version) {
  return "#Created\r\ngroupId=" + group + "\r\nartifactId = " + artifact +
         "\r\nversion=" + version + "\r\n";
}

ZipBuilder maven_jar(const std::string& group, const std::string& artifact,
                     const std::string& version) {
  return ZipBuilder{}.file(properties_name(group, artifact), properties(group, artifact, version));
}

const std::string manifest_name = "META-INF/MANIFEST.MF";

TEST_CASE("the names of archives are taken apart at their version") {
  const auto [name, artifact, version] = GENERATE(table<std::string, std::string, std::string>({
      {"guava-31.1-jre.jar", "guava", "31.1-jre"},
      {"commons-lang3-3.12.0.jar", "commons-lang3", "3.12.0"},
      {"log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1"},
      {"kafka_2.13-3.6.1.jar", "kafka_2.13", "3.6.1"},
      {"bcprov-jdk15on-1.70.jar", "bcprov-jdk15on", "1.70"},
      {"foo-1.0-beta-2.jar", "foo", "1.0-beta-2"},
      {"foo-r07.jar", "foo", "r07"},
      {"foo.jar", "foo", ""},
      {"foo-bar.war", "foo-bar", ""},
      {"-1.jar", "-1", ""},
      {".jar", "", ""},
  }));
  CAPTURE(name);
  CHECK(parse_jar_file_name(name).artifact == artifact);
  CHECK(parse_jar_file_name(name).version == version);
}

TEST_CASE("Maven's metadata name an archive") {
  const Find find =
      read_jar(maven_jar("org.example", "lib", "1.0")
                   .file("META-INF/maven/org.example/lib/pom.xml",
                         R"(<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0">
    <parent><groupId>org.example</groupId><artifactId>p</artifactId><version>1.0</version></parent>
    <artifactId>lib</artifactId><name>The Lib</name><url>https://lib.example/</url>
    <organization><name>Example</name></organization>
    <licenses><license><name>Apache License, Version 2.0</name></license>
      <license><url>https://l.example/</url></license></licenses>
    <properties><g>org.other</g></properties>
    <dependencies>
      <dependency><groupId>${g}</groupId><artifactId>a</artifactId></dependency>
      <dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId>
        <scope>runtime</scope></dependency>
      <dependency><groupId>t</groupId><artifactId>t</artifactId><scope>test</scope></dependency>
      <dependency><groupId>o</groupId><artifactId>o</artifactId><optional>true</optional>
      </dependency>
      <dependency><groupId>${unknown}</groupId><artifactId>u</artifactId></dependency>
    </dependencies></project>)")
                   .bytes(),
               "renamed.jar");
  CHECK(shown_jar(find) == Lines{"org.example:lib@1.0"});
  CHECK(find.problem.empty());
  const Package& package = find.packages[0].package;
  CHECK(package.homepage == "https://lib.example/");
  CHECK(package.supplier == "Example");
  CHECK(package.description == "The Lib");
  CHECK(package.depends == Lines{"org.example:b", "org.other:a"});
  REQUIRE(package.licenses.size() == 2);
  CHECK(package.licenses[0].written == "Apache License, Version 2.0");
  CHECK(package.licenses[1].written == "https://l.example/");
  REQUIRE(package.hashes.size() == 1);
  CHECK(package.hashes[0].algorithm == "sha1");
}

TEST_CASE("a pom.xml alone names an archive, with its parent's group and version") {
  const auto [pom, shown] = GENERATE(table<std::string, Lines>({
      {"<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version></project>",
       {"g:a@1"}},
      {"<project><parent><groupId>g</groupId><version>2</version></parent>"
       "<artifactId>a</artifactId></project>",
       {"g:a@2"}},
      {"<project><groupId>g</groupId><artifactId>a</artifactId><version>${v}.${w}</version>"
       "<properties><v>1</v><w>${v}</w></properties></project>",
       {"g:a@1.1"}},
      {"<project><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></project>",
       {}},
      {"<project><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version>"
       "<properties><v>${v}${v}</v></properties></project>",
       {}},
  }));
  CAPTURE(pom);
  CHECK(shown_jar(read_jar(ZipBuilder{}.file("META-INF/maven/g/a/pom.xml", pom).bytes())) == shown);
}

TEST_CASE("an archive without Maven's metadata goes by manifest and file name") {
  const auto [name, manifest, shown] = GENERATE(table<std::string, std::string, std::string>({
      {"lib-1.2.jar", "", ":lib@1.2"},
      {"lib.jar", "Implementation-Version: 3.4\n", ":lib@3.4"},
      {"x.jar", "Implementation-Title: my-lib\nImplementation-Version: 3.4\n", ":my-lib@3.4"},
      {"x-1.0.jar", "Implementation-Title: My Library\n", ":x@1.0"},
      {"spring-core-5.3.20.jar", "Implementation-Version: 5.3.20\n",
       "org.springframework:spring-core@5.3.20"},
      {"jackson-core-2.15.0.jar",
       "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-core\nBundle-Version: 2.15.0\n",
       "com.fasterxml.jackson.core:jackson-core@2.15.0"},
      {"guava-31.1-jre.jar",
       "Bundle-SymbolicName: com.google.guava;singleton:=true\nBundle-Version: 31.1.0.jre\n",
       "com.google:guava@31.1-jre"},
      {"lib-1.jar", "Implementation-Vendor-Id: org.example\n", "org.example:lib@1"},
      {"catalina.jar", "Implementation-Title: Apache Tomcat\nImplementation-Version: 9.0.80\n",
       "org.apache.tomcat:tomcat-catalina@9.0.80"},
      {"git.hpi", "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 5.2.0\n",
       "org.jenkins-ci.plugins:git@5.2.0"},
      {"split-1.0.jar", "Implementation-Title: split-na\r\n me\r\n", ":split-name@1.0"},
      {"lib.jar", "Implementation-Version: ${version}\n", ":lib@"},
      {"lib.jar", "Implementation-Version: 9.1 (build 7)\n\nImplementation-Version: 2\n",
       ":lib@9.1"},
  }));
  CAPTURE(name, manifest);
  const Find find =
      read_jar(ZipBuilder{}.file(manifest_name, manifest).file("A.class", "").bytes(), name);
  CHECK(shown_jar(find) == Lines{shown});
}

TEST_CASE("what is not known of an archive is told") {
  const Find find = read_jar(ZipBuilder{}.file("A.class", "").bytes(), "lib.jar");
  REQUIRE(find.packages.size() == 1);
  CHECK(find.packages[0].package.remarks ==
        Lines{"its group is not known", "its version is not known"});
}

TEST_CASE("archives of documentation and of the JDK are no packages") {
  CHECK(
      read_jar(ZipBuilder{}.file("index.html", "").bytes(), "a-1.0-javadoc.jar").packages.empty());
  CHECK(read_jar(ZipBuilder{}
                     .file(manifest_name, "Implementation-Title: Java Runtime Environment\n")
                     .file("A.class", "")
                     .bytes(),
                 "rt.jar")
            .packages.empty());
}

TEST_CASE("of several projects the one that the archive goes by is its own") {
  const auto [name, manifest, shown] = GENERATE(table<std::string, std::string, Lines>({
      {"app-1.0.jar", "", {"g:app@1.0", "h:app-core@2.0 META-INF/maven/h/app-core <0"}},
      {"app-core-2.0.jar", "", {"h:app-core@2.0", "g:app@1.0 META-INF/maven/g/app <0"}},
      {"x.jar",
       "Bundle-SymbolicName: g.app\n",
       {"g:app@1.0", "h:app-core@2.0 META-INF/maven/h/app-core <0"}},
      {"x.jar",
       "Implementation-Version: 2.0\n",
       {"h:app-core@2.0", "g:app@1.0 META-INF/maven/g/app <0"}},
      {"x.jar",
       "",
       {":x@", "g:app@1.0 META-INF/maven/g/app <0", "h:app-core@2.0 META-INF/maven/h/app-core <0"}},
  }));
  CAPTURE(name, manifest);
  CHECK(shown_jar(
            read_jar(maven_jar("g", "app", "1.0")
                         .file(properties_name("h", "app-core"), properties("h", "app-core", "2.0"))
                         .file(manifest_name, manifest)
                         .file("A.class", "")
                         .bytes(),
                     name)) == shown);
}

TEST_CASE("separators in a file's name make no other project of it") {
  const Find find = read_jar(maven_jar("g", "error_prone.api", "1.0")
                                 .file(manifest_name, "Bundle-SymbolicName: odd\n")
                                 .file("A.class", "")
                                 .bytes(),
                             "error-prone-api.jar");
  CHECK(shown_jar(find) == Lines{"g:error_prone.api@1.0"});
}

TEST_CASE("a project that the manifest speaks against is shaded") {
  const Find find = read_jar(maven_jar("cglib", "cglib", "3.2")
                                 .file(manifest_name,
                                       "Bundle-SymbolicName: com.google.inject\n"
                                       "Bundle-Version: 4.2.3\nBundle-License: MIT;link=x, ISC\n")
                                 .file("A.class", "")
                                 .bytes(),
                             "guice.jar");
  CHECK(shown_jar(find) ==
        Lines{"com.google.inject:guice@4.2.3", "cglib:cglib@3.2 META-INF/maven/cglib/cglib <0"});
  REQUIRE(find.packages.size() == 2);
  CHECK(find.packages[0].package.licenses.size() == 2);
  CHECK(find.packages[1].package.remarks ==
        Lines{"shaded: its classes are part of another archive"});
}

TEST_CASE("archives in archives are found, stored or packed, behind a script") {
  const std::string inner = maven_jar("g", "inner", "1").bytes();
  const std::string middle =
      maven_jar("g", "middle", "1").file("lib/inner-1.jar", inner, false).bytes();
  const Find find = read_jar(maven_jar("g", "app", "1")
                                 .file("BOOT-INF/lib/middle-1.jar", middle)
                                 .file("BOOT-INF/lib/notes.txt", "x")
                                 .bytes("#!/bin/bash\n"),
                             "app.jar");
  CHECK(shown_jar(find) == Lines{"g:app@1", "g:middle@1 BOOT-INF/lib/middle-1.jar <0",
                                 "g:inner@1 BOOT-INF/lib/middle-1.jar!/lib/inner-1.jar <1"});
  CHECK(find.problem.empty());
}

TEST_CASE("a classifier is told") {
  const Find find =
      read_jar(maven_jar("io.netty", "netty", "4.1.9").bytes(), "netty-4.1.9-linux-x86_64.jar");
  REQUIRE(find.packages.size() == 1);
  CHECK(find.packages[0].package.qualifiers ==
        std::map<std::string, std::string>{{"classifier", "linux-x86_64"}});
}

TEST_CASE("what an archive needs is found beside it and in the same archive") {
  const auto needs = [](const std::string& artifact) {
    return "<project><groupId>g</groupId><artifactId>app</artifactId><version>1</version>"
           "<dependencies><dependency><groupId>g</groupId><artifactId>" +
           artifact + "</artifactId></dependency></dependencies></project>";
  };
  const Inventory inventory =
      inventory_of({java_cataloger()},
                   {TarBuilder{}
                        .file("lib/app-1.jar",
                              ZipBuilder{}.file("META-INF/maven/g/app/pom.xml", needs("b")).bytes())
                        .file("lib/b-1.jar", maven_jar("g", "b", "1").bytes())
                        .file("other/b-2.jar", maven_jar("g", "b", "2").bytes())
                        .file("broken.jar", "no zip at all, but long enough")});
  Lines edges;
  for (const Relation& relation : inventory.relations) {
    edges.push_back(inventory.packages[relation.from].purl + " " +
                    inventory.packages[relation.to].purl);
  }
  CHECK(edges == Lines{"pkg:maven/g/app@1 pkg:maven/g/b@1"});
  CHECK(inventory.remarks ==
        std::vector<Remark>{
            {"broken.jar", "java: broken.jar is no zip archive: it has no central directory"}});
}

TEST_CASE("an archive that a server unpacked is found by its metadata") {
  const std::string place = "srv/webapps/app/" + properties_name("g", "app");
  const Inventory inventory = inventory_of(
      {java_cataloger()},
      {TarBuilder{}
           .file(place, properties("g", "app", "1.0"))
           .file("srv/webapps/app/WEB-INF/lib/lib-2.jar", maven_jar("g", "lib", "2").bytes())
           .file("srv/pom.properties", properties("g", "other", "1.0"))});
  REQUIRE(inventory.packages.size() == 2);
  CHECK(inventory.packages[0].purl == "pkg:maven/g/app@1.0");
  CHECK(inventory.packages[0].locations == std::vector<Location>{{place, "", 0}});
}

TEST_CASE("a broken archive inside is told of and hides no other") {
  const Find find = read_jar(maven_jar("g", "a", "1")
                                 .file("lib/x.jar", "broken and long enough to be looked at")
                                 .file("lib/y.jar", maven_jar("g", "y", "1").bytes())
                                 .file("META-INF/maven/g/z/pom.xml", "<project")
                                 .bytes());
  CHECK(shown_jar(find) == Lines{"g:a@1", "g:y@1 lib/y.jar <0"});
  CHECK(find.problem.find("lib/x.jar is no zip archive") != std::string::npos);
  CHECK(find.problem.find("META-INF/maven/g/z/pom.xml is not valid XML") != std::string::npos);
}

TEST_CASE("nesting ends at its limit, however deep the archives go") {
  std::string bytes = maven_jar("g", "leaf", "1").bytes();
  for (int i = 0; i < 12; ++i) {
    bytes = maven_jar("g", "l" + std::to_string(i), "1").file("n.jar", bytes, false).bytes();
  }
  const Find find = read_jar(bytes);
  CHECK(find.packages.size() == 6);
  CHECK(find.problem ==
        "n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar: archives nested deeper than 5 are not read");
}

TEST_CASE("a bomb of nested archives ends at its budget") {
  // five levels of twenty copies: two and a half million archives, if one were to look
  std::string bytes =
      ZipBuilder{}.file("big.jar", std::string(std::size_t{8} << 20U, '\0')).bytes();
  for (int i = 0; i < 4; ++i) {
    ZipBuilder level;
    for (int copy = 0; copy < 20; ++copy) level.file("c" + std::to_string(copy) + ".jar", bytes);
    bytes = level.bytes();
  }
  const Find find = read_jar(bytes);
  CHECK(find.problem.find("more; not all was read: it has more than 1.07 GB") != std::string::npos);
  CHECK(find.problem.size() < 1500);
}

TEST_CASE("a great many tiny members are passed over") {
  ZipBuilder many = maven_jar("g", "a", "1");
  for (int i = 0; i < 60000; ++i) many.file(std::to_string(i), "", false);
  CHECK(shown_jar(read_jar(many.bytes())) == Lines{"g:a@1"});
}

}  // namespace
}  // namespace lade::sbom
