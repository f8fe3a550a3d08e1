#include "sbom/catalog/catalog_layer.h"

#include <catch2/catch.hpp>
#include <memory>
#include <utility>

#include "libimage/layer/layer_path.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade::sbom {
namespace {

using Kind = PathRule::Kind;

std::string elf_of(std::string_view text) {
  return "\x7F"
         "ELF" +
         std::string(60, '\0') + "\n" + std::string(text);
}

/// "PATH:package…" of every find, or its problem.
std::vector<std::string> shown(const LayerFinds& finds) {
  std::vector<std::string> lines;
  for (const Find& find : finds.finds) {
    std::string line = find.path + ":" + find.problem;
    for (const FoundPackage& found : find.packages) line += found.package.name;
    lines.push_back(line);
  }
  return lines;
}

LayerFinds catalog(const Catalogers& catalogers, const TarBuilder& builder,
                   const Toc* toc = nullptr) {
  const std::string bytes = builder.bytes();
  MemorySource tar(bytes);
  return catalog_layer(tar, Dispatch(catalogers),
                       {.what = "test.tar", .scratch = "/tmp", .toc = toc});
}

TEST_CASE("files are read by whole path, name, extension, directory, or as programs") {
  using Lines = std::vector<std::string>;
  const TarBuilder tar = TarBuilder{}
                             .file("lib/x.JAR", "jar 1")
                             .file("x/METADATA", "name 1")
                             .file("var/db/a", "directory 1")
                             .file("var/db/deep/a", "deeper 1")
                             .file("var/status", "path 1")
                             .file("usr/bin/x", elf_of("elf 1"))
                             .file("usr/bin/short",
                                   "\x7F"
                                   "ELF")
                             .file("usr/bin/script", "#!/bin/sh\n" + std::string(80, '#'));
  CHECK(shown(catalog({fake_cataloger({{Kind::path, "var/status"}})}, tar)) ==
        Lines{"var/status:path"});
  CHECK(shown(catalog({fake_cataloger({{Kind::name, "METADATA"}})}, tar)) ==
        Lines{"x/METADATA:name"});
  CHECK(shown(catalog({fake_cataloger({{Kind::extension, "jar"}})}, tar)) ==
        Lines{"lib/x.JAR:jar"});
  CHECK(shown(catalog({fake_cataloger({{Kind::directory, "var/db"}})}, tar)) ==
        Lines{"var/db/a:directory"});
  CHECK(shown(catalog({fake_cataloger({{Kind::elf, ""}})}, tar)) == Lines{"usr/bin/x:elf"});
  CHECK(shown(catalog({fake_cataloger(
                          {{Kind::path, "var/status"}, {Kind::elf, ""}, {Kind::name, "METADATA"}})},
                      tar)) == Lines{"usr/bin/x:elf", "var/status:path", "x/METADATA:name"});
}

TEST_CASE("of two members with one name the later is read") {
  const Catalogers list{fake_cataloger({{Kind::path, "a"}})};
  CHECK(shown(catalog(list, TarBuilder{}.file("a", "old 1").file("./a", "new 1"))) ==
        std::vector<std::string>{"a:new"});
  CHECK(shown(catalog(list, TarBuilder{}.file("a", "old 1").dir("a"))).empty());
}

TEST_CASE("a file is read where the layer's own links lead") {
  const Catalogers list{fake_cataloger({{Kind::path, "usr/lib/a"}})};
  const TarBuilder tar =
      TarBuilder{}.dir("usr/lib").symlink("lib", "usr/lib").file("lib/a", "one 1");
  CHECK(shown(catalog(list, tar)) == std::vector<std::string>{"usr/lib/a:one"});
}

TEST_CASE("a file with several names is read under each that is wanted") {
  const Catalogers list{fake_cataloger({{Kind::path, "b"}, {Kind::path, "c"}})};
  const Dispatch dispatch(list);
  const TarBuilder tar =
      TarBuilder{}.file("a", "one 1").file("b", "before 1").hardlink("b", "a").hardlink("c", "a");
  const std::string bytes = tar.bytes();
  MemorySource source(bytes);
  const IndexedFinds indexed =
      index_and_catalog_layer(source, dispatch, {.what = "test.tar", .scratch = "/tmp"});
  CHECK_FALSE(indexed.finds);
  CHECK(shown(catalog(list, tar, indexed.toc.get())) == std::vector<std::string>{"b:one", "c:one"});
}

/// Wants programs of one name alone.
class NamedProgram final : public Cataloger {
 public:
  std::string_view name() const override { return "named"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{Kind::elf, ""}}; }
  bool wants(std::string_view path, std::uint64_t /*size_bytes*/) const override {
    return base_name(path) == "busybox";
  }
  std::optional<Find> read(const FileView& file) const override {
    Find find;
    find.packages.push_back({.package = {.name = std::string(base_name(file.path))}});
    return find;
  }
};

/// The finds and whether it took a second pass.
std::pair<std::vector<std::string>, bool> found_in(const Catalogers& list, const TarBuilder& tar) {
  const std::string bytes = tar.bytes();
  MemorySource source(bytes);
  const IndexedFinds indexed =
      index_and_catalog_layer(source, Dispatch(list), {.what = "test.tar", .scratch = "/tmp"});
  if (indexed.finds) return {shown(*indexed.finds), false};
  return {shown(catalog(list, tar, indexed.toc.get())), true};
}

TEST_CASE("a program is known by any of its names") {
  using Found = std::pair<std::vector<std::string>, bool>;
  const Catalogers list{std::make_shared<NamedProgram>()};
  CHECK(found_in(list, TarBuilder{}
                           .file("bin/[", elf_of(""))
                           .hardlink("bin/busybox", "bin/[")
                           .hardlink("bin/ls", "bin/[")) == Found{{"bin/busybox:busybox"}, true});
  CHECK(found_in(list,
                 TarBuilder{}.file("bin/busybox", elf_of("")).hardlink("bin/ls", "bin/busybox")) ==
        Found{{"bin/busybox:busybox"}, false});
}

TEST_CASE("a link keeps the contents of a name that is replaced later") {
  const Catalogers list{fake_cataloger({{Kind::path, "b"}})};
  const TarBuilder tar = TarBuilder{}.file("a", "one 1").hardlink("b", "a").file("a", "two 1");
  CHECK(found_in(list, tar).first == std::vector<std::string>{"b:one"});
  const Catalogers both{fake_cataloger({{Kind::path, "a"}, {Kind::path, "b"}})};
  CHECK(found_in(both, tar).first == std::vector<std::string>{"a:two", "b:one"});
}

TEST_CASE("a wanted link to a file of a lower layer is a problem that is told") {
  const Catalogers list{fake_cataloger({{Kind::path, "b"}})};
  const auto found = found_in(list, TarBuilder{}.hardlink("b", "below").hardlink("c", "below"));
  CHECK(found.first ==
        std::vector<std::string>{"b:not read: it is a hard link to a file of a lower layer"});
}

TEST_CASE("a layer is indexed and read in one pass") {
  const Dispatch dispatch({fake_cataloger({{Kind::path, "a"}})});
  const std::string bytes = TarBuilder{}.file("a", "one 1").file("z", "zz").bytes();
  MemorySource source(bytes);
  const IndexedFinds indexed =
      index_and_catalog_layer(source, dispatch, {.what = "test.tar", .scratch = "/tmp"});
  REQUIRE(indexed.finds);
  CHECK(shown(*indexed.finds) == std::vector<std::string>{"a:one"});
  REQUIRE(indexed.toc->find("z"));
  CHECK(indexed.toc->find("z")->size_bytes == 2);
  CHECK(indexed.toc->tar_bytes() == bytes.size());
}

TEST_CASE("large files are read from disk, whole") {
  const std::size_t padding = (std::size_t{20} << 20U);
  const std::string text = std::string(padding, '#') + "\nlast 1";
  CHECK(shown(catalog({fake_cataloger({{Kind::path, "a"}})}, TarBuilder{}.file("a", text))) ==
        std::vector<std::string>{"a:last"});
}

TEST_CASE("what cannot be read is a problem of that file alone") {
  const Catalogers list{fake_cataloger({{Kind::directory, "d"}})};
  const TarBuilder tar = TarBuilder{}
                             .file("d/bad", "one 1\nfail broken")
                             .file("d/good", "two 1")
                             .file("d/large", std::string(std::size_t{33} << 20U, ' '));
  CHECK(shown(catalog(list, tar)) ==
        std::vector<std::string>{"d/bad:broken", "d/good:two",
                                 "d/large:not read: it has 34.6 MB, at most 33.6 MB are"});
}

TEST_CASE("a tar that is cut short is an error, not a short list") {
  const std::string bytes = TarBuilder{}.file("a", std::string(2000, 'x')).bytes();
  MemorySource tar(std::string_view(bytes).substr(0, 1500));
  const Dispatch dispatch({fake_cataloger({{Kind::path, "a"}})});
  const std::string message = error_of(ErrorKind::corrupt, [&] {
    catalog_layer(tar, dispatch, {.what = "test.tar", .scratch = "/tmp"});
  });
  CHECK_THAT(message, Catch::Contains("test.tar"));
}

TEST_CASE("a cache is another one when a cataloger is added or changed") {
  const Dispatch one({fake_cataloger({{Kind::path, "a"}})});
  const Dispatch two(
      {fake_cataloger({{Kind::path, "a"}}), fake_cataloger({}, PackageType::deb, "b")});
  CHECK(one.version() == Dispatch({fake_cataloger({})}).version());
  CHECK(one.version() != two.version());
}

}  // namespace
}  // namespace lade::sbom
