#include "signing/keys/token_module.h"

#include <dlfcn.h>

#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

using Library = std::unique_ptr<void, Freeing<[](void* handle) { ::dlclose(handle); }>>;

/// libp11 would print why a library does not load, and say nothing of it.
Library opened_library(const std::string& path) {
  Library library(::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL));
  if (!library || ::dlsym(library.get(), "C_GetFunctionList") == nullptr) {
    fail(ErrorKind::unavailable, "the PKCS#11 module {} does not load: {}", printable(path),
         printable(::dlerror()));
  }
  return library;
}

}  // namespace

TokenModule::TokenModule(const std::string& path) {
  if (!file_exists(path)) {
    fail(ErrorKind::not_found, "there is no PKCS#11 module {}", printable(path));
  }
  const Library library = opened_library(path);
  context_.reset(PKCS11_CTX_new());
  if (!context_ || PKCS11_CTX_load(context_.get(), path.c_str()) != 0) {
    fail(ErrorKind::unavailable, "the PKCS#11 module {} does not start: {}", printable(path),
         take_openssl_reasons());
  }
  loaded_.reset(context_.get());
  PKCS11_SLOT* slots = nullptr;
  unsigned count = 0;
  if (PKCS11_enumerate_slots(context_.get(), &slots, &count) != 0) {
    fail(ErrorKind::unavailable, "the PKCS#11 module {} tells of no slots: {}", printable(path),
         take_openssl_reasons());
  }
  slots_ = {slots, ReleaseSlots{context_.get(), count}};
}

}  // namespace lade::signing
