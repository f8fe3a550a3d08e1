#include "registry/client/registry.h"

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "registry/http/proxy.h"

namespace lade::registry {
namespace {

constexpr std::size_t token_answer_limit_bytes = 1U << 20U;
constexpr std::size_t error_body_limit_bytes = 64U << 10U;
constexpr std::size_t warned_limit = 100;

/// Docker's own registry answers under another name than its images have.
std::string address_of(const std::string& host) {
  return host == "docker.io" || host == "index.docker.io" ? "registry-1.docker.io" : host;
}

/// The text of `299 - "text"` (distribution-spec, "Warnings"); nothing for other codes.
std::optional<std::string> warning_text(const std::string& value) {
  constexpr std::string_view prefix = "299 ";
  const auto quote = value.find('"');
  if (!value.starts_with(prefix) || quote == std::string::npos) return std::nullopt;
  const auto end = value.rfind('"');
  if (end <= quote + 1) return std::nullopt;
  return printable(std::string_view(value).substr(quote + 1, end - quote - 1));
}

/// What the body of an error says.
struct Complaint {
  std::string words;  ///< "MANIFEST_UNKNOWN: manifest unknown; …"
  std::vector<std::string> codes{};
};

Complaint complaint_of(HttpResponse& response) {
  std::string text;
  Complaint complaint;
  try {
    text = read_all(*response.body, error_body_limit_bytes, "an error's body");
    const Json body = parse_json(text, "error");
    std::vector<std::string> words;
    const Json* errors = find_array(body, "errors", "error");
    if (errors == nullptr) return complaint;
    for (const Json& error : *errors) {
      const auto code = find_string(error, "code", "error").value_or("");
      const auto message = find_string(error, "message", "error").value_or("");
      complaint.codes.push_back(code);
      words.push_back(code.empty() || message.empty() ? code + message : code + ": " + message);
    }
    complaint.words = printable(join(words, "; "));
  } catch (const Error&) {
    // not in the specification's form: its first line is better than nothing
    complaint.words =
        printable(trim(std::string_view(text).substr(0, text.find('\n')).substr(0, 200)));
  }
  return complaint;
}

/// Codes tell more than a status: registries answer 400 to much that is not the request's fault.
ErrorKind kind_of(const HttpResponse& response, const Complaint& complaint) {
  for (const std::string& code : complaint.codes) {
    if (code == "DIGEST_INVALID" || code == "SIZE_INVALID") return ErrorKind::corrupt;
    if (code == "MANIFEST_BLOB_UNKNOWN" || code == "BLOB_UNKNOWN") return ErrorKind::not_found;
  }
  return kind_of_status(response.status);
}

/// The connection is of use again once all is read; one that breaks, or brings more than a
/// complaint takes, is given up instead.
void drain(HttpResponse& response) {
  try {
    read_all(*response.body, error_body_limit_bytes, response.url);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
  }
}

}  // namespace

void fail_answer(HttpResponse& response, std::string_view action) {
  const Complaint complaint = complaint_of(response);
  fail(kind_of(response, complaint), "cannot {}: the registry answered {}{}{}", action,
       response.status, complaint.words.empty() ? "" : ", ", complaint.words);
}

Registry::Registry(Options options)
    : options_(std::move(options)),
      address_(address_of(options_.host)),
      authenticator_({.host = options_.host,
                      .credentials = options_.credentials,
                      .plain_http = options_.insecure,
                      .send = [this](const HttpQuestion& question) { return ask(question); },
                      .clock = options_.clock}) {}

HttpResponse Registry::send(HttpRequest request, const std::vector<Scope>& scopes) {
  complete(request);
  const bool own = is_own(request.url);
  auto authorization = authenticator_.begin(scopes);
  while (true) {
    HttpRequest signed_request = request;
    if (own) {
      const Secret header = authorization.header();
      if (!header.empty()) {
        signed_request.headers.add("Authorization", std::string(header.reveal()));
      }
    }
    HttpResponse response = send_hinting(signed_request);
    note_warnings(response);
    if (response.status != 401 && response.status != 403) return response;
    const auto challenges = response.headers.all("WWW-Authenticate");
    if (own && response.status == 401 && authorization.retry_after(challenges)) {
      drain(response);
      continue;
    }
    const std::string words = complaint_of(response).words;
    fail(ErrorKind::denied, "{} answered {}{}{}: {}", options_.host, response.status,
         words.empty() ? "" : ", ", words, authorization.explanation());
  }
}

HttpResponse Registry::send_hinting(const HttpRequest& request) {
  try {
    return options_.http->send(request);
  } catch (SpeaksNoTls& error) {
    fail(error.kind(),
         "{}; a registry without it must be allowed by --tls-verify=false or by insecure = true in "
         "registries.conf",
         error.message());
  }
}

HttpClient::Upload Registry::upload(HttpRequest request, const std::vector<Scope>& scopes) {
  complete(request);
  if (is_own(request.url)) {
    const Secret header = authenticator_.begin(scopes).header();
    if (!header.empty()) request.headers.add("Authorization", std::string(header.reveal()));
  }
  return options_.http->upload(std::move(request));
}

std::string Registry::resolve(const HttpResponse& response, const std::string& reference) const {
  HttpUrl from = HttpUrl::parse(response.url);
  HttpUrl to = from.resolve(reference);
  // a registry behind a proxy that ends TLS often knows itself by http only
  if (from.scheme == "https" && to.scheme == "http" && from.host == to.host) {
    to = HttpUrl::parse("https" + to.text.substr(std::string_view("http").size()));
  }
  return to.text;
}

bool Registry::check_login() {
  HttpResponse response = send({.url = "/v2/"}, {});
  if (!response.ok()) fail_answer(response, "log in to " + options_.host);
  return !authenticator_.begin({}).header().empty();
}

const Registry::Base& Registry::base() {
  std::call_once(base_once_, [&] { base_ = find_base(); });
  return *base_;
}

Registry::Base Registry::find_base() {
  TlsTrust trust = options_.trust;
  trust.verify = trust.verify && !options_.insecure;
  Base secure{HttpUrl::parse("https://" + address_), trust};
  if (!options_.insecure) return secure;
  Base plain{HttpUrl::parse("http://" + address_), trust};
  if (is_loopback(plain.url) && is_registry(plain)) return plain;
  return find_answer(secure) ? secure : plain;
}

/// What a host says of /v2/, to nobody in particular; nothing if it does not speak so.
std::optional<HttpResponse> Registry::find_answer(const Base& base) {
  try {
    HttpResponse answer = options_.http->send(
        {.url = base.url.text + "v2/", .trust = base.trust, .repeatable = false});
    drain(answer);
    return answer;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    return std::nullopt;
  }
}

/// A port that wants TLS answers a plain request with 400 or not at all.
bool Registry::is_registry(const Base& base) {
  const auto answer = find_answer(base);
  return answer && answer->url.starts_with(base.url.text) &&
         (answer->status == 200 || answer->status == 401);
}

/// The token server is asked with what the registry is trusted by.
HttpAnswer Registry::ask(const HttpQuestion& question) {
  HttpRequest request{.method = question.method, .url = question.url, .trust = base().trust};
  if (!question.authorization.empty()) {
    request.headers.add("Authorization", std::string(question.authorization.reveal()));
  }
  if (!question.content_type.empty()) {
    request.headers.add("Content-Type", question.content_type);
    request.body = HttpBody::of(std::string(question.body.reveal()));
  }
  HttpResponse response = options_.http->send(request);
  return {response.status, read_all(*response.body, token_answer_limit_bytes,
                                    "the answer of " + HttpUrl::parse(question.url).shown())};
}

void Registry::complete(HttpRequest& request) {
  const Base& own = base();
  if (request.url.starts_with('/')) {
    request.url = own.url.text.substr(0, own.url.text.size() - 1) + request.url;
  }
  request.trust = own.trust;
}

bool Registry::is_own(const std::string& url) {
  return HttpUrl::parse(url).origin() == base().url.origin();
}

void Registry::note_warnings(const HttpResponse& response) {
  for (const std::string& value : response.headers.all("Warning")) {
    const auto text = warning_text(value);
    if (!text) continue;
    const std::lock_guard lock(warned_mutex_);
    if (warned_.size() < warned_limit && warned_.insert(*text).second) {
      options_.progress->warning(fmt::format("{} says: {}", options_.host, *text));
    }
  }
}

}  // namespace lade::registry
