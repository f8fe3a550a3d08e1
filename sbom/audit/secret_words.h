#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A setting NAME=value that looks like a secret, and why: by its name, or by the value's form.
struct SecretWord {
  std::string name{};
  std::string why{};
};

/// Is NAME=value one? Values that are no secret whatever they are called (empty, references, paths,
/// booleans) are none. The value is in no answer.
std::optional<SecretWord> judge_setting(std::string_view name, std::string_view value);

/// The NAME=value words of a command or an instruction, quotes taken off.
std::vector<std::pair<std::string, std::string>> find_settings(std::string_view text);

/// Is there a URL with a password in it?
bool has_url_password(std::string_view text);

/// The text without what looks like a secret in it, for showing: values become ***.
std::string without_secrets(std::string_view text);

}  // namespace lade::sbom
