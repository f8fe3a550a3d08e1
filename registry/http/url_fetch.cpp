#include "registry/http/url_fetch.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "registry/http/http_client.h"

namespace lade::registry {
namespace {

/// The last component, if it can be a file name.
std::string safe_name(std::string name) {
  if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
  if (name == "." || name == ".." || name.find('\0') != std::string::npos) return {};
  return name;
}

}  // namespace

std::string file_name_of(const std::string& content_disposition, const std::string& url) {
  constexpr std::string_view key = "filename=";
  if (const auto at = to_lower(content_disposition).find(key); at != std::string::npos) {
    std::string_view value = std::string_view(content_disposition).substr(at + key.size());
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      value = value.substr(0, value.find('"'));
    } else {
      value = trim(value.substr(0, value.find(';')));
    }
    if (std::string name = safe_name(std::string(value)); !name.empty()) return name;
  }
  std::string_view path = url;
  if (const auto scheme = path.find("://"); scheme != std::string_view::npos) {
    path.remove_prefix(scheme + 3);
  }
  path = path.substr(0, path.find_first_of("?#"));
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return safe_name(percent_decode(path.substr(path.rfind('/') + 1)));
}

FetchedUrl HttpUrlFetcher::fetch(const std::string& url) {
  try {
    HttpResponse response = client_->send({.url = url});
    if (!response.ok()) {
      fail(kind_of_status(response.status), "the server answered {}", response.status);
    }
    FetchedUrl fetched;
    fetched.size_bytes = response.size_bytes();
    if (const auto time = response.headers.find("Last-Modified")) {
      fetched.last_modified = parse_http_date(*time);
    }
    fetched.file_name =
        file_name_of(response.headers.find("Content-Disposition").value_or(""), url);
    fetched.body = std::move(response.body);
    return fetched;
  } catch (Error& error) {
    error.add_context("cannot fetch " + printable(without_userinfo(url)));
    throw;
  }
}

}  // namespace lade::registry
