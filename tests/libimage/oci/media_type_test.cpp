#include "libimage/oci/media_type.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade {
namespace {

TEST_CASE("compressions have names") {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd,
                                        Compression::xz, Compression::bzip2}) {
    CHECK(parse_compression(to_string(compression)) == compression);
  }
  CHECK(parse_compression("uncompressed") == Compression::none);
  CHECK_FALSE(parse_compression("GZIP"));
  CHECK_FALSE(parse_compression(""));
}

struct LayerCase {
  std::string type;
  std::optional<Compression> compression;
  bool foreign;
  std::string oci;
  std::string docker;
};

const std::string oci = "application/vnd.oci.image.layer.";
const std::string docker = "application/vnd.docker.image.rootfs.";

TEST_CASE("a layer's media type tells its compression and has a counterpart") {
  const std::vector<LayerCase> cases = {
      {oci + "v1.tar", Compression::none, false, "", docker + "diff.tar"},
      {oci + "v1.tar+gzip", Compression::gzip, false, "", docker + "diff.tar.gzip"},
      {oci + "v1.tar+zstd", Compression::zstd, false, "", docker + "diff.tar.zstd"},
      {oci + "nondistributable.v1.tar", Compression::none, true, "", docker + "foreign.diff.tar"},
      {oci + "nondistributable.v1.tar+gzip", Compression::gzip, true, "",
       docker + "foreign.diff.tar.gzip"},
      {oci + "nondistributable.v1.tar+zstd", Compression::zstd, true, "",
       docker + "foreign.diff.tar.zstd"},
      {docker + "diff.tar", Compression::none, false, oci + "v1.tar", ""},
      {docker + "diff.tar.gzip", Compression::gzip, false, oci + "v1.tar+gzip", ""},
      {docker + "foreign.diff.tar.gzip", Compression::gzip, true,
       oci + "nondistributable.v1.tar+gzip", ""},
      {oci + "v1.tar+gzip+encrypted", std::nullopt, false, "", ""},
      {oci + "v1.tar+unknown", std::nullopt, false, "", ""},
      {docker + "diff.tar+gzip", std::nullopt, false, "", ""},
      {"", std::nullopt, false, "", ""},
  };
  for (const LayerCase& c : cases) {
    INFO(c.type);
    CHECK(media_type::is_layer(c.type) == c.compression.has_value());
    CHECK(media_type::layer_compression(c.type) == c.compression);
    CHECK(media_type::is_foreign_layer(c.type) == c.foreign);
    CHECK(media_type::to_oci(c.type) == (c.oci.empty() ? c.type : c.oci));
    CHECK(media_type::to_docker(c.type) == (c.docker.empty() ? c.type : c.docker));
  }
}

TEST_CASE("the layer type of a format fits its compression") {
  CHECK(media_type::layer_type(false, Compression::zstd) == media_type::oci_layer_zstd);
  CHECK(media_type::layer_type(true, Compression::gzip) == media_type::docker_layer_gzip);
  CHECK(media_type::layer_type(true, Compression::none) == media_type::docker_layer);
  CHECK_THROWS_WITH(media_type::layer_type(false, Compression::xz),
                    "OCI has no media type for a layer compressed with xz");
  CHECK_THROWS_AS(media_type::layer_type(true, Compression::bzip2), Error);
}

TEST_CASE("documents are told apart by media type") {
  using namespace media_type;
  CHECK((is_manifest(oci_manifest) && is_manifest(docker_manifest)));
  CHECK_FALSE((is_manifest(oci_index) || is_manifest(docker_schema1) || is_manifest("")));
  CHECK((is_index(oci_index) && is_index(docker_list)));
  CHECK_FALSE((is_index(oci_manifest) || is_index(docker_manifest)));
  CHECK((is_schema1(docker_schema1) && is_schema1(docker_schema1_signed)));
  CHECK_FALSE(is_schema1(docker_manifest));
  CHECK((is_config(oci_config) && is_config(docker_config)));
  CHECK_FALSE(is_config(oci_empty));
  CHECK((is_docker(docker_list) && is_docker(docker_layer)));
  CHECK_FALSE(is_docker(oci_layer));
}

TEST_CASE("documents have counterparts in the other family") {
  using namespace media_type;
  CHECK(to_oci(docker_manifest) == oci_manifest);
  CHECK(to_oci(docker_list) == oci_index);
  CHECK(to_oci(docker_config) == oci_config);
  CHECK(to_docker(oci_manifest) == docker_manifest);
  CHECK(to_docker(oci_index) == docker_list);
  CHECK(to_docker(oci_config) == docker_config);
  CHECK(to_oci(oci_manifest) == oci_manifest);
  CHECK(to_docker(oci_empty) == oci_empty);
}

}  // namespace
}  // namespace lade
