#pragma once

#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "signing/keyless/web_client.h"

namespace lade::signing {

/// A service on the network by the URL that somebody configured. Its errors say which service was
/// asked, where, and what it answered; what it was told in confidence is in none of them.
class Service {
 public:
  /// `name` is for messages: "Fulcio". `invalid` for a URL that is neither http nor https, or that
  /// has a password in it.
  Service(WebClient& client, std::string_view name, std::string_view url);

  /// Nobody may listen on the way: `denied` for plain http to another machine.
  void require_private() const;
  /// The URL with `path` at its end, with one slash where they meet; without one, the URL as it is.
  std::string at(std::string_view path) const;
  /// The answer, whatever its status; `denied` for a redirect, which names both URLs: whoever
  /// configured a service said who is to be told.
  WebAnswer send(const WebRequest& request) const;
  /// Throws what the status stands for, with what the service says of it, unless that is a success.
  /// No run of 12 bytes of `told` is repeated.
  void require_success(const WebAnswer& answer, const Secret& told = {}) const;
  /// The answer's body; `corrupt` if it is no JSON, in words that repeat nothing of it.
  Json parse(const WebAnswer& answer) const;
  /// "Fulcio at https://fulcio.example", for messages.
  const std::string& name() const { return name_; }

 private:
  WebClient& client_;
  std::string url_;
  std::string name_;
};

}  // namespace lade::signing
