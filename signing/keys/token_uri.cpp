#include "signing/keys/token_uri.h"

#include <set>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::signing {
namespace {

constexpr std::string_view scheme = "pkcs11:";
constexpr std::size_t uri_limit_bytes = 4096;

std::string percent_decoded(std::string_view text, std::string_view name) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) {
      fail(ErrorKind::invalid, "a pkcs11: URI has a bad %-escape in \"{}\"", printable(name));
    }
    decoded += as_text(*byte);
    i += 2;
  }
  return decoded;
}

/// PINs are in no message, whatever is wrong with the URI around them.
class Parser {
 public:
  TokenUri parse(std::string_view text) {
    if (!TokenUri::is_one(text)) fail(ErrorKind::invalid, "a token's URI begins with {}", scheme);
    if (text.size() > uri_limit_bytes) {
      fail(ErrorKind::invalid, "a pkcs11: URI of {} bytes is too long", text.size());
    }
    text.remove_prefix(scheme.size());
    const std::size_t query = text.find('?');
    read_attributes(text.substr(0, query), ';', &Parser::take_of_path);
    if (query != std::string_view::npos) {
      read_attributes(text.substr(query + 1), '&', &Parser::take_of_query);
    }
    if (!uri_.object && !uri_.id) {
      fail(ErrorKind::invalid, "{} names no key: it needs object= or id=", uri_.str());
    }
    return std::move(uri_);
  }

 private:
  using Take = bool (Parser::*)(std::string_view name, std::string value);

  void read_attributes(std::string_view text, char separator, Take take) {
    while (!text.empty()) {
      const std::string_view attribute = text.substr(0, text.find(separator));
      text.remove_prefix(std::min(text.size(), attribute.size() + 1));
      const std::size_t equals = attribute.find('=');
      const std::string_view name = attribute.substr(0, equals);
      if (equals == std::string_view::npos) {
        fail(ErrorKind::invalid, "a pkcs11: URI has an attribute without a value");
      }
      if (!seen_.emplace(name).second) {
        fail(ErrorKind::invalid, "a pkcs11: URI has \"{}\" twice", printable(name));
      }
      if (!(this->*take)(name, percent_decoded(attribute.substr(equals + 1), name))) {
        fail(ErrorKind::unsupported, "Lade does not know what \"{}\" in a pkcs11: URI asks for",
             printable(name));
      }
    }
  }

  bool take_of_path(std::string_view name, std::string value) {
    if (name == "token") return keep(uri_.token, value);
    if (name == "manufacturer") return keep(uri_.manufacturer, value);
    if (name == "model") return keep(uri_.model, value);
    if (name == "serial") return keep(uri_.serial, value);
    if (name == "object") return keep(uri_.object, value);
    if (name == "id") return keep(uri_.id, value);
    if (name == "slot-id") {
      const auto number = parse_int(value);
      if (!number || *number < 0) {
        fail(ErrorKind::invalid, "slot-id must be a number, got \"{}\"", printable(value));
      }
      uri_.slot_id = static_cast<unsigned long>(*number);
      return true;
    }
    if (name != "type") return false;
    if (value == "private" || value == "public") return true;
    fail(ErrorKind::unsupported, "a pkcs11: URI names an object of the type \"{}\"; wanted a key",
         printable(value));
  }

  bool take_of_query(std::string_view name, std::string value) {
    if (name == "pin-value") {
      uri_.pin = Secret(value);
      wipe(value);
      return true;
    }
    if (name == "pin-source") return keep(uri_.pin_source, value);
    if (name != "module-path") return false;
    if (!value.starts_with('/')) {
      fail(ErrorKind::invalid, "module-path must be a full path, got \"{}\"", printable(value));
    }
    return keep(uri_.module_path, value);
  }

  static bool keep(std::optional<std::string>& attribute, std::string& value) {
    attribute = std::move(value);
    return true;
  }

  TokenUri uri_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

TokenUri TokenUri::parse(std::string_view text) { return Parser().parse(text); }

std::string TokenUri::str() const {
  std::string text(scheme);
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    if (text.size() > scheme.size()) text += ';';
    text += fmt::format("{}={}", name, percent_encode(*value));
  };
  add("token", token);
  add("manufacturer", manufacturer);
  add("model", model);
  add("serial", serial);
  add("slot-id", slot_id ? std::optional(std::to_string(*slot_id)) : std::nullopt);
  add("object", object);
  add("id", id);
  return text;
}

}  // namespace lade::signing
