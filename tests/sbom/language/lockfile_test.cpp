#include "sbom/language/lockfile.h"

#include <catch2/catch.hpp>

#include "sbom/language/catalogers.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

/// "name@version" of each package, then "name@version > name@version" of each need.
Lines shown_lock(const LockedPackages& locked) {
  const auto name = [](const Package& package) {
    return (package.name_space.empty() ? "" : package.name_space + "/") + package.name + "@" +
           package.version;
  };
  Lines lines;
  for (const Package& package : locked.packages) lines.push_back(name(package));
  for (const auto& [from, to] : locked.needs) {
    lines.push_back(name(locked.packages.at(from)) + " > " + name(locked.packages.at(to)));
  }
  return lines;
}

TEST_CASE("package-lock.json is read in all its versions, needs resolved as node does") {
  const std::string third = R"({"lockfileVersion": 3, "packages": {
    "": {"name": "app", "version": "1.0.0", "dependencies": {"a": "1"}},
    "packages/own": {"name": "own", "version": "1.0.0"},
    "node_modules/own": {"resolved": "packages/own", "link": true},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "2", "@s/c": "1"}},
    "node_modules/a/node_modules/b": {"version": "2.0.0"},
    "node_modules/@s/c": {"version": "1.0.0", "license": "MIT", "dependencies": {"b": "1"}},
    "node_modules/b": {"version": "1.0.0"},
    "node_modules/alias": {"name": "real", "version": "3.0.0"}}})";
  const std::string first = R"({"lockfileVersion": 1, "dependencies": {
    "a": {"version": "1.0.0", "requires": {"b": "2", "@s/c": "1"},
          "dependencies": {"b": {"version": "2.0.0"}}},
    "b": {"version": "1.0.0"},
    "@s/c": {"version": "1.0.0", "requires": {"b": "1"}},
    "own": {"version": "file:packages/own"},
    "alias": {"version": "npm:real@3.0.0"}}})";
  const bool is_first = GENERATE(false, true);
  Lines lines = shown_lock(parse_npm_lock(is_first ? first : third, "package-lock.json"));
  std::sort(lines.begin(), lines.end());
  CHECK(lines == Lines{"@s/c@1.0.0", "@s/c@1.0.0 > b@1.0.0", "a@1.0.0", "a@1.0.0 > @s/c@1.0.0",
                       "a@1.0.0 > b@2.0.0", "b@1.0.0", "b@2.0.0", "real@3.0.0"});
}

TEST_CASE("yarn.lock is read in its own form and as YAML") {
  const std::string first =
      "# yarn lockfile v1\n\n\n"
      "\"@s/a@^1.0.0\", \"@s/a@^1.2.0\":\n  version \"1.2.3\"\n"
      "  resolved \"https://r.example/a.tgz#aa\"\n"
      "  integrity sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n"
      "  dependencies:\n    b \"^2.0.0\"\n    real \"1\"\n\n"
      "b@^1.0.0:\n  version \"1.0.0\"\n\nb@^2.0.0:\n  version \"2.0.0\"\n"
      "  optionalDependencies:\n    \"@s/a\" \"^1.0.0\"\n\n\"alias@npm:real@1\", real@1:\n"
      "  version \"1.5.0\"\n";
  const std::string later =
      "__metadata:\n  version: 6\n  cacheKey: 8\n\n"
      "\"@s/a@npm:^1.0.0, @s/a@npm:^1.2.0\":\n  version: 1.2.3\n"
      "  resolution: \"@s/a@npm:1.2.3\"\n  dependencies:\n    b: ^2.0.0\n    real: 1\n"
      "  checksum: abc\n  languageName: node\n  linkType: hard\n\n"
      "\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n"
      "  linkType: soft\n\n"
      "\"b@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"b@npm:1.0.0\"\n\n"
      "\"b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n"
      "  dependencies:\n    \"@s/a\": ^1.0.0\n\n"
      "\"alias@npm:real@1, real@npm:1\":\n  version: 1.5.0\n  resolution: \"real@npm:1.5.0\"\n";
  const bool is_later = GENERATE(false, true);
  const LockedPackages locked = parse_yarn_lock(is_later ? later : first, "yarn.lock");
  CHECK(shown_lock(locked) == Lines{"@s/a@1.2.3", "b@1.0.0", "b@2.0.0", "real@1.5.0",
                                    "@s/a@1.2.3 > b@2.0.0", "@s/a@1.2.3 > real@1.5.0",
                                    "b@2.0.0 > @s/a@1.2.3"});
  CHECK(locked.packages[0].hashes.size() == (is_later ? 0 : 1));
}

TEST_CASE("pnpm-lock.yaml is read with the keys of all its versions") {
  const auto [key, name] = GENERATE(table<std::string, std::string>({
      {"/a/1.0.0", "a@1.0.0"},
      {"/@s/a/1.0.0_react@17.0.0", "@s/a@1.0.0"},
      {"/@s/a@1.0.0", "@s/a@1.0.0"},
      {"'@s/a@1.0.0(peer@2.0.0)'", "@s/a@1.0.0"},
      {"a@1.0.0", "a@1.0.0"},
  }));
  CAPTURE(key);
  const LockedPackages locked =
      parse_pnpm_lock("lockfileVersion: '9.0'\npackages:\n  " + key +
                          ":\n    resolution: {integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=}\n"
                          "    dependencies:\n      b: 2.0.0\n  b@2.0.0:\n    resolution: {}\n"
                          "snapshots:\n  b@2.0.0:\n    dependencies:\n      b: 2.0.0\n",
                      "pnpm-lock.yaml");
  CHECK(shown_lock(locked) == Lines{name, "b@2.0.0", name + " > b@2.0.0"});
  CHECK(locked.packages[0].hashes.size() == 1);
}

TEST_CASE("of requirements.txt only what is pinned counts") {
  CHECK(shown_lock(parse_requirements(
            "# comment\n-r other.txt\nFoo_Bar==1.0 \\\n    --hash=sha256:aa \\\n"
            "    --hash=sha256:bb\nranged>=1,<2\nextra[x]==2.0 ; python_version < '4' # why\n"
            "windows==1 ; sys_platform == 'win32'\nwild==1.*\narb===3-odd\n--index-url https://x\n"
            "last == 4",
            "requirements.txt")) == Lines{"foo-bar@1.0", "extra@2.0", "arb@3-odd", "last@4"});
}

TEST_CASE("lock files of Python are read") {
  CHECK(shown_lock(parse_pipfile_lock(
            R"({"_meta": {}, "default": {"Flask": {"version": "==2.0"}, "v": {"git": "x"}},
                "develop": {"pytest": {"version": "==7.0"}}})",
            "Pipfile.lock")) == Lines{"flask@2.0", "pytest@7.0"});
  CHECK(shown_lock(parse_python_lock(
            "[[package]]\nname = \"Flask\"\nversion = \"2.0\"\ndescription = \"Web\"\n"
            "[package.dependencies]\nJinja2 = \">=3\"\n\n"
            "[[package]]\nname = \"jinja2\"\nversion = \"3.1\"\n",
            "poetry.lock")) == Lines{"flask@2.0", "jinja2@3.1", "flask@2.0 > jinja2@3.1"});
  CHECK(shown_lock(parse_python_lock(
            "version = 1\n[[package]]\nname = \"app\"\nversion = \"0.1\"\n"
            "source = { editable = \".\" }\ndependencies = [{ name = \"flask\" }]\n\n"
            "[[package]]\nname = \"flask\"\nversion = \"2.0\"\n"
            "source = { registry = \"https://pypi.org/simple\" }\n"
            "dependencies = [{ name = \"jinja2\" }, \"click>=8; os_name == 'nt'\"]\n\n"
            "[[package]]\nname = \"jinja2\"\nversion = \"3.1\"\n[[package]]\nname = \"click\"\n"
            "version = \"8.0\"\n",
            "uv.lock")) == Lines{"flask@2.0", "jinja2@3.1", "click@8.0", "flask@2.0 > jinja2@3.1",
                                 "flask@2.0 > click@8.0"});
}

TEST_CASE("Cargo.lock tells versions apart where it has to") {
  const std::string source = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
  const LockedPackages locked = parse_cargo_lock(
      "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"a\"]\n"
      "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n" +
          source + "checksum = \"" + std::string(64, 'a') +
          "\"\ndependencies = [\"b 1.0.0\", \"c\"]\n[[package]]\nname = \"b\"\nversion = "
          "\"1.0.0\"\n" +
          source + "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n" + source +
          "[[package]]\nname = \"c\"\nversion = \"3.0.0\"\nsource = "
          "\"git+https://g.example/c#1f\"\n",
      "Cargo.lock");
  CHECK(shown_lock(locked) == Lines{"a@1.0.0", "b@1.0.0", "b@2.0.0", "c@3.0.0", "a@1.0.0 > b@1.0.0",
                                    "a@1.0.0 > c@3.0.0"});
  CHECK(locked.packages[0].hashes.size() == 1);
  CHECK(locked.packages[3].download == "git+https://g.example/c#1f");
}

TEST_CASE("go.mod is read with what it replaces") {
  const LockedPackages locked = parse_go_mod(
      "module example.org/app\n\ngo 1.21\n\nrequire example.org/one v1.0.0\n\nrequire (\n"
      "\texample.org/two/v2 v2.0.0 // indirect\n\texample.org/local v1.0.0\n"
      "\texample.org/fork v1.0.0\n)\n\nreplace example.org/local => ../local\n"
      "replace (\n\texample.org/fork v1.0.0 => example.org/mine v1.0.1\n"
      "\texample.org/one v9.0.0 => example.org/never v1\n)\nexclude example.org/one v0.9.0\n",
      "go.mod");
  CHECK(shown_lock(locked) ==
        Lines{"example.org/one@v1.0.0", "example.org/two/v2@v2.0.0", "example.org/mine@v1.0.1"});
  CHECK(locked.packages[2].remarks == Lines{"replaced: go.mod names example.org/fork v1.0.0"});
}

TEST_CASE("lock files of Ruby, PHP, Gradle, NuGet, Dart and Elixir are read") {
  const LockedPackages gems = parse_gemfile_lock(
      "PATH\n  remote: .\n  specs:\n    own (1.0)\n\nGEM\n  remote: https://rubygems.org/\n"
      "  specs:\n    a (1.0)\n      b (~> 2.0)\n    b (2.0-x86_64-linux)\n\nPLATFORMS\n  ruby\n\n"
      "DEPENDENCIES\n  a\n",
      "Gemfile.lock");
  CHECK(shown_lock(gems) == Lines{"a@1.0", "b@2.0", "a@1.0 > b@2.0"});
  CHECK(gems.packages[1].qualifiers.at("platform") == "x86_64-linux");
  CHECK(shown_lock(parse_composer_lock(
            R"({"packages": [{"name": "a/b", "version": "1.0", "require": {"c/d": "*"}}],
                "packages-dev": [{"name": "c/d", "version": "2.0"}]})",
            "composer.lock")) == Lines{"a/b@1.0", "c/d@2.0", "a/b@1.0 > c/d@2.0"});
  CHECK(shown_lock(parse_gradle_lock("# generated\ng:a:1.0=compileClasspath\nempty=x\nbad:line=\n",
                                     "gradle.lockfile")) == Lines{"g/a@1.0"});
  CHECK(shown_lock(parse_nuget_lock(
            R"({"version": 1, "dependencies": {"net6.0": {
                "A": {"type": "Direct", "resolved": "1.0", "dependencies": {"B": "2.0"}},
                "B": {"type": "Transitive", "resolved": "2.0"}, "own": {"type": "Project"}},
                "net8.0": {"B": {"type": "Transitive", "resolved": "2.0"}}}})",
            "packages.lock.json")) == Lines{"A@1.0", "B@2.0", "A@1.0 > B@2.0"});
  CHECK(shown_lock(parse_pubspec_lock(
            "packages:\n  a:\n    dependency: \"direct main\"\n    description:\n      name: a\n"
            "      sha256: " +
                std::string(64, 'a') +
                "\n      url: \"https://pub.dev\"\n"
                "    source: hosted\n    version: \"1.0.0\"\n  flutter:\n    source: sdk\n"
                "    version: \"0.0.0\"\n",
            "pubspec.lock")) == Lines{"a@1.0.0"});
  CHECK(shown_lock(parse_mix_lock(
            "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"" + std::string(64, 'b') +
                "\", [:mix], [{:b, \"~> 2.0\", [hex: :b, optional: false]}], \"hexpm\", \"c\"},\n"
                "  \"b\": {:hex, :b, \"2.0.0\", \"x\", [:mix], [], \"hexpm\"},\n"
                "  \"g\": {:git, \"https://x\", \"1f\", []},\n}\n",
            "mix.lock")) == Lines{"a@1.0.0", "b@2.0.0", "a@1.0.0 > b@2.0.0"});
}

TEST_CASE("a pom.xml outside of archives declares what it has versions for") {
  CHECK(shown_lock(parse_pom_dependencies(
            "<project><properties><v>1.5</v></properties><dependencyManagement><dependencies>"
            "<dependency><groupId>g</groupId><artifactId>managed</artifactId><version>2</version>"
            "</dependency></dependencies></dependencyManagement><dependencies>"
            "<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version>"
            "</dependency>"
            "<dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>"
            "<dependency><groupId>g</groupId><artifactId>unknown</artifactId></dependency>"
            "<dependency><groupId>g</groupId><artifactId>r</artifactId><version>[1,2)</version>"
            "</dependency></dependencies></project>",
            "pom.xml")) == Lines{"g/a@1.5", "g/managed@2"});
}

TEST_CASE("what is no lock file of its kind is refused by name") {
  const auto [parse, message] =
      GENERATE(table<LockedPackages (*)(std::string_view, std::string_view), std::string>({
          {parse_npm_lock, "x has no packages"},
          {parse_yarn_lock, "x is no lock file of Yarn"},
          {parse_pnpm_lock, "x is no lock file of pnpm"},
          {parse_pipfile_lock, "x is no lock file of Pipenv"},
          {parse_go_mod, "x has no module line"},
          {parse_gemfile_lock, "x is no lock file of Bundler"},
          {parse_composer_lock, "x has no packages"},
          {parse_nuget_lock, "x has no dependencies"},
          {parse_pubspec_lock, "x has no packages"},
          {parse_mix_lock, "x is no lock file of Mix"},
      }));
  CAPTURE(message);
  const auto parser = parse;
  CHECK(error_of(ErrorKind::invalid, [&] { parser("{}", "x"); }) == message);
  // and whatever else the text is, it ends
  for (const std::string& text : {std::string(100000, '['), std::string(100000, '{'),
                                  std::string(100000, '\t'), std::string("\xff\0\n: -", 6)}) {
    try {
      parser(text, "x");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
    }
  }
}

TEST_CASE("what lock files declare is told apart from what is installed") {
  Catalogers list;
  add_declared_catalogers(list);
  const std::string lock =
      R"({"lockfileVersion": 3, "packages": {
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "*"}},
        "node_modules/b": {"version": "2.0.0"}}})";
  const Inventory inventory =
      inventory_of(list, {TarBuilder{}
                              .file("app/package-lock.json", lock)
                              .file("app/node_modules/x/package-lock.json", lock)
                              .file("app/Cargo.lock", "broken")});
  REQUIRE(inventory.packages.size() == 2);
  CHECK(inventory.packages[0].purl == "pkg:npm/a@1.0.0");
  CHECK(inventory.packages[0].declared_only);
  CHECK(inventory.relations == std::vector<Relation>{{0, 1, RelationKind::depends_on}});
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0].path == "app/Cargo.lock");
}

}  // namespace
}  // namespace lade::sbom
