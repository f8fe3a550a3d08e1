#include "signing/lade_policy/provenance_facts.h"

#include <algorithm>

#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "libimage/oci/reference.h"
#include "signing/attest/predicate_condition.h"
#include "signing/lade_policy/image_facts.h"

namespace lade::signing {
namespace {

/// "git+https://host/team/app.git@refs/heads/main" is "https://host/team/app".
std::string repository_url(std::string url) {
  if (url.starts_with("git+")) url.erase(0, 4);
  url.resize(std::min(url.find('#'), url.size()));
  const auto slash = url.rfind('/');
  const auto scheme = url.find("://");
  // a ref may have slashes: the first "@" behind the host begins it
  const auto path = scheme == std::string::npos ? slash : url.find('/', scheme + 3);
  if (path != std::string::npos) url.resize(std::min(url.find('@', path), url.size()));
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  return url;
}

/// "pkg:docker/NAMESPACE/NAME@VERSION?platform=…" as a name.
std::string package_name(std::string_view uri) {
  uri.remove_prefix(std::string_view("pkg:docker/").size());
  uri = uri.substr(0, uri.find_first_of("?#"));
  const auto at = uri.rfind('@');
  const std::string name = percent_decode(uri.substr(0, at));
  const std::string version = at == uri.npos ? "" : percent_decode(uri.substr(at + 1));
  const auto reference = Reference::try_parse(version.empty() || version.find(':') != version.npos
                                                  ? name
                                                  : fmt::format("{}:{}", name, version));
  return reference ? reference->str() : name;
}

/// Whatever is not known to be something else: an image that is overlooked is one that is allowed.
bool is_image_uri(std::string_view uri) {
  constexpr std::string_view others[] = {"git+", "http://", "https://", "ssh://", "file:"};
  if (uri.empty()) return false;
  if (uri.starts_with("pkg:")) return uri.starts_with("pkg:docker/") || uri.starts_with("pkg:oci/");
  return std::none_of(std::begin(others), std::end(others),
                      [&](std::string_view other) { return uri.starts_with(other); });
}

}  // namespace

std::string provenance_builder(const Json& predicate) {
  const std::string id = text_at(predicate, "runDetails.builder.id");
  return id.empty() ? text_at(predicate, "builder.id") : id;
}

std::vector<std::string> provenance_sources(const Json& predicate) {
  constexpr std::string_view paths[] = {"buildDefinition.externalParameters.configSource.uri",
                                        "buildDefinition.externalParameters.workflow.repository",
                                        "buildDefinition.externalParameters.source.uri",
                                        "buildDefinition.externalParameters.source",
                                        "invocation.configSource.uri"};
  std::vector<std::string> sources;
  for (const std::string_view path : paths) {
    const std::string url = text_at(predicate, path);
    if (!url.empty()) sources.push_back(repository_url(url));
  }
  return sources;
}

std::vector<BaseImage> provenance_images(const Json& predicate) {
  std::vector<BaseImage> images;
  for (const std::string_view path : {"buildDefinition.resolvedDependencies.*", "materials.*"}) {
    for (const Json* dependency : values_at(predicate, path)) {
      const std::string uri = text_at(*dependency, "uri");
      if (!is_image_uri(uri)) continue;
      images.push_back(
          {.name = uri.starts_with("pkg:docker/") ? package_name(uri) : uri,
           .digest = Digest::try_parse("sha256:" + text_at(*dependency, "digest.sha256"))});
    }
  }
  return images;
}

std::optional<Timestamp> predicate_time(const std::string& type, const Json& predicate) {
  std::vector<std::string_view> paths;
  if (type.starts_with("https://cosign.sigstore.dev/attestation/vuln/")) {
    paths = {"metadata.scanFinishedOn", "metadata.scanStartedOn"};
  } else if (type == "https://slsa.dev/provenance/v1") {
    paths = {"runDetails.metadata.finishedOn"};
  } else if (type == "https://slsa.dev/provenance/v0.2") {
    paths = {"metadata.buildFinishedOn"};
  } else if (type == "https://spdx.dev/Document") {
    paths = {"creationInfo.created"};
  } else if (type == "https://cyclonedx.org/bom") {
    paths = {"metadata.timestamp"};
  } else if (type == "https://openvex.dev/ns") {
    paths = {"last_updated", "timestamp"};
  } else if (type == "urn:lade:attestation:certification:v1") {
    paths = {"issuedOn"};
  } else if (type == "urn:lade:attestation:delivery:v1") {
    paths = {"time"};
  }
  for (const std::string_view path : paths) {
    if (const auto time = parse_rfc3339(text_at(predicate, path))) return time;
  }
  return std::nullopt;
}

}  // namespace lade::signing
