#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/base64.h"
#include "sbom/secrets/secret_rules.h"
#include "sbom/secrets/text_scanner.h"

/// Secrets for tests. None stands in a source file: each is put together when a test runs, from
/// letters that are chosen then.
namespace lade::sbom {

inline std::string made_up(std::string_view alphabet, std::size_t length, std::uint64_t seed = 1) {
  std::string text;
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 12345;
  while (text.size() < length) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += alphabet[(state >> 33U) % alphabet.size()];
  }
  return text;
}

inline std::string lower_hex(std::size_t n, std::uint64_t seed = 1) {
  return made_up("0123456789abcdef", n, seed);
}
inline std::string digits(std::size_t n) { return made_up("123456789", n); }
inline std::string letters(std::size_t n) {
  return made_up("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", n);
}
inline std::string base32(std::size_t n) { return made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", n); }
inline std::string uppers(std::size_t n) {
  return made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", n);
}
inline std::string lowers(std::size_t n) {
  return made_up("abcdefghijklmnopqrstuvwxyz0123456789", n);
}
inline std::string words(std::size_t n, std::uint64_t seed = 1) {
  return made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", n, seed);
}

/// All of a text's secrets as one scanner finds them, given in pieces of that many bytes.
inline std::vector<FoundSecret> found_in(const SecretRules& rules, std::string_view text,
                                         const std::string& path = "a/file",
                                         std::size_t piece_bytes = 1U << 20U) {
  TextScanner scanner(rules);
  scanner.begin_file(path, ~std::uint64_t{0});
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!scanner.write(text.substr(at, piece_bytes))) break;
  }
  return scanner.end();
}

/// The ids of their rules.
inline std::vector<std::string> rules_in(const SecretRules& rules, std::string_view text,
                                         const std::string& path = "a/file") {
  std::vector<std::string> ids;
  for (const FoundSecret& secret : found_in(rules, text, path)) ids.push_back(secret.rule);
  return ids;
}

}  // namespace lade::sbom
