#include "registry/http/http_url.h"

#include <memory>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "registry/http/curl_library.h"

namespace lade::registry {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { CurlLibrary::get().url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, FreeUrl>;

void set(CURLU* handle, const std::string& text) {
  const CURLUcode code = CurlLibrary::get().url_set(handle, CURLUPART_URL, text.c_str(), 0);
  if (code == CURLUE_OK) return;
  if (code == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  fail(ErrorKind::invalid, "{} is not a URL", printable(without_userinfo(text)));
}

std::string part(CURLU* handle, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (CurlLibrary::get().url_get(handle, what, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  CurlLibrary::get().free(text);
  return result;
}

HttpUrl read(CURLU* handle) {
  HttpUrl url;
  url.scheme = part(handle, CURLUPART_SCHEME);
  url.host = to_lower(part(handle, CURLUPART_HOST));
  url.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.text = part(handle, CURLUPART_URL);
  if (url.scheme != "http" && url.scheme != "https") {
    fail(ErrorKind::invalid, "{}: wanted a URL of http or https",
         printable(without_userinfo(url.text)));
  }
  return url;
}

Handle make() {
  Handle handle(CurlLibrary::get().url());
  if (!handle) throw std::bad_alloc();
  return handle;
}

}  // namespace

HttpUrl HttpUrl::parse(const std::string& text) {
  const Handle handle = make();
  set(handle.get(), text);
  return read(handle.get());
}

HttpUrl HttpUrl::resolve(const std::string& reference) const {
  const Handle handle = make();
  set(handle.get(), text);
  set(handle.get(), reference);
  return read(handle.get());
}

std::string HttpUrl::shown() const {
  return printable(without_userinfo(text.substr(0, text.find_first_of("?#"))));
}

}  // namespace lade::registry
