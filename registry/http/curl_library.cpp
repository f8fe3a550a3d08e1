#include "registry/http/curl_library.h"

#include <dlfcn.h>

#include "libimage/base/error.h"

namespace lade::registry {
namespace {

#ifdef LADE_LINKS_CURL
#define LADE_FIND(name) curl.name = &curl_##name
#else
#define LADE_FIND(name) find(library, "curl_" #name, curl.name)

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) fail(ErrorKind::unsupported, "libcurl has no {}", name);
}

void* open_library() {
  for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"}) {
    void* library = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library != nullptr) return library;
  }
  fail(ErrorKind::unsupported, "cannot use the network: libcurl.so.4 is not installed");
}
#endif

CurlLibrary load() {
#ifndef LADE_LINKS_CURL
  void* library = open_library();
#endif
  CurlLibrary curl{};
  LADE_FIND(global_init);
  LADE_FIND(easy_init);
  LADE_FIND(easy_cleanup);
  LADE_FIND(easy_setopt);
  LADE_FIND(easy_getinfo);
  LADE_FIND(easy_strerror);
  LADE_FIND(easy_pause);
  LADE_FIND(slist_append);
  LADE_FIND(slist_free_all);
  LADE_FIND(url);
  LADE_FIND(url_cleanup);
  LADE_FIND(url_get);
  LADE_FIND(url_set);
  LADE_FIND(free);
  LADE_FIND(multi_init);
  LADE_FIND(multi_setopt);
  LADE_FIND(multi_cleanup);
  LADE_FIND(multi_add_handle);
  LADE_FIND(multi_remove_handle);
  LADE_FIND(multi_perform);
  LADE_FIND(multi_poll);
  LADE_FIND(multi_info_read);
  LADE_FIND(multi_strerror);
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    fail(ErrorKind::internal, "cannot initialise libcurl");
  }
  return curl;
}

}  // namespace

const CurlLibrary& CurlLibrary::get() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace lade::registry
