#include "sbom/secrets/judge_secret.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"

namespace lade::sbom {
namespace {

constexpr std::size_t guessable_bytes = 20;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// base64 in either alphabet, padded or not.
std::optional<std::string> from_any_base64(std::string_view text) {
  std::string standard(text.substr(0, text.find_last_not_of('=') + 1));
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return from_base64(standard);
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

bool are_credentials(std::string_view secret) {
  const auto decoded = from_any_base64(secret);
  if (!decoded || !is_printable(*decoded)) return false;
  const auto colon = decoded->find(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < decoded->size();
}

bool is_json_web_token(std::string_view secret) {
  const auto header = from_any_base64(secret.substr(0, secret.find('.')));
  if (!header) return false;
  try {
    const Json object = parse_json(*header, "header");
    return object.is_object() && find_member(object, "alg", "header") != nullptr;
  } catch (const Error&) {
    return false;
  }
}

bool has_shape(SecretShape shape, std::string_view secret) {
  switch (shape) {
    case SecretShape::any:
      return true;
    case SecretShape::mixed:
      return std::any_of(secret.begin(), secret.end(), is_letter) &&
             std::any_of(secret.begin(), secret.end(), is_digit);
    case SecretShape::credentials:
      return are_credentials(secret);
    case SecretShape::json_web_token:
      return is_json_web_token(secret);
  }
  return true;
}

}  // namespace

double shannon_entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<std::size_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  const auto all = static_cast<double>(text.size());
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / all;
    bits -= share * std::log2(share);
  }
  return bits;
}

bool is_secret(const ReadyRule& ready, std::string_view match, std::string_view secret) {
  if (secret.empty()) return false;
  if (ready.rule.least_entropy > 0 && shannon_entropy(secret) < ready.rule.least_entropy) {
    return false;
  }
  if (!has_shape(ready.rule.shape, secret)) return false;
  const auto any_matches = [](const std::vector<LazyPattern>& patterns, std::string_view text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const LazyPattern& pattern) { return pattern.get().matches(text); });
  };
  return !any_matches(ready.allow, secret) && !any_matches(ready.allow_match, match);
}

std::vector<std::uint32_t> allowances_of(const SecretRules& rules, std::string_view secret) {
  std::vector<std::uint32_t> numbers;
  for (const ReadyAllowance& ready : rules.allowances()) {
    if (ready.pattern && ready.pattern->get().matches(secret)) {
      numbers.push_back(ready.pattern_number);
    }
  }
  return numbers;
}

std::string redact(std::string_view secret) {
  const std::size_t front = std::min<std::size_t>(4, secret.size() / 6);
  const std::size_t back = std::min<std::size_t>(2, secret.size() / 12);
  const auto shown = [](std::string_view part) {
    std::string text(part);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
    return text;
  };
  return shown(secret.substr(0, front)) + "..." + shown(secret.substr(secret.size() - back));
}

std::string secret_fingerprint(const SecretRule& rule, std::string_view path,
                               std::string_view match, std::string_view secret) {
  Hasher hasher;
  const auto add = [&](std::string_view text) {
    hasher.update(fmt::format("{}:", text.size()));
    hasher.update(text);
  };
  add(rule.id);
  add(path);
  if (rule.category != "password" && secret.size() >= guessable_bytes) {
    add("secret");
    add(secret);
  } else {
    const auto begin = static_cast<std::size_t>(secret.data() - match.data());
    add("around");
    add(match.substr(0, begin));
    add(match.substr(begin + secret.size()));
  }
  return hasher.finish().hex().substr(0, 16);
}

}  // namespace lade::sbom
