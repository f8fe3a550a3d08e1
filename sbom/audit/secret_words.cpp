// A rough look, which costs nothing: `lade secrets` is the one that knows the forms of tokens. A
// finding here means that a human should look, so what images of well-known programs always have
// (GPG_KEY is a fingerprint, *_VERSION a version) must not be one.
#include "sbom/audit/secret_words.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::string_view telling_names[] = {
    "PASSWORD",   "PASSWD",      "PASSPHRASE", "SECRET",      "TOKEN",    "API_KEY",       "APIKEY",
    "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL", "CREDENTIALS", "AUTH_KEY", "ENCRYPTION_KEY"};
/// Behind such a name they say that the value is something about the secret.
constexpr std::string_view harmless_ends[] = {"_FILE",    "_PATH",   "_URL",  "_ID",
                                              "_NAME",    "_TTL",    "_DIR",  "_SHA256",
                                              "_VERSION", "_LENGTH", "_TYPE", "_HEADER"};
constexpr std::string_view telling_values[] = {"-----BEGIN ", "ghp_",   "gho_",  "ghs_",
                                               "github_pat_", "glpat-", "xoxb-", "xoxp-",
                                               "sk_live_",    "npm_"};

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

/// As whole words between underscores: "MY_DB_PASSWORD", not "TOKENIZERS".
bool has_word(std::string_view name, std::string_view word) {
  for (auto at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
    const bool begins = at == 0 || std::isalnum(static_cast<unsigned char>(name[at - 1])) == 0;
    const std::size_t end = at + word.size();
    const bool ends =
        end == name.size() || std::isalnum(static_cast<unsigned char>(name[end])) == 0;
    // MYSQLPASSWORD, PGPASSWORD
    if (ends && (begins || end == name.size())) return true;
  }
  return false;
}

bool is_harmless_value(std::string_view value) {
  if (value.size() < 3) return true;
  const std::string word = to_lower(value);
  return value.front() == '/' || value.front() == '$' || value.starts_with("file:") ||
         value.find("***") != std::string_view::npos || word == "true" || word == "false" ||
         word == "none" || word == "null" || word == "yes" || parse_int(value).has_value();
}

bool is_amazon_key(std::string_view value) {
  const auto at = value.find("AKIA");
  if (at == std::string_view::npos || value.size() - at < 20) return false;
  const std::string_view key = value.substr(at, 20);
  return std::all_of(key.begin(), key.end(),
                     [](unsigned char c) { return std::isupper(c) != 0 || std::isdigit(c) != 0; });
}

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The value that begins at `at`, which is moved behind it.
std::string take_value(std::string_view text, std::size_t& at) {
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
    const char quote = text[at];
    const auto end = std::min(text.find(quote, at + 1), text.size());
    std::string value(text.substr(at + 1, end - at - 1));
    at = std::min(end + 1, text.size());
    return value;
  }
  const auto end = std::min(text.find_first_of(" \t\n;&|", at), text.size());
  std::string value(text.substr(at, end - at));
  at = end;
  return value;
}

/// Calls `use(name, begin of value, value, end)` for each NAME=value.
template <class Use>
void each_setting(std::string_view text, const Use& use) {
  for (auto equals = text.find('='); equals != std::string_view::npos;) {
    std::size_t begin = equals;
    while (begin > 0 && is_name_byte(text[begin - 1])) --begin;
    std::size_t end = equals + 1;
    if (begin == equals) {
      equals = text.find('=', end);
      continue;
    }
    const std::string value = take_value(text, end);
    use(text.substr(begin, equals - begin), equals + 1, value, end);
    equals = text.find('=', end);
  }
}

/// Where the password of a URL stands: behind "://", up to an "@" of the same word.
std::pair<std::size_t, std::size_t> find_url_password(std::string_view text, std::size_t from) {
  constexpr std::pair<std::size_t, std::size_t> none{std::string_view::npos, 0};
  for (auto at = text.find("://", from); at != std::string_view::npos;
       at = text.find("://", at + 3)) {
    const std::size_t begin = at + 3;
    const auto end = std::min(text.find_first_of("/ \t\n\"'", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const auto sign = authority.rfind('@');
    const auto colon = authority.find(':');
    if (sign == std::string_view::npos || colon == std::string_view::npos || colon > sign) continue;
    const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    if (password.empty() || password.front() == '$' || password == "***") continue;
    return {begin + colon + 1, password.size()};
  }
  return none;
}

}  // namespace

std::optional<SecretWord> judge_setting(std::string_view name, std::string_view value) {
  for (const std::string_view beginning : telling_values) {
    if (value.starts_with(beginning) && value.size() >= beginning.size() + 8) {
      return SecretWord{std::string(name), "its value has the form of a token or key"};
    }
  }
  if (is_amazon_key(value)) return SecretWord{std::string(name), "its value is an AWS key"};
  if (has_url_password(value)) {
    return SecretWord{std::string(name), "there is a URL with a password in it"};
  }
  if (is_harmless_value(value)) return std::nullopt;
  const std::string word = upper(name);
  const bool is_about = std::any_of(std::begin(harmless_ends), std::end(harmless_ends),
                                    [&](std::string_view end) { return word.ends_with(end); });
  if (is_about && word != "AWS_ACCESS_KEY_ID") return std::nullopt;
  for (const std::string_view telling : telling_names) {
    if (has_word(word, telling)) return SecretWord{std::string(name), "it is called so"};
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> find_settings(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> settings;
  each_setting(text, [&](std::string_view name, std::size_t, const std::string& value,
                         std::size_t) { settings.emplace_back(std::string(name), value); });
  return settings;
}

bool has_url_password(std::string_view text) {
  return find_url_password(text, 0).first != std::string_view::npos;
}

std::string without_secrets(std::string_view text) {
  std::string kept;
  std::size_t done = 0;
  each_setting(text, [&](std::string_view name, std::size_t begin, const std::string& value,
                         std::size_t end) {
    if (!judge_setting(name, value)) return;
    kept += text.substr(done, begin - done);
    kept += "***";
    done = end;
  });
  kept += text.substr(done);
  for (auto [at, size] = find_url_password(kept, 0); at != std::string::npos;) {
    kept.replace(at, size, "***");
    const auto next = find_url_password(kept, at);
    at = next.first;
    size = next.second;
  }
  return kept;
}

}  // namespace lade::sbom
