#pragma once

#include <vector>

#include "sbom/secrets/secret_rule.h"

/// The parts of `builtin_secret_rules`, a file each.
namespace lade::sbom {

std::vector<SecretRule> cloud_rules();
std::vector<SecretRule> package_rules();  ///< code hosting, package registries, image registries
std::vector<SecretRule> service_rules();
std::vector<SecretRule> messaging_rules();
std::vector<SecretRule> key_rules();       ///< private keys
std::vector<SecretRule> password_rules();  ///< in files that are for them, and in URLs
std::vector<SecretRule> generic_rules();   ///< assignments to names that sound like it

/// What people write where a secret would stand.
inline constexpr const char* placeholder_pattern =
    R"((?i)example|sample|dummy|fake|change[_-]?(?:me|it|this)|place[_-]?holder|redacted|insert|replace|your|my[_-]?(?:password|secret|token|key)|xxxx|\*\*\*|\.\.\.|^test|^pass(?:word|wd)?[0-9]*$|^secret[0-9]*$|^<.*>?$|[$%#]\{|\$\(|\{\{|^\$|^%|^@|^\\|^null$|^none$|^(?:true|false)$|^undefined$|^foo|^bar|1234567|abcdef)";

}  // namespace lade::sbom
