#include "registry/client/blob_upload.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::registry {
namespace {

HttpBody bytes_of(std::span<const std::byte> bytes) {
  return {[bytes] { return std::make_unique<MemorySource>(bytes); }, bytes.size()};
}

/// The number behind the dash of "0-1023": distribution-spec's Range names the last byte had.
std::optional<std::uint64_t> last_byte(const std::string& range) {
  const auto dash = range.rfind('-');
  const auto number = dash == std::string::npos
                          ? std::nullopt
                          : parse_int(std::string_view(range).substr(dash + 1));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

UploadSession::UploadSession(Repository repository) : repository_(std::move(repository)) {
  HttpResponse response =
      repository_.push({.method = "POST",
                        .url = repository_.path("blobs/uploads/"),
                        .headers = {{"Content-Type", "application/octet-stream"}},
                        .body = HttpBody::of("")});
  if (!response.ok()) fail_answer(response, "push to " + repository_.reference.name());
  take_location(response);
  const auto least = response.headers.find("OCI-Chunk-Min-Length");
  const auto number = least ? parse_int(*least) : std::nullopt;
  if (number && *number > 0) least_chunk_bytes_ = static_cast<std::uint64_t>(*number);
}

UploadSession::~UploadSession() {
  if (ended_) return;
  try {
    repository_.push({.method = "DELETE", .url = location_, .repeatable = false});
  } catch (const std::exception&) {
    // the registry forgets it by itself in time
  }
}

void UploadSession::take_location(const HttpResponse& response) {
  const auto location = response.headers.find("Location");
  if (!location) {
    if (!location_.empty()) return;
    fail(ErrorKind::corrupt, "{} began an upload and did not say where",
         repository_.registry->host());
  }
  location_ = repository_.registry->resolve(response, *location);
}

HttpRequest UploadSession::patch(std::uint64_t size_bytes) const {
  HttpRequest request{.method = "PATCH",
                      .url = location_,
                      .headers = {{"Content-Type", "application/octet-stream"}},
                      .repeatable = false};
  if (size_bytes > 0) {
    request.headers.add("Content-Range", fmt::format("{}-{}", offset_, offset_ + size_bytes - 1));
  }
  return request;
}

void UploadSession::accept(HttpResponse response, std::uint64_t size_bytes) {
  if (response.status == 413) {
    throw TooLarge(ErrorKind::invalid,
                   fmt::format("{} does not take {} in one request", repository_.registry->host(),
                               human_size(size_bytes)));
  }
  if (!response.ok()) fail_answer(response, "push to " + repository_.reference.name());
  take_location(response);
  offset_ += size_bytes;
}

void UploadSession::send_chunk(std::span<const std::byte> chunk) {
  HttpRequest request = patch(chunk.size());
  request.body = bytes_of(chunk);
  accept(repository_.push(std::move(request)), chunk.size());
}

std::uint64_t UploadSession::find_offset() {
  HttpResponse response = repository_.push({.url = location_});
  if (!response.ok()) fail_answer(response, "carry on pushing to " + repository_.reference.name());
  take_location(response);
  const auto range = response.headers.find("Range");
  const auto last = range ? last_byte(*range) : std::nullopt;
  // "0-0" is what registries say of nothing, too; one byte is soon sent again
  offset_ = last && *last > 0 ? *last + 1 : 0;
  return offset_;
}

HttpClient::Upload UploadSession::stream(std::uint64_t size_bytes) {
  // one request for all needs no range, and old registries take none
  HttpRequest request = patch(offset_ == 0 ? 0 : size_bytes);
  request.body = HttpBody{{}, size_bytes};
  return repository_.registry->upload(std::move(request), repository_.push_scopes());
}

void UploadSession::finish_stream(HttpClient::Upload& upload, std::uint64_t size_bytes) {
  accept(upload.finish(), size_bytes);
}

void UploadSession::close(const Digest& digest) {
  const char separator = location_.find('?') == std::string::npos ? '?' : '&';
  HttpResponse response = repository_.push(
      {.method = "PUT",
       .url = fmt::format("{}{}digest={}", location_, separator, percent_encode(digest.str())),
       .headers = {{"Content-Type", "application/octet-stream"}},
       .body = HttpBody::of("")});
  if (!response.ok()) {
    fail_answer(response, fmt::format("push {} to {}", digest.str(), repository_.reference.name()));
  }
  ended_ = true;
}

void UploadSession::discard(const Repository& repository, const HttpResponse& response) noexcept {
  try {
    const auto location = response.headers.find("Location");
    if (!location) return;
    repository.push({.method = "DELETE",
                     .url = repository.registry->resolve(response, *location),
                     .repeatable = false});
  } catch (const std::exception&) {
    // the registry forgets it by itself in time
  }
}

}  // namespace lade::registry
