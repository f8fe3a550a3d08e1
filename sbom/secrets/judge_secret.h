#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/secrets/secret_rules.h"

namespace lade::sbom {

/// Shannon's entropy of the bytes of a text, in bits per byte: 0 to 8.
double shannon_entropy(std::string_view text);

/// Is the secret in what a rule's pattern matched one by all that the rule says besides?
bool is_secret(const ReadyRule& ready, std::string_view match, std::string_view secret);

/// The rules' allowances whose pattern matches a secret, by `pattern_number`.
std::vector<std::uint32_t> allowances_of(const SecretRules& rules, std::string_view secret);

/// What may be shown of a secret: its first and last characters, four and two at most, and no more
/// of it than a quarter; dots stand for the rest, however much that is.
std::string redact(std::string_view secret);

/// What a finding is known by, wherever in its file it stands: 16 hex digits of a hash of rule,
/// path and secret. A password may be guessed by whoever knows its hash; so of secrets of category
/// "password", and of those under 20 bytes, what stands around them in the match is hashed instead.
/// `match` is all that matched, `secret` is in it.
std::string secret_fingerprint(const SecretRule& rule, std::string_view path,
                               std::string_view match, std::string_view secret);

}  // namespace lade::sbom
