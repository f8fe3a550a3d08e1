#include "cmd/web_client.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"

namespace lade::cmd {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} << 10;

std::string read_bounded(Source& source) {
  std::string text;
  std::string chunk(chunk_bytes, '\0');
  while (const std::size_t count = source.read(std::as_writable_bytes(std::span(chunk)))) {
    text.append(chunk, 0, count);
    if (text.size() > signing::WebClient::answer_limit_bytes) {
      fail(ErrorKind::corrupt, "the answer has more than {} bytes",
           signing::WebClient::answer_limit_bytes);
    }
  }
  return text;
}

}  // namespace

signing::WebAnswer HttpWebClient::send(const signing::WebRequest& request) {
  registry::HttpRequest wire{
      .method = request.method, .url = request.url, .follow_redirects = false};
  wire.headers.add("Accept", request.accept);
  if (!request.authorization.empty()) {
    wire.headers.add("Authorization", std::string(request.authorization.reveal()));
  }
  if (request.method != "GET") {
    wire.headers.add("Content-Type", request.content_type);
    wire.body = registry::HttpBody::of(request.body);
  }
  const registry::HttpResponse response = client_->send(wire);
  return {.status = response.status,
          .failure = registry::kind_of_status(response.status),
          .location = response.headers.find("Location").value_or(""),
          .body = read_bounded(*response.body)};
}

}  // namespace lade::cmd
