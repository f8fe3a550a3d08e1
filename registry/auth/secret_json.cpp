#include "registry/auth/secret_json.h"

#include "libimage/base/error.h"
#include "libimage/base/secret.h"

namespace lade::registry {
namespace {

Json parse(std::string_view text, std::string_view what) {
  try {
    return parse_json(text, what);
  } catch (const Error& error) {
    // what follows the place quotes what was read last
    constexpr std::string_view mark = ", column ";
    const std::string& message = error.message();
    const auto place = message.find(mark);
    if (place == std::string::npos) throw;
    const auto end = message.find_first_not_of("0123456789", place + mark.size());
    throw Error(error.kind(), message.substr(0, end));
  }
}

void wipe_texts(Json& value) {
  if (value.is_string()) {
    wipe(value.get_ref<std::string&>());
  } else if (value.is_structured()) {
    for (Json& member : value) wipe_texts(member);
  }
}

}  // namespace

SecretJson::SecretJson(std::string_view text, std::string_view what) : value_(parse(text, what)) {}

SecretJson::~SecretJson() { wipe_texts(value_); }

}  // namespace lade::registry
