// Manifests of other projects, as they are found in registries.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/oci/index.h"
#include "libimage/oci/manifest.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

namespace type = media_type;

std::filesystem::path manifests_folder() {
  const char* given = std::getenv("LADE_CORPORA");
  return std::filesystem::path(given != nullptr ? given : LADE_CORPORA_DEFAULT) / "manifests";
}

/// How many layers each document has that must be read; every other one must be refused.
const std::map<std::string, std::pair<std::string_view, std::size_t>> readable = {
    {"ociv1.encrypted.manifest.json", {type::oci_manifest, 3}},
    {"ociv1.everything.json", {type::oci_manifest, 1}},
    // a layer of an unknown type is no reason to refuse an image (image-spec 1.1, manifest.md)
    {"ociv1.invalid.mediatype.manifest.json", {type::oci_manifest, 3}},
    {"ociv1.nondistributable.gzip.manifest.json", {type::oci_manifest, 1}},
    {"ociv1.nondistributable.manifest.json", {type::oci_manifest, 1}},
    {"ociv1.nondistributable.zstd.manifest.json", {type::oci_manifest, 1}},
    {"ociv1.uncompressed.manifest.json", {type::oci_manifest, 3}},
    {"ociv1.zstd.manifest.json", {type::oci_manifest, 3}},
    {"v2s2.everything.json", {type::docker_manifest, 1}},
    {"v2s2.nondistributable.gzip.manifest.json", {type::docker_manifest, 1}},
    {"v2s2.nondistributable.manifest.json", {type::docker_manifest, 1}},
    {"v2s2.uncompressed.manifest.json", {type::docker_manifest, 3}},
};

TEST_CASE("manifests of other projects are read, or refused for a reason") {
  if (!std::filesystem::exists(manifests_folder())) {
    WARN("skipped: no corpora at " << manifests_folder());
    return;
  }
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(manifests_folder())) {
    const std::string name = entry.path().filename();
    INFO(name);
    const std::string bytes = read_file(entry.path(), manifest_limit_bytes);
    if (const auto found = readable.find(name); found != readable.end()) {
      const auto& [media_type, layers] = found->second;
      const Manifest manifest = parse_manifest(bytes, "", name);
      CHECK(manifest.media_type == media_type);
      CHECK(manifest.layers.size() == layers);
      CHECK(parse_manifest(serialize(manifest), media_type, name) == manifest);
      ++read;
      continue;
    }
    // the rest is schema 1 or no JSON at all
    const bool schema1 = name == "v2s1.everything.json";
    try {
      parse_manifest(bytes, "", name);
      FAIL("was read");
    } catch (const Error& error) {
      CHECK(error.kind() == (schema1 ? ErrorKind::unsupported : ErrorKind::invalid));
    }
    CHECK_THROWS_AS(parse_index(bytes, "", name), Error);
  }
  CHECK(read == readable.size());
}

TEST_CASE("a manifest with every member keeps them all") {
  const auto path = manifests_folder() / "ociv1.everything.json";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path);
    return;
  }
  const std::string bytes = read_file(path, manifest_limit_bytes);
  const Manifest manifest = parse_manifest(bytes, "", "everything");
  CHECK(manifest.artifact_type == "application/our-artifact");
  CHECK(manifest.config.data == "a");
  CHECK(manifest.layers.at(0).urls == std::vector<std::string>{"https://some.example/layer"});
  REQUIRE(manifest.subject);
  CHECK(manifest.subject->artifact_type == "application/our-subject");
  CHECK(manifest.subject->platform == Platform{"b", "a", "e", "c", {"d"}});
  // nothing that the document says is lost: both are the same value of JSON
  CHECK(nlohmann::json::parse(serialize(manifest)) == nlohmann::json::parse(bytes));
}

}  // namespace
}  // namespace lade
