#pragma once

#include <libp11.h>

#include <memory>
#include <span>
#include <string>

#include "signing/keys/openssl.h"

namespace lade::signing {

/// A PKCS#11 module, loaded and initialised until this goes.
class TokenModule {
 public:
  /// `not_found` if there is no such file, `unavailable` with the reason if it is no module or does
  /// not work.
  explicit TokenModule(const std::string& path);

  std::span<PKCS11_SLOT> slots() const { return {slots_.get(), slots_.get_deleter().count}; }

 private:
  struct Unload {
    void operator()(PKCS11_CTX* context) const { PKCS11_CTX_unload(context); }
  };
  struct ReleaseSlots {
    PKCS11_CTX* context;
    unsigned count;
    void operator()(PKCS11_SLOT* slots) const { PKCS11_release_all_slots(context, slots, count); }
  };

  // each is undone before what stands above it
  std::unique_ptr<PKCS11_CTX, Freeing<PKCS11_CTX_free>> context_;
  std::unique_ptr<PKCS11_CTX, Unload> loaded_;
  std::unique_ptr<PKCS11_SLOT, ReleaseSlots> slots_;
};

}  // namespace lade::signing
