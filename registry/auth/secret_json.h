#pragma once

#include <string>
#include <string_view>

#include "libimage/base/json.h"

namespace lade::registry {

/// JSON with secrets in it: its texts are overwritten when it dies.
class SecretJson {
 public:
  /// As parse_json, but the message of a failure names only the place, never the text there.
  SecretJson(std::string_view text, std::string_view what);
  explicit SecretJson(Json value) : value_(std::move(value)) {}
  SecretJson(SecretJson&&) = default;
  SecretJson& operator=(SecretJson&&) = delete;
  ~SecretJson();

  Json& value() { return value_; }
  const Json& value() const { return value_; }

 private:
  Json value_;
};

}  // namespace lade::registry
