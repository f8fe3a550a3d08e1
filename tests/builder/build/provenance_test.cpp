#include "builder/build/provenance.h"

#include <catch2/catch.hpp>

#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

BuildOptions some_options() {
  BuildOptions options;
  options.containerfile = "FROM debian:12\nARG TOKEN\nCOPY . /\n";
  options.containerfile_path = "docker/Containerfile";
  options.platform = Platform::parse("linux/amd64", host_platform());
  options.tags = {Reference::parse("registry.example/app:1")};
  options.build_args = {{"VERSION", "1.2"}};
  options.secrets["token"] = {.file = "/home/somebody/token", .variable = ""};
  options.named_contexts = {{"src", "/home/somebody/src"}};
  return options;
}

BuildRecord some_record() {
  BuildRecord record{.manifest = raw_manifest("{}", "application/json"),
                     .config = {"application/json", digest_of("config"), 6},
                     .layers = {},
                     .images = {},
                     .materials = {}};
  record.images.push_back({"docker.io/library/debian:12", digest_of("base"), {}, {}});
  record.images.push_back({"registry.example/team/tool:2", digest_of("tool"), {}, {}});
  record.materials = {
      {.name = "context", .digests = {{"sha256", digest_of("files").hex()}}},
      {.uri = "https://example.org/a.tar", .digests = {{"sha256", digest_of("a").hex()}}}};
  return record;
}

ProvenanceFacts some_facts(ProvenanceMode mode) {
  return {.mode = mode,
          .builder_id = "https://ci.example/builder",
          .version = "1.0",
          .context_uri = "",
          .started = {1'700'000'000, 0},
          .finished = {1'700'000'060, 0}};
}

TEST_CASE("provenance names every input by its digest") {
  const Json predicate =
      provenance_predicate(some_options(), some_record(), some_facts(ProvenanceMode::min));
  const Json& definition = predicate["buildDefinition"];
  CHECK(definition["buildType"] == containerfile_build_type);
  std::map<std::string, std::string> found;
  for (const Json& one : definition["resolvedDependencies"]) {
    found[one.contains("uri") ? one["uri"] : one["name"]] = one["digest"]["sha256"];
  }
  const std::string base = digest_of("base").hex();
  const std::string tool = digest_of("tool").hex();
  CHECK(found ==
        std::map<std::string, std::string>{
            {"pkg:docker/debian@12?digest=sha256%3A" + base + "&platform=linux%2Famd64", base},
            {"pkg:docker/registry.example/team/tool@2?digest=sha256%3A" + tool +
                 "&platform=linux%2Famd64",
             tool},
            {"context", digest_of("files").hex()},
            {"https://example.org/a.tar", digest_of("a").hex()}});
  CHECK(predicate["runDetails"]["builder"]["id"] == "https://ci.example/builder");
  CHECK(predicate["runDetails"]["metadata"]["startedOn"] == "2023-11-14T22:13:20Z");
}

TEST_CASE("mode min names build arguments, mode max tells their values and the Containerfile") {
  const Json min =
      provenance_predicate(some_options(), some_record(), some_facts(ProvenanceMode::min));
  const Json max =
      provenance_predicate(some_options(), some_record(), some_facts(ProvenanceMode::max));
  const auto parameters = [](const Json& predicate) {
    return predicate["buildDefinition"]["externalParameters"];
  };
  CHECK(parameters(min)["request"]["buildArgs"] == Json::array({"VERSION"}));
  CHECK(parameters(max)["request"]["buildArgs"] == Json{{"VERSION", "1.2"}});
  CHECK_FALSE(parameters(min)["configSource"].contains("content"));
  CHECK(parameters(max)["configSource"]["content"] == some_options().containerfile);
  CHECK(parameters(min)["configSource"]["digest"]["sha256"] ==
        digest_of(some_options().containerfile).hex());
}

TEST_CASE("no mode tells where secrets and contexts lie on this machine") {
  const ProvenanceMode mode = GENERATE(ProvenanceMode::min, ProvenanceMode::max);
  const Json predicate = provenance_predicate(some_options(), some_record(), some_facts(mode));
  const std::string text = to_compact(predicate);
  CHECK(text.find("somebody") == std::string::npos);
  const Json& request = predicate["buildDefinition"]["externalParameters"]["request"];
  CHECK(request["secrets"] == Json::array({"token"}));
  CHECK(request["contexts"] == Json::array({"src"}));
}

TEST_CASE("with an epoch equal builds have equal provenance, whenever they ran") {
  BuildOptions options = some_options();
  options.epoch = Timestamp{0, 0};
  ProvenanceFacts later = some_facts(ProvenanceMode::max);
  later.started.seconds += 1000;
  const std::string first =
      to_compact(provenance_predicate(options, some_record(), some_facts(ProvenanceMode::max)));
  CHECK(first == to_compact(provenance_predicate(options, some_record(), later)));
  CHECK(first.find("startedOn") == std::string::npos);
}

}  // namespace
}  // namespace lade::builder
