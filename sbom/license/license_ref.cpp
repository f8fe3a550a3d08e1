#include "sbom/license/license_ref.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <span>

#include "libimage/base/text.h"
#include "sbom/license/license_tokens.h"

namespace lade::sbom {
namespace {

constexpr std::size_t name_limit = 64;

std::string hash_prefix(std::string_view text, std::size_t bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return to_hex(std::as_bytes(std::span(hash)).first(bytes));
}

std::string reference_name(std::string_view name) {
  std::string written;
  bool lossless = true;
  for (const char c : trim(name)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.';
    if (kept) {
      written += c;
    } else {
      // a blank as "-" is what everybody writes, and nobody's name differs by it alone
      lossless = lossless && c == ' ';
      if (!written.empty() && written.back() != '-') written += '-';
    }
  }
  while (!written.empty() && written.back() == '-') written.pop_back();
  if (lossless && !written.empty() && written.size() <= name_limit) return written;
  written.resize(std::min(written.size(), name_limit));
  if (!written.empty() && written.back() != '-') written += '-';
  return written + hash_prefix(trim(name), 6);
}

}  // namespace

std::string license_ref(std::string_view name) { return "LicenseRef-" + reference_name(name); }

std::string addition_ref(std::string_view name) { return "AdditionRef-" + reference_name(name); }

std::string license_ref_of_text(std::string_view text) {
  return "LicenseRef-text-" + hash_prefix(LicenseTokens(text).words(), 8);
}

}  // namespace lade::sbom
