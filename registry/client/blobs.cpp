#include "registry/client/blobs.h"

#include "libimage/base/error.h"
#include "libimage/base/url.h"
#include "registry/client/blob_upload.h"
#include "registry/http/download.h"

namespace lade::registry {
namespace {

std::string named(const Repository& repository, const Digest& digest) {
  return fmt::format("blob {} of {}", digest.str(), repository.reference.name());
}

std::optional<std::uint64_t> known_size(const Descriptor& descriptor) {
  if (descriptor.size_bytes == 0) return std::nullopt;
  return descriptor.size_bytes;
}

}  // namespace

std::optional<std::uint64_t> find_blob(const Repository& repository, const Digest& digest) {
  HttpResponse response =
      repository.pull({.method = "HEAD", .url = repository.path("blobs/" + digest.str())});
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) fail_answer(response, "look for " + named(repository, digest));
  return response.size_bytes().value_or(0);
}

std::unique_ptr<Source> open_blob(const Repository& repository, const Descriptor& descriptor,
                                  std::uint64_t first_byte) {
  try {
    return std::make_unique<Download>(
        [repository](const HttpRequest& request) { return repository.pull(request); },
        HttpRequest{.url = repository.path("blobs/" + descriptor.digest.str())}, first_byte,
        known_size(descriptor));
  } catch (Error& error) {
    error.add_context("cannot pull " + named(repository, descriptor.digest));
    throw;
  }
}

std::unique_ptr<Source> open_foreign_blob(HttpClient& http, const Descriptor& descriptor,
                                          std::uint64_t first_byte) {
  std::string tried;
  for (const std::string& url : descriptor.urls) {
    try {
      return std::make_unique<Download>(
          [&http](const HttpRequest& request) { return http.send(request); },
          HttpRequest{.url = url}, first_byte, known_size(descriptor));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      tried += fmt::format("; {}", error.message());
    }
  }
  fail(ErrorKind::not_found, "no URL of {} leads to it{}", descriptor.digest.str(), tried);
}

bool mount_blob(const Repository& repository, const Digest& digest, const Reference& from) {
  const std::string query =
      fmt::format("blobs/uploads/?mount={}&from={}", digest.str(), percent_encode(from.path()));
  // both repositories in one token
  const std::vector<Scope> scopes = {repository_scope(repository.reference, {"pull", "push"}),
                                     repository_scope(from)};
  HttpResponse response;
  try {
    response = repository.registry->send(
        {.method = "POST", .url = repository.path(query), .body = HttpBody::of("")}, scopes);
  } catch (const Error& error) {
    // whoever may not read there may still upload here
    if (error.kind() == ErrorKind::denied) return false;
    throw;
  }
  if (response.status == 201) return true;
  // the registry has begun an upload in its place
  if (response.status == 202) UploadSession::discard(repository, response);
  return false;
}

}  // namespace lade::registry
