#include "registry/http/http_client.h"

#include <algorithm>
#include <thread>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr int redirect_limit = 10;
constexpr std::size_t chunk_bytes = 256U << 10U;
/// How long a wait may go on without asking whether it is still wanted.
constexpr std::chrono::milliseconds turn{100};

bool may_pass(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void send_body(Exchange& exchange, const HttpBody& body, const HttpUrl& url) {
  const auto source = body.open();
  std::vector<std::byte> buffer(std::min<std::uint64_t>(chunk_bytes, body.size_bytes + 1));
  std::uint64_t sent = 0;
  while (const std::size_t count = source->read(buffer)) {
    sent += count;
    if (sent > body.size_bytes) break;
    if (!exchange.send(std::span(buffer).first(count))) return;
  }
  if (sent != body.size_bytes) {
    fail(ErrorKind::conflict, "what is sent to {} changed meanwhile: wanted {} bytes, got {}",
         url.shown(), body.size_bytes, sent);
  }
}

HttpResponse answer_of(std::unique_ptr<Exchange> exchange, const HttpUrl& url) {
  HttpResponse response;
  response.status = exchange->status();
  response.headers = exchange->headers();
  response.url = url.text;
  response.body = std::move(exchange);
  return response;
}

/// What `talk` answers; whoever traces hears of it, and for how long it took to.
template <class Talk>
HttpResponse traced(const HttpOptions& options, std::string_view method, const HttpUrl& url,
                    const Talk& talk) {
  if (!options.trace) return talk();
  const auto start = std::chrono::steady_clock::now();
  const auto tell = [&](std::string_view outcome) {
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    options.trace(fmt::format("{} {}: {}, {} ms", method, url.shown(), outcome, taken.count()));
  };
  try {
    HttpResponse response = talk();
    const auto size_bytes = response.size_bytes();
    tell(fmt::format("{}{}", response.status,
                     size_bytes ? fmt::format(", {} bytes", *size_bytes) : ""));
    return response;
  } catch (const Error& error) {
    tell(error.message());
    throw;
  }
}

/// The request that a redirect asks for.
HttpRequest redirected(HttpRequest request, int status, const HttpUrl& from, const HttpUrl& to) {
  if (from.scheme == "https" && to.scheme == "http" && request.trust.verify) {
    fail(ErrorKind::denied, "{} redirects to {}, where nothing is protected", from.shown(),
         to.shown());
  }
  if (from.origin() != to.origin()) {
    request.headers.remove("Authorization");
    request.headers.remove("Cookie");
    request.trust.client_certificate.clear();
    request.trust.client_key.clear();
  }
  const bool becomes_get =
      status == 303 || ((status == 301 || status == 302) && request.method == "POST");
  if (becomes_get && request.method != "HEAD") {
    request.method = "GET";
    request.body.reset();
  }
  request.url = to.text;
  return request;
}

}  // namespace

HttpBody HttpBody::of(std::string text) {
  const auto size = text.size();
  return {[text = std::move(text)] { return std::make_unique<StringSource>(text); }, size};
}

std::optional<std::uint64_t> HttpResponse::size_bytes() const {
  const auto value = headers.find("Content-Length");
  const auto number = value ? parse_int(*value) : std::nullopt;
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

HttpResponse HttpClient::send(const HttpRequest& request) {
  HttpUrl url = HttpUrl::parse(request.url);
  HttpRequest current = request;
  for (int redirects = 0;; ++redirects) {
    HttpResponse response = send_to(current, url);
    const auto location = response.headers.find("Location");
    if (!is_redirect(response.status) || !location || !current.follow_redirects) {
      return response;
    }
    if (redirects == redirect_limit) {
      fail(ErrorKind::unavailable, "{} was redirected {} times and leads nowhere",
           HttpUrl::parse(request.url).shown(), redirects);
    }
    HttpUrl next = url.resolve(*location);
    current = redirected(std::move(current), response.status, url, next);
    url = std::move(next);
  }
}

HttpResponse HttpClient::send_to(const HttpRequest& request, const HttpUrl& url) {
  const std::string origin = url.origin();
  for (int attempt = 1;; ++attempt) {
    wait_for(origin);
    const bool last = attempt >= options_.attempts || !request.repeatable;
    try {
      HttpResponse response = send_once(request, url);
      if (last || !may_pass(response.status)) return response;
      const auto pause = pause_after(attempt, &response);
      if (pause > options_.longest_pause) return response;
      hold(url, pause, fmt::format("answered {}", response.status));
    } catch (Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      if (last) {
        if (attempt > 1) error.add_context(fmt::format("after {} attempts", attempt));
        throw;
      }
      hold(url, pause_after(attempt, nullptr), "does not answer");
    }
  }
}

HttpResponse HttpClient::send_once(const HttpRequest& request, const HttpUrl& url) {
  return traced(options_, request.method, url, [&] {
    auto exchange = std::make_unique<Exchange>(pool_, options_.exchange, request, url);
    if (request.body) send_body(*exchange, *request.body, url);
    exchange->receive();
    return answer_of(std::move(exchange), url);
  });
}

std::chrono::milliseconds HttpClient::pause_after(int attempt, const HttpResponse* response) const {
  const double growing = static_cast<double>(options_.pause.count()) * (1 << (attempt - 1));
  const auto own =
      std::chrono::milliseconds(static_cast<std::int64_t>(growing * (0.5 + options_.random())));
  const auto asked = response ? response->headers.find("Retry-After") : std::nullopt;
  const auto seconds = asked ? retry_after_seconds(*asked, options_.now()) : std::nullopt;
  if (!seconds) return own;
  constexpr std::int64_t day_seconds = 86400;
  return std::max<std::chrono::milliseconds>(own,
                                             std::chrono::seconds(std::min(*seconds, day_seconds)));
}

void HttpClient::hold(const HttpUrl& url, std::chrono::milliseconds pause, std::string_view why) {
  const auto until = Clock::now() + pause;
  not_before_.with([&](auto& all) {
    auto& moment = all[url.origin()];
    moment = std::max(moment, until);
  });
  if (options_.notice && pause >= std::chrono::seconds(2)) {
    options_.notice(fmt::format("{} {}, trying again in {} s", url.host, why,
                                std::chrono::duration_cast<std::chrono::seconds>(pause).count()));
  }
}

void HttpClient::wait_for(const std::string& origin) const {
  while (true) {
    const auto until = not_before_.with([&](const auto& all) {
      const auto found = all.find(origin);
      return found == all.end() ? Clock::time_point{} : found->second;
    });
    const auto now = Clock::now();
    if (now >= until) return;
    require_going_on(options_.exchange.cancel);
    std::this_thread::sleep_for(std::min<Clock::duration>(until - now, turn));
  }
}

HttpClient::Upload HttpClient::upload(HttpRequest request) {
  wait_for(HttpUrl::parse(request.url).origin());
  return {pool_, options_, std::move(request)};
}

HttpClient::Upload::Upload(CurlPool& pool, const HttpOptions& options, HttpRequest request)
    : options_(options),
      request_(std::move(request)),
      exchange_(std::make_unique<Exchange>(pool, options.exchange, request_,
                                           HttpUrl::parse(request_.url))) {}

HttpResponse HttpClient::Upload::finish() {
  const HttpUrl url = HttpUrl::parse(request_.url);
  return traced(options_, request_.method, url, [&] {
    exchange_->receive();
    return answer_of(std::move(exchange_), url);
  });
}

ErrorKind kind_of_status(int status) {
  if (status == 404 || status == 410) return ErrorKind::not_found;
  if (status == 401 || status == 403) return ErrorKind::denied;
  if (status == 409) return ErrorKind::conflict;
  if (status == 408 || status == 429 || status >= 500) return ErrorKind::unavailable;
  return ErrorKind::invalid;
}

}  // namespace lade::registry
