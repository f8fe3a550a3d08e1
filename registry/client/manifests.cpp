#include "registry/client/manifests.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"
#include "registry/http/http_client.h"

namespace lade::registry {
namespace {

HttpRequest manifest_request(const Repository& repository, const std::string& method,
                             const std::string& tag_or_digest) {
  HttpRequest request{.method = method, .url = repository.path("manifests/" + tag_or_digest)};
  // without all of them a registry converts, or says that it has nothing
  for (const std::string_view type :
       {media_type::oci_index, media_type::oci_manifest, media_type::docker_list,
        media_type::docker_manifest, media_type::docker_schema1_signed,
        media_type::docker_schema1}) {
    request.headers.add("Accept", std::string(type));
  }
  return request;
}

std::string named(const Repository& repository, const std::string& tag_or_digest) {
  return fmt::format("{}{}{}", repository.reference.name(),
                     tag_or_digest.find(':') == std::string::npos ? ":" : "@", tag_or_digest);
}

/// "type/subtype" without parameters.
std::string media_type_of(const HttpResponse& response) {
  const std::string value = response.headers.find("Content-Type").value_or("");
  return std::string(trim(value.substr(0, value.find(';'))));
}

RawManifest read_answer(HttpResponse& response, const std::string& what) {
  std::string bytes = read_all(*response.body, manifest_limit_bytes, what);
  std::string type = media_type_of(response);
  const bool told =
      media_type::is_manifest(type) || media_type::is_index(type) || media_type::is_schema1(type);
  if (!told) type = guess_manifest_type(bytes, what);
  return raw_manifest(std::move(bytes), std::move(type));
}

}  // namespace

std::optional<Descriptor> find_manifest(const Repository& repository, const std::string& tag) {
  HttpResponse response = repository.pull(manifest_request(repository, "HEAD", tag));
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) fail_answer(response, "look for " + named(repository, tag));
  const auto text = response.headers.find("Docker-Content-Digest");
  const auto digest = text ? Digest::try_parse(*text) : std::nullopt;
  const auto size = response.size_bytes();
  if (!digest || !size) return get_manifest(repository, tag).descriptor();
  return Descriptor{media_type_of(response), *digest, *size};
}

RawManifest get_manifest(const Repository& repository, const std::string& tag) {
  const std::string what = named(repository, tag);
  HttpResponse response = repository.pull(manifest_request(repository, "GET", tag));
  if (!response.ok()) fail_answer(response, "pull " + what);
  RawManifest manifest = read_answer(response, what);
  const auto text = response.headers.find("Docker-Content-Digest");
  const auto claimed = text ? Digest::try_parse(*text) : std::nullopt;
  if (claimed && digest_of(manifest.bytes, claimed->algorithm()) != *claimed) {
    fail(ErrorKind::corrupt, "{}: the registry says the manifest is {}, what it sent is {}", what,
         claimed->str(), manifest.digest.str());
  }
  return manifest;
}

RawManifest get_manifest(const Repository& repository, const Descriptor& descriptor) {
  const std::string digest = descriptor.digest.str();
  const std::string what = named(repository, digest);
  HttpResponse response = repository.pull(manifest_request(repository, "GET", digest));
  if (!response.ok()) fail_answer(response, "pull " + what);
  RawManifest manifest = read_answer(response, what);
  const Digest got = digest_of(manifest.bytes, descriptor.digest.algorithm());
  if (got != descriptor.digest) {
    fail(ErrorKind::corrupt, "{}: what the registry sent is {}", what, got.str());
  }
  if (descriptor.size_bytes != 0 && descriptor.size_bytes != manifest.bytes.size()) {
    fail(ErrorKind::corrupt, "{}: wanted {} bytes, got {}", what, descriptor.size_bytes,
         manifest.bytes.size());
  }
  manifest.digest = descriptor.digest;
  if (!descriptor.media_type.empty()) manifest.media_type = descriptor.media_type;
  return manifest;
}

bool put_manifest(const Repository& repository, const RawManifest& manifest,
                  const std::string& tag_or_digest) {
  HttpRequest request{.method = "PUT",
                      .url = repository.path("manifests/" + tag_or_digest),
                      .headers = {{"Content-Type", manifest.media_type}},
                      .body = HttpBody::of(manifest.bytes)};
  HttpResponse response = repository.push(std::move(request));
  if (!response.ok()) fail_answer(response, "push " + named(repository, tag_or_digest));
  const auto text = response.headers.find("Docker-Content-Digest");
  const auto stored = text ? Digest::try_parse(*text) : std::nullopt;
  if (stored && stored->algorithm() == manifest.digest.algorithm() && *stored != manifest.digest) {
    fail(ErrorKind::corrupt, "{}: the registry stored {} in place of {}",
         named(repository, tag_or_digest), stored->str(), manifest.digest.str());
  }
  return response.headers.find("OCI-Subject").has_value();
}

bool delete_manifest(const Repository& repository, const std::string& tag_or_digest) {
  HttpResponse response =
      repository.remove({.method = "DELETE", .url = repository.path("manifests/" + tag_or_digest)});
  if (response.status == 404) return false;
  if (response.status == 405 || response.status == 400) {
    fail(ErrorKind::unsupported,
         "{} does not let anybody delete {} (it answered {}): deletion is turned off there",
         repository.registry->host(), named(repository, tag_or_digest), response.status);
  }
  if (!response.ok()) fail_answer(response, "delete " + named(repository, tag_or_digest));
  return true;
}

}  // namespace lade::registry
