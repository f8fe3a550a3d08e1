// RubyGems, Composer, NuGet and conda.
#include <catch2/catch.hpp>

#include "sbom/language/composer_installed.h"
#include "sbom/language/dotnet_deps.h"
#include "sbom/language/factories.h"
#include "sbom/language/gemspec.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

/// "purl path" of each package, and "purl > purl" of each edge.
Lines packages_and_edges(const Inventory& inventory) {
  Lines lines;
  for (const Package& package : inventory.packages) {
    lines.push_back(package.purl + " " + package.locations.front().path);
  }
  for (const Relation& relation : inventory.relations) {
    lines.push_back(inventory.packages[relation.from].purl + " > " +
                    inventory.packages[relation.to].purl);
  }
  return lines;
}

std::string gemspec(const std::string& name, const std::string& version,
                    const std::string& rest = "") {
  return "# -*- encoding: utf-8 -*-\n# stub: " + name + " " + version + " ruby lib\n\n" +
         "Gem::Specification.new do |s|\n  s.name = \"" + name + "\".freeze\n  s.version = \"" +
         version + "\"\n" + rest + "end\n";
}

TEST_CASE("a specification that RubyGems wrote tells of its gem") {
  const auto package = parse_gemspec(
      "# -*- encoding: utf-8 -*-\n# stub: shelf 1.4.0 x86_64-linux lib\n"
      "# stub: ext/shelf/extconf.rb\n\nGem::Specification.new do |s|\n"
      "  s.name = \"other\".freeze\n  s.version = \"9\"\n"
      "  s.authors = [\"A. Uthor\".freeze, \"B. \\\"W\\\"\".freeze]\n"
      "  s.homepage = \"https://s.example/\".freeze\n"
      "  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\n  s.summary = \"Holds\".freeze\n"
      "  s.metadata = { \"x\" => \"y\" } if s.respond_to? :metadata=\n"
      "  if s.respond_to? :add_runtime_dependency then\n"
      "    s.add_runtime_dependency(%q<board>.freeze, [\">= 1.3\"])\n"
      "    s.add_development_dependency(%q<rake>.freeze, [\">= 0\"])\n"
      "  else\n    s.add_dependency(%q<board>.freeze, [\">= 1.3\"])\n  end\nend\n");
  REQUIRE(package);
  CHECK(package->name == "shelf");
  CHECK(package->version == "1.4.0");
  CHECK(package->qualifiers == std::map<std::string, std::string>{{"platform", "x86_64-linux"}});
  CHECK(package->supplier == "A. Uthor, B. \"W\"");
  CHECK(package->homepage == "https://s.example/");
  CHECK(package->description == "Holds");
  REQUIRE(package->licenses.size() == 2);
  CHECK(package->licenses[1].expression == "Ruby");
  CHECK(package->depends == Lines{"board"});
}

TEST_CASE("a specification by hand is read as far as it has literals") {
  const auto [text, name] = GENERATE(table<std::string, std::string>({
      {"Gem::Specification.new 'a', '1.0' do |s|", "a@1.0"},
      {"Gem::Specification.new(\"a\", \"1.0\") do |s|", "a@1.0"},
      {"Gem::Specification.new do |spec|\nspec.name = 'a'\nspec.version = %q{2}\n", "a@2"},
      {"Gem::Specification.new do |s|\ns.name='a'\ns.version=A::VERSION\n", "none"},
      {"s.name = \"a", "none"},
      {"# stub: a 1", "none"},
      {"", "none"},
  }));
  CAPTURE(text);
  const auto package = parse_gemspec(text);
  CHECK((package ? package->name + "@" + package->version : "none") == name);
}

TEST_CASE("gems are found where RubyGems and Bundler keep them") {
  const std::string home = "usr/lib/ruby/gems/3.1.0/";
  const Inventory inventory = inventory_of(
      {ruby_cataloger()},
      {TarBuilder{}
           .file(home + "specifications/a-1.0.gemspec",
                 gemspec("a", "1.0", "s.add_runtime_dependency(%q<json>.freeze, [\">= 0\"])\n"))
           .file(home + "specifications/default/json-2.6.gemspec", gemspec("json", "2.6"))
           .file(home + "gems/a-1.0/a.gemspec", gemspec("a", "1.0"))
           .file("app/bundler/gems/b-0123/b.gemspec",
                 "Gem::Specification.new 'b', '3' do |s|\n  s.add_dependency 'a', '~> 1'\nend\n")
           .file("app/bundler/gems/b-0123/spec/fake.gemspec", gemspec("fake", "1"))
           .file("app/bundler/gems/c-0123/c.gemspec", "Gem::Specification.new { |s| s.x }")});
  CHECK(packages_and_edges(inventory) ==
        Lines{"pkg:gem/a@1.0 " + home + "specifications/a-1.0.gemspec",
              "pkg:gem/b@3 app/bundler/gems/b-0123/b.gemspec",
              "pkg:gem/json@2.6 " + home + "specifications/default/json-2.6.gemspec",
              "pkg:gem/a@1.0 > pkg:gem/json@2.6", "pkg:gem/b@3 > pkg:gem/a@1.0"});
  CHECK(inventory.remarks == std::vector<Remark>{{"app/bundler/gems/c-0123/c.gemspec",
                                                  "ruby: its name and version are no literals"}});
}

TEST_CASE("Composer's record of what is installed is read in both its forms") {
  const std::string list = R"([
    {"name": "Acme/Log", "version": "v2.1.0", "license": ["MIT"], "homepage": "https://l.example/",
     "authors": [{"name": "A. Uthor", "email": "a@example.org"}], "description": "Logs",
     "dist": {"url": "https://d.example/l.zip",
              "shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
     "require": {"php": ">=8", "ext-json": "*", "psr/log-implementation": "1", "acme/base": "1"}},
    {"name": "acme/base", "version": "1.0.0", "license": "BSD", "replace": {"old/base": "*"},
     "provide": {"psr/log-implementation": "1"}, "source": {"url": "https://s.example/b.git"}},
    {"name": "no/version"}, 7])";
  const bool is_second_form = GENERATE(false, true);
  const std::string text = is_second_form ? R"({"packages": )" + list + "}" : list;
  const Inventory inventory =
      inventory_of({php_cataloger()}, {TarBuilder{}
                                           .file("app/vendor/composer/installed.json", text)
                                           .file("app/installed.json", list)});
  CHECK(packages_and_edges(inventory) ==
        Lines{"pkg:composer/acme/base@1.0.0 app/vendor/composer/installed.json",
              "pkg:composer/acme/log@v2.1.0 app/vendor/composer/installed.json",
              "pkg:composer/acme/log@v2.1.0 > pkg:composer/acme/base@1.0.0"});
  const Package& log = only_package(inventory, "log");
  CHECK(log.supplier == "A. Uthor <a@example.org>");
  CHECK(log.download == "https://d.example/l.zip");
  CHECK(log.hashes.size() == 1);
  CHECK(only_package(inventory, "base").download == "https://s.example/b.git");
}

TEST_CASE("a record of Composer's without packages is refused") {
  CHECK(error_of(ErrorKind::invalid, [] { parse_composer_installed("{}", "i.json"); }) ==
        "i.json has no list of packages");
}

TEST_CASE("an application of .NET has the packages of which it has files") {
  const std::string text = R"({
    "targets": {".NETCoreApp,Version=v8.0": {
      "App/1.0.0": {"dependencies": {"Json": "13.0.1", "Std": "2.0.3"}, "runtime": {"App.dll": {}}},
      "Json/13.0.1": {"dependencies": {"Std": "2.0.3"}, "runtime": {"lib/Json.dll": {}}},
      "Std/2.0.3": {"dependencies": {"Platforms": "1.1.0", "Native": "4.3.0"}},
      "Platforms/1.1.0": {"runtime": {"lib/netstandard1.0/_._": {}}},
      "Native/4.3.0": {"runtimeTargets": {"runtimes/linux/n.so": {}},
                       "dependencies": {"Std": "2.0.3"}}}},
    "libraries": {
      "App/1.0.0": {"type": "project", "sha512": ""},
      "Json/13.0.1": {"type": "package", "sha512":
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="},
      "Std/2.0.3": {"type": "package"}, "Platforms/1.1.0": {"type": "package"},
      "Native/4.3.0": {"type": "package"},
      "runtimepack.Pack/8.0.1": {"type": "runtimepack"}, "bad": 7}})";
  const Inventory inventory =
      inventory_of({dotnet_cataloger()}, {TarBuilder{}.file("app/App.deps.json", text)});
  CHECK(packages_and_edges(inventory) == Lines{"pkg:nuget/Json@13.0.1 app/App.deps.json",
                                               "pkg:nuget/Native@4.3.0 app/App.deps.json",
                                               "pkg:nuget/Json@13.0.1 > pkg:nuget/Native@4.3.0"});
  REQUIRE(only_package(inventory, "Json").hashes.size() == 1);
  CHECK(only_package(inventory, "Json").hashes[0].hex.starts_with("cf83e1357eefb8bd"));
  CHECK(error_of(ErrorKind::invalid, [] { parse_dotnet_deps("{}", "a.deps.json"); }) ==
        "a.deps.json has no libraries");
}

TEST_CASE("an environment of conda has what its conda-meta records") {
  const std::string place = "opt/conda/conda-meta/";
  const Inventory inventory = inventory_of(
      {conda_cataloger()},
      {TarBuilder{}
           .file(place + "a-1.0-h1_0.json",
                 R"({"name": "a", "version": "1.0", "build": "h1_0", "subdir": "linux-64",
                     "channel": "https://conda.example/conda-forge/linux-64", "license": "MIT",
                     "url": "https://conda.example/a.conda",
                     "md5": "d41d8cd98f00b204e9800998ecf8427e", "sha256": "short",
                     "depends": ["b >=2,<3", "__glibc >=2.17", "gone"]})")
           .file(place + "b-2.0-0.json", R"({"name": "b", "version": "2.0"})")
           .file(place + "state.json", R"({"x": 1})")
           .file("opt/b.json", R"({"name": "b", "version": "2.0"})")
           .file(place + "broken.json", "{")});
  CHECK(packages_and_edges(inventory) ==
        Lines{"pkg:conda/a@1.0?build=h1_0&channel=conda-forge&subdir=linux-64 " + place +
                  "a-1.0-h1_0.json",
              "pkg:conda/b@2.0 " + place + "b-2.0-0.json",
              "pkg:conda/a@1.0?build=h1_0&channel=conda-forge&subdir=linux-64 > pkg:conda/b@2.0"});
  const Package& a = only_package(inventory, "a");
  CHECK(a.hashes == std::vector<PackageHash>{{"md5", "d41d8cd98f00b204e9800998ecf8427e"}});
  CHECK(a.download == "https://conda.example/a.conda");
  REQUIRE(a.licenses.size() == 1);
  CHECK(inventory.remarks.size() == 1);
}

}  // namespace
}  // namespace lade::sbom
