#include "sbom/model/distribution.h"

#include <algorithm>

#include "libimage/base/text.h"

// os-release(5): lines NAME=VALUE, a value as a shell would read one word of an assignment: bare,
// in single quotes (nothing means anything in them) or in double quotes (a backslash takes the
// meaning from what follows). Expansion is not part of the format.
namespace lade::sbom {
namespace {

std::string unquote(std::string_view text) {
  std::string value;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      value += text[++i];
    } else if (quote != '\0' ? c == quote : c == '"' || c == '\'') {
      quote = quote == '\0' ? c : '\0';
    } else {
      value += c;
    }
  }
  return value;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words = split(text, ' ');
  std::erase(words, "");
  return words;
}

}  // namespace

std::optional<Distribution> parse_os_release(std::string_view text, std::string_view path) {
  std::map<std::string, std::string, std::less<>> fields;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view trimmed = trim(line);
    const std::size_t equals = trimmed.find('=');
    if (equals == std::string_view::npos || !is_name(trimmed.substr(0, equals))) continue;
    fields[std::string(trimmed.substr(0, equals))] = unquote(trimmed.substr(equals + 1));
  }
  if (fields["ID"].empty()) return std::nullopt;
  return Distribution{.id = to_lower(fields["ID"]),
                      .id_like = words_of(to_lower(fields["ID_LIKE"])),
                      .version_id = fields["VERSION_ID"],
                      .codename = fields["VERSION_CODENAME"],
                      .name = fields["NAME"],
                      .pretty_name = fields["PRETTY_NAME"],
                      .cpe = fields["CPE_NAME"],
                      .home_url = fields["HOME_URL"],
                      .support_end = fields["SUPPORT_END"],
                      .path = std::string(path)};
}

std::string distro_qualifier(const Distribution& distribution) {
  return distribution.version_id.empty() ? distribution.id
                                         : distribution.id + "-" + distribution.version_id;
}

}  // namespace lade::sbom
