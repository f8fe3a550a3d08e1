#include "sbom/secrets/builtin_rules.h"

// Passwords in files that are for them, in URLs and in command lines. They may be short and come
// from people, so what tells them is where they stand, and what people write there instead is left
// out.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_files(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "netrc-password",
       .title = "Password in a netrc file",
       .category = "password",
       .severity = high,
       .keywords = {"password"},
       .pattern =
           R"((?:machine\s+\S{1,100}|default)\s+login\s+\S{1,100}\s+password\s+(?P<secret>\S{1,}))",
       .path = R"((^|/)[._]netrc$)",
       .allow = {placeholder_pattern},
       .config = false,
       .before_bytes = 300,
       .after_bytes = 300});
  rules.push_back(
      {.id = "pgpass-password",
       .title = "Password of a PostgreSQL user",
       .category = "password",
       .severity = high,
       .pattern =
           R"((?m)^[^#:\n]{1,255}:(?:[0-9]{1,5}|\*):[^:\n]{1,255}:[^:\n]{1,255}:(?P<secret>[^\n]{1,})$)",
       .path = R"((^|/)\.pgpass$)",
       .allow = {placeholder_pattern},
       .config = false});
  rules.push_back({.id = "mysql-password",
                   .title = "Password of a MySQL user",
                   .category = "password",
                   .severity = high,
                   .keywords = {"password"},
                   .pattern = R"((?m)^\s*password\s*=\s*["']?(?P<secret>[^\s"'#]{1,}))",
                   .path = R"((^|/)\.(my|mylogin)\.cnf$|(^|/)mysql/debian\.cnf$)",
                   .allow = {placeholder_pattern},
                   .config = false});
  rules.push_back(
      {.id = "shadow-password",
       .title = "Hash of a user's password",
       .category = "password",
       .severity = medium,
       .pattern =
           R"((?m)^[^:\s]{1,64}:(?P<secret>\$(?:1|2[abxy]|5|6|7|y|gy|sm3|md5)\$[^:\s]{8,}|[./0-9A-Za-z]{13}):)",
       .path = R"(^etc/shadow-?$)",
       .config = false});
  rules.push_back(
      {.id = "htpasswd-weak-hash",
       .title = "Weak hash of a password in an htpasswd file",
       .category = "password",
       .severity = medium,
       .pattern =
           R"((?m)^[^:#\s]{1,64}:(?P<secret>\{SHA\}[A-Za-z0-9+/]{27}=|\$apr1\$[^:\s]{10,60}|[./0-9A-Za-z]{13})\s*$)",
       .path = R"((^|/)\.?htpasswd[^/]*$)",
       .config = false});
  rules.push_back(
      {.id = "wordpress-password",
       .title = "Database password of WordPress",
       .category = "password",
       .severity = high,
       .keywords = {"DB_PASSWORD"},
       .pattern = R"re(define\(\s*["']DB_PASSWORD["']\s*,\s*["'](?P<secret>[^"'\n]{4,})["'])re",
       .path = R"((^|/)wp-config\.php$)",
       .allow = {placeholder_pattern, "^getenv", "_here$"},
       .config = false});
}

void add_texts(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "url-password",
       .title = "Password in a URL",
       .category = "password",
       .severity = high,
       .keywords = {"://"},
       .also = "@",
       .pattern =
           R"(\b[a-z][a-z0-9+.\-]{1,20}://[A-Za-z0-9._%+\-]{0,64}:(?P<secret>[^\s:/@"'`<>\[\](){}|\\,;*&?#$]{3,})@(?:[A-Za-z0-9\-]+\.)*[A-Za-z0-9\-]+(?:[:/"'\s?#]|$))",
       .allow =
           {placeholder_pattern,
            R"((?i)^(?:p|pw|pwd|psw|pass(?:phrase)?|user|username|admin|root|host|token|key|hunter2|guest|secret|postgres|mysql|pass.?word|bar|baz|xyz|abc|abcd|123.*|port|credentials|t0ken|s3cr3t|p@ss.*|p4ss.*|a|b|x|x-oauth-basic|oauth2)$)"},
       .allow_match =
           {R"(@(?:(?:[A-Za-z0-9\-]+\.)*(?:example|test|invalid|local|localhost|localdomain)|host(?:name)?|server|proxy|domain|some[a-z]*|foo|bar|a|b|h)(?:\.[a-z]{2,4})?(?:[:/"'\s?#]|$))",
            R"(@(?:example|foo|bar|host|test|domain|server|your[a-z\-]*|my[a-z\-]*)\.)",
            R"(@127\.|\.faketld|bogus\.net)"},
       .after_bytes = 220});
  rules.push_back(
      {.id = "connection-string-password",
       .title = "Password in a connection string",
       .category = "password",
       .severity = medium,
       .keywords = {"password=", "pwd="},
       .ignore_case = true,
       .also = ";",
       .pattern =
           R"((?i)\b(?:server|data source|host|addr(?:ess)?|endpoint)=[^;"'\n]+;[^"'\n]{0,200}?\b(?:password|pwd)=(?P<secret>[^;"'\s]{4,}))",
       .allow = {placeholder_pattern},
       .least_entropy = 2,
       .before_bytes = 310});
  rules.push_back(
      {.id = "basic-authorization",
       .title = "Credentials in an HTTP header",
       .category = "password",
       .severity = medium,
       .keywords = {"authorization"},
       .ignore_case = true,
       .pattern =
           R"((?i)authorization["']?\s*[:=,]\s*["']?basic\s+(?P<secret>[A-Za-z0-9+/]{12,}={0,2}))",
       .allow = {"^QWxhZGRpbj", "^dXNlcjpw", "^dXNlcm5hbWU6", "^Zm9vOmJhc"},
       .shape = SecretShape::credentials});
  rules.push_back(
      {.id = "curl-password",
       .title = "Password in a call of curl or wget",
       .category = "password",
       .severity = medium,
       .keywords = {"curl ", "wget "},
       .pattern =
           R"(\b(?:curl\s[^\n]{0,200}?\s(?:-u|--user|--proxy-user)[= ]?["']?[A-Za-z0-9._@\-]{1,64}:|wget\s[^\n]{0,200}?\s--(?:http-|ftp-|proxy-)?password[= ]["']?)(?P<secret>[^\s"'$<>`\\]{4,}))",
       .allow = {placeholder_pattern, "(?i)^(?:pass.*|pwd|passwd|user|key|token|secret)$"},
       .least_entropy = 2.2,
       .after_bytes = 420});
}

}  // namespace

std::vector<SecretRule> password_rules() {
  std::vector<SecretRule> rules;
  add_files(rules);
  add_texts(rules);
  return rules;
}

}  // namespace lade::sbom
