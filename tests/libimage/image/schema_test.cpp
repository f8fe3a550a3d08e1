#include <catch2/catch.hpp>
#include <cstdlib>

#include "libimage/base/child.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/image/artifact.h"
#include "libimage/image/copy.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

constexpr int module_missing = 77;

std::string corpora() {
  const char* set = std::getenv("LADE_CORPORA");
  return set != nullptr ? set : LADE_CORPORA_DEFAULT;
}

/// Python's verdict on a document; `module_missing` if it cannot judge.
int verdict(const std::string& kind, const std::string& text) {
  const TempDir directory("/tmp");
  const std::string path = join_path(directory.path(), "document.json");
  write_file_atomic(path, text);
  ChildOptions options;
  options.argv = {"/usr/bin/python3", LADE_TEST_SUPPORT "/validate_schema.py", kind, path};
  options.environment = {{"LADE_CORPORA", corpora()}};
  Child child(options);
  return child.wait().code;
}

bool can_judge() {
  if (!file_exists(join_path(corpora(), "schemas/oci")) || !file_exists("/usr/bin/python3")) {
    WARN("skipped: no schemas or no python3");
    return false;
  }
  if (verdict("index", R"({"schemaVersion":2,"manifests":[]})") == module_missing) {
    WARN("skipped: python3 has no jsonschema");
    return false;
  }
  return true;
}

ImageConfig full_config() {
  ImageConfig config;
  config.created = build_time;
  config.author = "somebody";
  config.platform = Platform::parse("linux/arm/v7");
  config.config.user = "1000:1000";
  config.config.exposed_ports = {"80/tcp"};
  config.config.env = {"PATH=/bin", "EMPTY="};
  config.config.entrypoint = std::vector<std::string>{"/app"};
  config.config.cmd = std::vector<std::string>{};
  config.config.volumes = {"/data"};
  config.config.working_dir = "/";
  config.config.labels = {{"a", "b"}};
  config.config.stop_signal = "SIGTERM";
  config.history = {step("RUN x", false), step("ENV y", true)};
  return config;
}

TEST_CASE("what author_image writes passes the schemas of image-spec") {
  if (!can_judge()) return;
  MemoryImageSource source;
  const NewLayer layer = add_layer(source, tar_of({{"a", "b"}}), Compression::zstd);
  ImageConfig config = full_config();
  config.diff_ids = {layer.diff_id};
  const AuthoredImage image =
      author_image(config, {layer.blob}, {{"org.example.key", "value"}}, ImageFormat::oci);
  CHECK(verdict("manifest", image.manifest.bytes) == 0);
  CHECK(verdict("config", image.config_bytes) == 0);
}

TEST_CASE("what convert and copies write passes the schemas of image-spec") {
  if (!can_judge()) return;
  MemoryImageSource source;
  const RawManifest docker = add_small_image(source, {.format = ImageFormat::docker});
  source.set_top(index_of({instance(docker, "linux/amd64")}, ImageFormat::docker));
  MemoryImageDestination destination;
  copy_image(source, destination,
             {.platforms = {.kind = PlatformChoice::Kind::all},
              .format = ImageFormat::oci,
              .compression = Compression::zstd},
             no_progress());
  CHECK(verdict("index", destination.top()->bytes) == 0);
  REQUIRE(destination.manifests().size() == 1);
  CHECK(verdict("manifest", destination.manifests().begin()->second.bytes) == 0);
}

TEST_CASE("artifacts pass the schemas of image-spec") {
  if (!can_judge()) return;
  const RawManifest image = raw_manifest("{}", std::string(media_type::oci_manifest));
  CHECK(verdict("manifest", author_artifact({.artifact_type = "application/spdx+json",
                                             .annotations = {{"a", "b"}},
                                             .subject = image.descriptor()})
                                .bytes) == 0);
}

TEST_CASE("the schemas refuse what is wrong") {
  if (!can_judge()) return;
  CHECK(verdict("manifest", R"({"schemaVersion":2,"layers":[]})") == 1);
  CHECK(verdict("manifest", R"({"schemaVersion":2,"config":{"mediaType":"x","size":-1,)"
                            R"("digest":"sha256:0"},"layers":[{}]})") == 1);
  CHECK(verdict("config", R"({"os":"linux"})") == 1);
}

}  // namespace
}  // namespace lade
