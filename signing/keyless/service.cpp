#include "signing/keyless/service.h"

#include <algorithm>
#include <unordered_set>

#include "libimage/base/text.h"

namespace lade::signing {
namespace {

constexpr std::size_t reason_limit_bytes = 400;
/// Shorter texts than this are no secret, and may be part of any message.
constexpr std::size_t secret_least_bytes = 12;
/// More of an answer is not searched for them, nor told.
constexpr std::size_t searched_limit_bytes = std::size_t{64} << 10;

std::string_view without_query(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

std::string_view without_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

/// The part between "://" and the path.
std::string_view authority_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_this_machine(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string_view host_of(std::string_view authority) {
  const auto port = authority.rfind(':');
  const bool has_port =
      port != std::string_view::npos && authority.find(']', port) == std::string_view::npos;
  return has_port ? authority.substr(0, port) : authority;
}

bool is_redirect(const WebAnswer& answer) {
  return answer.status >= 300 && answer.status < 400 && !answer.location.empty();
}

/// Takes out whatever run of bytes a text shares with a secret: a part of a token, or the part of a
/// part that a service broke off at.
void hide(std::string& text, const Secret& told) {
  const std::string_view secret = told.reveal();
  if (secret.size() < secret_least_bytes) return;
  text.resize(std::min(text.size(), searched_limit_bytes));
  std::unordered_set<std::string_view> runs;
  for (std::size_t at = 0; at + secret_least_bytes <= secret.size(); ++at) {
    runs.insert(secret.substr(at, secret_least_bytes));
  }
  std::string shown;
  std::size_t hidden_to = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (runs.contains(std::string_view(text).substr(at, secret_least_bytes))) {
      if (at >= hidden_to) shown += "…";
      hidden_to = at + secret_least_bytes;
    }
    if (at >= hidden_to) shown += text[at];
  }
  text = std::move(shown);
}

/// What Fulcio, Rekor and most others say in a member of JSON, or else all of it.
std::string reason_in(const std::string& body) {
  try {
    const Json json = parse_json(body, "the answer");
    for (const std::string_view key : {"message", "error", "error_description"}) {
      if (auto text = find_string(json, key, "the answer")) return std::move(*text);
    }
  } catch (const Error&) {
    return body;  // no JSON, so it is text
  }
  return body;
}

}  // namespace

Service::Service(WebClient& client, std::string_view name, std::string_view url)
    : client_(client), url_(url) {
  const bool is_url = url_.starts_with("https://") || url_.starts_with("http://");
  const bool is_plain = std::all_of(url_.begin(), url_.end(), [](char byte) {
    return byte > ' ' && byte < 0x7f && byte != '\\';
  });
  if (!is_url || !is_plain || authority_of(url_).empty()) {
    fail(ErrorKind::invalid, "the URL of {} is \"{}\"; wanted https://…", name,
         printable(without_query(url)));
  }
  if (authority_of(url_).find('@') != std::string_view::npos) {
    fail(ErrorKind::invalid, "the URL of {} may hold no user and password", name);
  }
  name_ = fmt::format("{} at {}", name, without_slashes(without_query(url_)));
}

std::string Service::at(std::string_view path) const {
  return std::string(path.starts_with('/') ? without_slashes(url_) : url_) + std::string(path);
}

void Service::require_private() const {
  if (url_.starts_with("https://") || is_this_machine(host_of(authority_of(url_)))) return;
  fail(ErrorKind::denied,
       "{} would get an identity token over plain http, where anybody on the way can take it; "
       "wanted https://…",
       name_);
}

WebAnswer Service::send(const WebRequest& request) const {
  try {
    WebAnswer answer = client_.send(request);
    if (is_redirect(answer)) {
      fail(ErrorKind::denied, "{} redirects to \"{}\", and nothing is told to anybody else",
           without_query(request.url), printable(without_query(answer.location)));
    }
    return answer;
  } catch (Error& error) {
    error.add_context("asking " + name_);
    throw;
  }
}

void Service::require_success(const WebAnswer& answer, const Secret& told) const {
  if (answer.ok()) return;
  std::string reason = reason_in(answer.body);
  hide(reason, told);
  if (reason.size() > reason_limit_bytes) reason = reason.substr(0, reason_limit_bytes) + "…";
  reason = printable(trim(reason));
  fail(answer.failure, "{} answered {}{}", name_, answer.status,
       reason.empty() ? "" : ": " + reason);
}

Json Service::parse(const WebAnswer& answer) const {
  try {
    return parse_json(answer.body, "the answer of " + name_);
  } catch (const Error&) {
    // why would quote what was read last, and that may be a token
    fail(ErrorKind::corrupt, "the answer of {} is not valid JSON", name_);
  }
}

}  // namespace lade::signing
