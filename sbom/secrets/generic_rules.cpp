#include "sbom/secrets/builtin_rules.h"

// Assignments to names that sound like a secret. Nothing but the name and how random the value is
// speaks for them, so what is found in programs is of low severity, and that in files and variables
// that exist to hold such values is of medium severity.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

constexpr const char* code_pattern =
    R"([(){}\[\]<>;]|::|->|^[a-z]+(?:[._\-/][a-z]+)+$|^[A-Za-z]+$|^[a-z_]+[0-9]?$|^/|^\./|^https?:|^[A-Z_]+$|^file:)";

void add_environment(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "environment-secret",
       .title = "Secret in an environment variable",
       .category = "password",
       .severity = medium,
       .keywords = {"password", "passwd", "secret", "token", "api_key", "apikey", "access_key",
                    "private_key", "credential", "_pwd", "passphrase"},
       .ignore_case = true,
       .pattern =
           R"((?i)(?:^|[\s;&|])[a-z0-9_]*(?:password|passwd|secret|token|api_?key|access_key|private_key|credentials?|_pwd|passphrase)(?:_[a-z0-9]{1,20})?\s*=\s*["']?(?P<secret>[^\s"'#$<>{}()|&;]{6,}))",
       .path =
           R"((^|/)\.env(\.[A-Za-z0-9_.\-]+)?$|(^|/)[A-Za-z0-9_\-]+\.env$|(^|/)etc/environment$)",
       .allow = {placeholder_pattern, code_pattern, R"(^[0-9.,:]+$)"},
       .allow_match =
           {R"((?i)(?:_file|_path|_url|_uri|_dir|_host|_endpoint|_ttl|_type|_name|_id)\s*=)"},
       .least_entropy = 2.5,
       .config = true,
       .before_bytes = 64,
       .after_bytes = 300});
}

void add_programs(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "generic-api-key",
       .title = "What is assigned to a name like \"api key\"",
       .category = "generic",
       .severity = low,
       .keywords = {"api_key", "apikey", "api-key", "auth_token", "authtoken", "access_token",
                    "accesstoken", "secret_key", "secretkey", "client_secret", "clientsecret",
                    "private_token", "access_key"},
       .ignore_case = true,
       .pattern =
           R"((?i)(?:api[_\-]?key|auth_?token|access_?token|secret_?key|client_?secret|private_token|access_key)["']?\s*(?:=>|:=|=|:)\s*["'](?P<secret>[A-Za-z0-9_\-+/=.]{20,})["'])",
       .allow = {placeholder_pattern, code_pattern},
       .least_entropy = 3.7,
       .shape = SecretShape::mixed});
  rules.push_back(
      {.id = "generic-password",
       .title = "What is assigned to a name like \"password\"",
       .category = "password",
       .severity = low,
       .keywords = {"password", "passwd", "passphrase"},
       .ignore_case = true,
       .pattern =
           R"((?i)(?:password|passwd|passphrase)["']?\s*(?:=>|:=|=|:)\s*["'](?P<secret>[^\s"'`\\]{8,64})["'])",
       .allow = {placeholder_pattern, code_pattern, "(?i)pass|secret|%s"},
       .least_entropy = 3.2,
       .shape = SecretShape::mixed});
}

}  // namespace

std::vector<SecretRule> generic_rules() {
  std::vector<SecretRule> rules;
  add_environment(rules);
  add_programs(rules);
  return rules;
}

}  // namespace lade::sbom
