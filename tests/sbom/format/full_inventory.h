#pragma once

#include <string>
#include <string_view>

#include "libimage/oci/hasher.h"
#include "sbom/format/identity.h"
#include "sbom/format/options.h"
#include "sbom/model/purl.h"

namespace lade::sbom {

inline WriteOptions example_options() {
  return {.created = {1'700'000'000, 5},
          .tool_version = "1.2.3",
          .author = "Example Team <sbom@example.org>"};
}

/// A package with its URL and a place.
inline Package example_package(PackageType type, std::string name, std::string version,
                               std::string path, const Distribution* distribution) {
  Package package{.type = type, .name = std::move(name), .version = std::move(version)};
  package.cataloger = "test";
  package.locations = {{.path = std::move(path)}};
  if (is_distribution_type(type)) {
    package.name_space = distribution->id;
    package.architecture = "amd64";
  }
  package.purl = purl_of(package, distribution).str();
  return package;
}

inline Subject example_image() {
  Subject subject{.name = "registry.example:5000/team/App",
                  .version = "v1",
                  .manifest = digest_of(std::string_view("manifest")),
                  .config = digest_of(std::string_view("config")),
                  .size_bytes = 12345,
                  .platform = "linux/amd64",
                  .created = Timestamp{1'600'000'000, 0}};
  for (const std::string_view content : {"base", "app"}) {
    subject.layers.push_back({.digest = digest_of("blob of " + std::string(content)),
                              .diff_id = digest_of(content),
                              .size_bytes = 77,
                              .media_type = "application/vnd.oci.image.layer.v1.tar+gzip",
                              .created_by = "RUN make \"" + std::string(content) + "\" # & <b>"});
  }
  subject.labels = {{"org.example.a", "x=y"}, {"org.example.b", "line\nline \\n \x01 end"}};
  return subject;
}

inline void add_rich_package(Inventory& inventory) {
  const Distribution& debian = *inventory.distribution;
  Package glibc = example_package(PackageType::deb, "libc6", "1:2.36-9+deb12u10",
                                  "var/lib/dpkg/status", &debian);
  glibc.source_name = "glibc";
  glibc.source_version = "2.36-9+deb12u10";
  glibc.licenses = {{.expression = "GPL-2.0-only OR MIT"},
                    {.expression = "LGPL-2.1-or-later",
                     .written = "LGPL-2.1+",
                     .evidence = LicenseEvidence::copyright,
                     .path = "usr/share/doc/libc6/copyright"},
                    {.expression = "LicenseRef-debian-custom",
                     .written = "custom <terms> & more",
                     .evidence = LicenseEvidence::text,
                     .path = "usr/share/doc/libc6/other"}};
  glibc.supplier = "GNU Libc Maintainers <debian-glibc@lists.debian.org>";
  glibc.homepage = "https://www.gnu.org/software/libc/libc.html";
  glibc.download = "https://packages.example.org/pool/main/g/glibc/libc6_2.36-9_amd64.deb";
  glibc.description = "GNU C Library: </text> \"shared\" libraries \xC3\xA4\xE2\x82\xAC \xFF";
  glibc.installed_bytes = 12'980'224;
  glibc.hashes = {{"sha256", digest_of(std::string_view("deb")).hex()},
                  {"sha512", digest_of(std::string_view("deb"), HashAlgorithm::sha512).hex()},
                  {"crc", "12ab"}};
  glibc.cpes = {"cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*", "cpe:2.3:a:gnu:libc:2.36:*:*:*:*:*:*:*"};
  glibc.depends = {"libgcc-s1", "libcrypt1 (>= 1:4.4.10-10~)"};
  glibc.provides = {"libc6-2.36"};
  glibc.remarks = {"held back half-installed"};
  glibc.locations.push_back({.path = "var/lib/dpkg/info/libc6.list", .layer = 1});
  glibc.introduced_layer = 0;
  glibc.changed_layer = 1;
  glibc.knows_all_dependencies = true;
  glibc.purl = purl_of(glibc, &debian).str();
  inventory.packages.push_back(std::move(glibc));
}

/// One of each kind of everything, with texts that formats have to escape.
inline Inventory full_inventory() {
  Inventory inventory{.subject = example_image()};
  inventory.distribution = Distribution{.id = "debian",
                                        .id_like = {"a", "b"},
                                        .version_id = "12",
                                        .codename = "bookworm",
                                        .name = "Debian GNU/Linux",
                                        .pretty_name = "Debian GNU/Linux 12 (bookworm)",
                                        .cpe = "cpe:2.3:o:debian:debian:12:*:*:*:*:*:*:*",
                                        .home_url = "https://www.debian.org/",
                                        .support_end = "2028-06-30",
                                        .path = "usr/lib/os-release"};
  add_rich_package(inventory);
  const Distribution* debian = &*inventory.distribution;
  const auto add = [&](PackageType type, std::string name, std::string version, std::string path) {
    inventory.packages.push_back(
        example_package(type, std::move(name), std::move(version), std::move(path), debian));
    return inventory.packages.size() - 1;
  };
  const std::size_t gcc = add(PackageType::deb, "libgcc-s1", "12.2.0-14", "var/lib/dpkg/status");
  inventory.packages[gcc].supplier = "no address (really) <at> all";
  const std::size_t apk = add(PackageType::apk, "musl", "1.2.4-r2", "lib/apk/db/installed");
  inventory.packages[apk].supplier = "Somebody <not an address>";
  inventory.packages[apk].download = "not a uri";
  const std::size_t rpm =
      add(PackageType::rpm, "bash", "0:5.1.8-6.el9", "var/lib/rpm/rpmdb.sqlite");
  inventory.packages[rpm].qualifiers = {{"modularity", "x:1"}};
  inventory.packages[rpm].source_name = "bash";
  inventory.packages[rpm].source_version = "5.1.8-6.el9";
  inventory.packages[rpm].purl = purl_of(inventory.packages[rpm], debian).str();
  add(PackageType::alpm, "zlib", "1:1.3-1", "var/lib/pacman/local/zlib/desc");
  add(PackageType::opkg, "uci", "2021-1", "usr/lib/opkg/status");
  const std::size_t binary =
      add(PackageType::golang, "example.org/cmd/App", "v1.0.0", "usr/bin/app");
  const std::size_t module = add(PackageType::golang, "golang.org/x/net", "v0.17.0", "usr/bin/app");
  const std::size_t npm =
      add(PackageType::npm, "core", "7.0.0", "usr/lib/node_modules/@babel/core/package.json");
  inventory.packages[npm].name_space = "@babel";
  inventory.packages[npm].purl = purl_of(inventory.packages[npm], debian).str();
  inventory.packages[npm].declared_only = true;
  inventory.packages[npm].supplier = "A. Author <a@example.org>";
  add(PackageType::pypi, "Zope_Interface", "6.0", "usr/lib/python3/x.dist-info/METADATA");
  const std::size_t outer = add(PackageType::maven, "outer", "1.0", "opt/app.war");
  const std::size_t inner = add(PackageType::maven, "log4j-core", "2.14.1", "opt/app.war");
  for (const std::size_t jar : {outer, inner}) {
    inventory.packages[jar].name_space = "org.example";
    inventory.packages[jar].purl = purl_of(inventory.packages[jar], debian).str();
  }
  inventory.packages[inner].locations[0].inner = "WEB-INF/lib/log4j.jar!/a.jar";
  add(PackageType::gem, "rake", "13.0.6", "usr/lib/ruby/specifications/rake.gemspec");
  add(PackageType::composer, "monolog", "3.0.0", "app/vendor/composer/installed.json");
  add(PackageType::nuget, "Newtonsoft.Json", "13.0.1", "app/app.deps.json");
  add(PackageType::cargo, "serde", "1.0.0", "usr/bin/rust-app");
  add(PackageType::conda, "numpy", "1.26", "opt/conda/conda-meta/numpy.json");
  add(PackageType::hex, "phoenix", "1.7.0", "app/mix.lock");
  add(PackageType::pub, "http", "1.0.0", "app/pubspec.lock");
  const std::size_t generic = add(PackageType::generic, "python", "3.11.2", "usr/bin/python3.11");
  inventory.packages.push_back({.name = "nameless <&> \"thing\"", .cataloger = "test"});
  inventory.relations = {
      {0, gcc, RelationKind::depends_on},       {gcc, 0, RelationKind::depends_on},
      {binary, module, RelationKind::contains}, {outer, inner, RelationKind::contains},
      {npm, gcc, RelationKind::owned_by},       {generic, npm, RelationKind::described_by}};
  inventory.remarks = {{"opt/broken.jar", "not a zip archive: <too> \"short\"\nreally"},
                       {"var/lib/dpkg/status", "a stanza without a name"}};
  complete(inventory);
  return inventory;
}

}  // namespace lade::sbom
