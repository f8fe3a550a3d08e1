#include "cmd/policy_image.h"

#include <filesystem>

#include "cmd/network.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/containers/containers_name.h"
#include "libimage/image/image.h"
#include "libimage/image/instance.h"
#include "libimage/transport/image_path.h"
#include "registry/client/docker_transport.h"
#include "registry/config/storage.h"
#include "registry/daemon/docker_daemon.h"

namespace lade::cmd {
namespace {

using signing::ImageSignature;
using signing::PolicySubject;

std::string resolved(const std::string& path) {
  std::error_code error;
  auto found = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) fail(ErrorKind::io, "cannot resolve {}: {}", printable(path), error.message());
  std::string text = found.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

PolicySubject storage_subject_of(const Session& session, const std::string& details) {
  const ContainersName name = parse_containers_name(details);
  std::string driver;
  std::string root;
  if (name.place) {
    driver = name.place->driver;
    root = name.place->root;
  } else {
    const registry::StorageConfig config = registry::load_storage(user_environment(session));
    driver = config.driver;
    root = config.root;
  }
  return signing::storage_subject(driver.empty() ? "overlay" : driver, root, name.reference,
                                  name.id);
}

/// Each layer of what cosign's tag names is one.
void add_cosign_signatures(ImageSource& source, const Digest& manifest,
                           std::vector<ImageSignature>& signatures) {
  const std::string wanted = fallback_tag(manifest) + ".sig";
  for (const Referrer& referrer : source.referrers(manifest)) {
    if (referrer.tag != wanted) continue;
    const RawManifest raw = read_manifest(source, referrer.descriptor);
    const Manifest parsed = parse_manifest(raw.bytes, raw.media_type, wanted);
    for (const Descriptor& layer : parsed.layers) {
      if (layer.media_type != signing::CosignSignature::simple_signing_type) continue;
      std::string payload = read_blob(source, layer, signing::SimpleSigning::size_limit_bytes);
      const std::map<std::string, std::string> annotations(layer.annotations.begin(),
                                                           layer.annotations.end());
      signatures.push_back({.origin = wanted,
                            .content = signing::parse_cosign_signature(
                                layer.media_type, std::move(payload), annotations)});
    }
  }
}

}  // namespace

PolicySubject policy_subject(const Session& session, const ImageName& name, const std::string& as) {
  if (!as.empty()) return signing::named_subject("docker", Reference::parse(as));
  const std::string& transport = name.transport;
  if (transport == "docker") {
    return signing::named_subject(transport, registry::DockerTransport::parse(name.details));
  }
  if (transport == "dir") return signing::path_subject(transport, resolved(name.details));
  if (transport == "oci" || transport == "oci-archive") {
    return signing::path_subject(transport, resolved(parse_oci_path(name.details, transport).path));
  }
  if (transport == "containers-storage") return storage_subject_of(session, name.details);
  if (transport == "docker-daemon") {
    const registry::DaemonImageName image = registry::parse_daemon_name(name.details);
    if (const auto* reference = std::get_if<Reference>(&image)) {
      return signing::named_subject(transport, *reference);
    }
  }
  // what is asked for by digest has no name that it would be known by
  if (transport == "store" && !Digest::try_parse(name.details)) {
    if (const auto reference = Reference::try_parse(name.details)) {
      return signing::named_subject(transport, *reference);
    }
  }
  return signing::plain_subject(transport);
}

std::vector<ImageSignature> find_image_signatures(ImageSource& source, const Digest& manifest) {
  std::vector<ImageSignature> signatures;
  for (std::string& bytes : source.signatures(manifest)) {
    signatures.push_back({.origin = fmt::format("signature-{}", signatures.size() + 1),
                          .content = std::move(bytes)});
  }
  add_cosign_signatures(source, manifest, signatures);
  return signatures;
}

namespace {

std::vector<std::string> policy_places(const Session& session) {
  const registry::UserEnvironment environment = user_environment(session);
  std::vector<std::string> places{environment.config_path("containers/policy.json"),
                                  environment.system_path("/etc/containers/policy.json"),
                                  environment.system_path("/usr/share/containers/policy.json")};
  std::erase(places, "");
  return places;
}

}  // namespace

std::optional<std::string> find_policy_file(Session& session) {
  if (auto named = session.policy().find_json()) return named;
  if (const auto set = session.variable("CONTAINERS_POLICY_CONF")) return *set;
  for (const std::string& place : policy_places(session)) {
    if (file_exists(place)) return place;
  }
  return std::nullopt;
}

std::string policy_file(Session& session) {
  if (const auto file = find_policy_file(session)) return *file;
  fail(ErrorKind::not_found, "there is no policy: none of {} is there",
       join(policy_places(session), ", "));
}

}  // namespace lade::cmd
