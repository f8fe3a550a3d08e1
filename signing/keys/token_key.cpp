#include "signing/keys/token_key.h"

#include <libp11.h>

#include <span>
#include <vector>

#include "signing/keys/openssl.h"
#include "signing/keys/private_key_der.h"
#include "signing/keys/sign_with.h"
#include "signing/keys/token_module.h"

namespace lade::signing {
namespace {

bool is(const std::optional<std::string>& wanted, const char* got) {
  return !wanted || (got != nullptr && *wanted == got);
}

bool fits(const PKCS11_KEY& key, const TokenUri& uri) {
  return is(uri.object, key.label) &&
         (!uri.id ||
          *uri.id == std::string_view(reinterpret_cast<const char*>(key.id), key.id_len));
}

/// The one of `found`, or what is wrong with their number.
template <class T>
T* only_one(const std::vector<T*>& found, std::size_t of, std::string_view noun,
            const TokenUri& uri) {
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    fail(ErrorKind::not_found, "{} names none of the {} {}s there", uri.str(), of, noun);
  }
  fail(ErrorKind::conflict, "{} names {} {}s; more of its attributes would tell which", uri.str(),
       found.size(), noun);
}

}  // namespace

/// A loaded module with its slots, and in the end the key.
class TokenKey::Connection {
 public:
  Connection(const TokenUri& uri, const std::string& module_path, const PassphraseSource& pin)
      : uri_(uri), module_(checked_module(uri.module_path.value_or(module_path))) {
    PKCS11_SLOT& slot = find_slot();
    log_in(slot, pin);
    key_.reset(PKCS11_get_private_key(&find_key(*slot.token)));
    if (!key_) {
      fail(ErrorKind::unsupported,
           "{} is no RSA or ECDSA key, or its public half is not on the token: {}", uri_.str(),
           take_openssl_reasons());
    }
  }

  EVP_PKEY& key() const { return *key_; }
  std::string name() const { return uri_.str(); }

 private:
  std::string checked_module(std::string path) const {
    if (path.empty()) {
      fail(ErrorKind::invalid, "{} needs a module: give it module-path", uri_.str());
    }
    return path;
  }

  PKCS11_SLOT& find_slot() {
    std::vector<PKCS11_SLOT*> found;
    std::size_t tokens = 0;
    for (PKCS11_SLOT& slot : module_.slots()) {
      const PKCS11_TOKEN* token = slot.token;
      if (token == nullptr || token->initialized == 0) continue;
      ++tokens;
      if (is(uri_.token, token->label) && is(uri_.manufacturer, token->manufacturer) &&
          is(uri_.model, token->model) && is(uri_.serial, token->serialnr) &&
          (!uri_.slot_id || *uri_.slot_id == PKCS11_get_slotid_from_slot(&slot))) {
        found.push_back(&slot);
      }
    }
    return *only_one(found, tokens, "token", uri_);
  }

  void log_in(PKCS11_SLOT& slot, const PassphraseSource& source) {
    if (slot.token->loginRequired == 0) return;
    if (!uri_.pin && !source) {
      fail(ErrorKind::invalid, "the token of {} wants a PIN, and there is none", uri_.str());
    }
    const Secret pin = uri_.pin ? *uri_.pin : source();
    std::string text(pin.reveal());  // with the zero at its end that libp11 looks for
    const int result = PKCS11_login(&slot, 0, text.c_str());
    wipe(text);
    if (result != 0) {
      fail(ErrorKind::denied, "the token of {} does not accept the PIN: {}", uri_.str(),
           take_openssl_reasons());
    }
  }

  PKCS11_KEY& find_key(PKCS11_TOKEN& token) {
    PKCS11_KEY* keys = nullptr;
    unsigned count = 0;
    if (PKCS11_enumerate_keys(&token, &keys, &count) != 0) {
      fail(ErrorKind::unavailable, "the token of {} tells of no keys: {}", uri_.str(),
           take_openssl_reasons());
    }
    std::vector<PKCS11_KEY*> found;
    for (PKCS11_KEY& key : std::span(keys, count)) {
      if (fits(key, uri_)) found.push_back(&key);
    }
    return *only_one(found, count, "key", uri_);
  }

  TokenUri uri_;
  TokenModule module_;
  EvpKey key_;  // gone before its module
};

TokenKey::TokenKey(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)),
      public_key_(public_half_of(connection_->key(), connection_->name())) {}
TokenKey::TokenKey(TokenKey&&) noexcept = default;
TokenKey::~TokenKey() = default;

TokenKey TokenKey::open(const TokenUri& uri, const std::string& module_path,
                        const PassphraseSource& pin) {
  return TokenKey(std::make_unique<Connection>(uri, module_path, pin));
}

std::string TokenKey::sign(std::string_view message, const SignatureScheme& scheme) {
  return sign_with(connection_->key(), public_key_.kind(), message, scheme);
}

std::string TokenKey::sign_hash(std::string_view hash, const SignatureScheme& scheme) {
  return sign_hash_with(connection_->key(), public_key_.kind(), hash, scheme);
}

}  // namespace lade::signing
