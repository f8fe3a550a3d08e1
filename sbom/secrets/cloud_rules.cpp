#include "sbom/secrets/builtin_rules.h"

// What clouds, and tools that keep or deploy things there, let people in with. The forms are those
// that their makers publish.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_amazon(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "aws-access-key-id",
                   .title = "AWS access key id",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"AKIA", "ASIA", "ABIA", "ACCA"},
                   .pattern = R"(\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b)",
                   .allow = {"EXAMPLE$"},
                   .least_entropy = 3,
                   .binary = true});
  rules.push_back(
      {.id = "aws-secret-access-key",
       .title = "AWS secret access key",
       .category = "cloud",
       .severity = critical,
       .keywords = {"secret_access_key", "secretaccesskey", "secret_key", "aws_secret"},
       .ignore_case = true,
       .pattern =
           R"((?i)(?:secret_?access_?key|aws_?secret(?:_?key)?)["']?\s*(?:=>|:=|=|:|,)\s*["']?(?P<secret>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$))",
       .allow = {"EXAMPLEKEY$"},
       .least_entropy = 4,
       .shape = SecretShape::mixed});
  rules.push_back(
      {.id = "aws-session-token",
       .title = "AWS session token",
       .category = "cloud",
       .severity = high,
       .keywords = {"session_token", "sessiontoken"},
       .ignore_case = true,
       .pattern =
           R"((?i)session_?token["']?\s*[=:]\s*["']?(?P<secret>(?:FwoG|IQoJ|FQoG)[A-Za-z0-9/+=]{100,}))",
       .least_entropy = 4,
       .after_bytes = 2048});
}

void add_google(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "gcp-service-account-key",
       .title = "Key of a Google Cloud service account",
       .category = "cloud",
       .severity = critical,
       .keywords = {"\"private_key_id\""},
       .pattern =
           R"("private_key_id"\s*:\s*"[0-9a-f]{40}"\s*,\s*"private_key"\s*:\s*"-----BEGIN PRIVATE KEY-----(?:\\n)?(?P<secret>[A-Za-z0-9+/]{40,}))",
       .after_bytes = 512});
  rules.push_back({.id = "google-api-key",
                   .title = "Google API key",
                   .category = "cloud",
                   .severity = medium,
                   .keywords = {"AIza"},
                   .pattern = R"(\b(?P<secret>AIza[A-Za-z0-9_\-]{35})(?:[^A-Za-z0-9_\-]|$))",
                   .least_entropy = 3.5,
                   .binary = true});
  rules.push_back({.id = "google-oauth-client-secret",
                   .title = "Google OAuth client secret",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"GOCSPX-"},
                   .pattern = R"(\b(?P<secret>GOCSPX-[A-Za-z0-9_\-]{28})(?:[^A-Za-z0-9_\-]|$))",
                   .least_entropy = 3.5});
  rules.push_back({.id = "google-oauth-token",
                   .title = "Google OAuth access token",
                   .category = "cloud",
                   .severity = medium,
                   .keywords = {"ya29."},
                   .pattern = R"(\b(?P<secret>ya29\.[A-Za-z0-9_\-]{30,}))",
                   .least_entropy = 3.5,
                   .after_bytes = 1024});
  rules.push_back(
      {.id = "google-refresh-token",
       .title = "Google OAuth refresh token",
       .category = "cloud",
       .severity = high,
       .keywords = {"refresh_token"},
       .pattern = R"(refresh_token["']?\s*[=:]\s*["']?(?P<secret>1//0[A-Za-z0-9_\-]{40,}))",
       .least_entropy = 3.5});
}

void add_azure(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "azure-storage-key",
                   .title = "Azure storage account key",
                   .category = "cloud",
                   .severity = critical,
                   .keywords = {"AccountKey="},
                   .pattern = R"(AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==))",
                   .allow = {"^Eby8vdM02xNOcqFl"},  // the emulator's, the same everywhere
                   .least_entropy = 4,
                   .binary = true});
  rules.push_back({.id = "azure-shared-access-key",
                   .title = "Azure shared access key of a bus, hub or queue",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"SharedAccessKey="},
                   .pattern = R"(SharedAccessKey=(?P<secret>[A-Za-z0-9+/]{43}=))",
                   .least_entropy = 4});
  rules.push_back(
      {.id = "azure-sas",
       .title = "Azure shared access signature",
       .category = "cloud",
       .severity = medium,
       .keywords = {"&sig=", "?sig="},
       .pattern =
           R"([?&]s[a-z]{1,2}=[^\s"'<>]{1,}[?&]sig=(?P<secret>[A-Za-z0-9%/+]{43,64}(?:%3D|%3d|=)))",
       .least_entropy = 4,
       .before_bytes = 420});
  rules.push_back(
      {.id = "azure-client-secret",
       .title = "Client secret of an Entra (Azure AD) application",
       .category = "cloud",
       .severity = critical,
       .keywords = {"7Q~", "8Q~"},
       .pattern =
           R"((?:^|[^A-Za-z0-9_~.\-])(?P<secret>[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34})(?:[^A-Za-z0-9_~.\-]|$))",
       .least_entropy = 3.8,
       .shape = SecretShape::mixed});
}

void add_other_clouds(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "digitalocean-token",
                   .title = "DigitalOcean token",
                   .category = "cloud",
                   .severity = critical,
                   .keywords = {"dop_v1_", "doo_v1_", "dor_v1_"},
                   .pattern = R"(\b(?P<secret>do[opr]_v1_[a-f0-9]{64})\b)",
                   .least_entropy = 3,
                   .binary = true});
  rules.push_back({.id = "alibaba-access-key-id",
                   .title = "Alibaba Cloud access key id",
                   .category = "cloud",
                   .severity = medium,
                   .keywords = {"LTAI"},
                   .pattern = R"(\b(?P<secret>LTAI[A-Za-z0-9]{20})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
  rules.push_back({.id = "tencent-secret-id",
                   .title = "Tencent Cloud secret id",
                   .category = "cloud",
                   .severity = medium,
                   .keywords = {"AKID"},
                   .pattern = R"(\b(?P<secret>AKID[A-Za-z0-9]{32})\b)",
                   .least_entropy = 3.8,
                   .shape = SecretShape::mixed});
  rules.push_back({.id = "heroku-api-key",
                   .title = "Heroku API key",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"HRKU-"},
                   .pattern = R"(\b(?P<secret>HRKU-[A-Za-z0-9_\-]{36,72}))",
                   .least_entropy = 3});
  rules.push_back(
      {.id = "heroku-api-key-old",
       .title = "Heroku API key, in its former form",
       .category = "cloud",
       .severity = medium,
       .keywords = {"heroku_api_key", "heroku_key", "heroku_token"},
       .ignore_case = true,
       .pattern =
           R"((?i)heroku_(?:api_)?(?:key|token)["']?\s*[=:]\s*["']?(?P<secret>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b)",
       .least_entropy = 2.5});
  rules.push_back({.id = "cloudflare-origin-ca-key",
                   .title = "Cloudflare origin CA key",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"v1.0-"},
                   .pattern = R"(\b(?P<secret>v1\.0-[a-f0-9]{24}-[a-f0-9]{146})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "flyio-token",
                   .title = "Fly.io access token",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"FlyV1 fm"},
                   .pattern = R"(\bFlyV1 (?P<secret>fm[12][ar]?_[A-Za-z0-9+/=]{60,}))",
                   .least_entropy = 4,
                   .after_bytes = 2048});
  rules.push_back({.id = "netlify-token",
                   .title = "Netlify personal access token",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"nfp_"},
                   .pattern = R"(\b(?P<secret>nfp_[A-Za-z0-9]{36})\b)",
                   .least_entropy = 3.5});
  rules.push_back({.id = "supabase-token",
                   .title = "Supabase access token",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"sbp_"},
                   .pattern = R"(\b(?P<secret>sbp_[a-f0-9]{40})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "databricks-token",
                   .title = "Databricks token",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"dapi"},
                   .pattern = R"(\b(?P<secret>dapi[a-f0-9]{32}(?:-[0-9])?)\b)",
                   .least_entropy = 3});
}

void add_tools(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "vault-token",
                   .title = "HashiCorp Vault token",
                   .category = "cloud",
                   .severity = critical,
                   .keywords = {"hvs.", "hvb.", "hvr."},
                   .pattern = R"(\b(?P<secret>hv[sbr]\.[A-Za-z0-9_\-]{24,}))",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed,
                   .after_bytes = 512});
  rules.push_back({.id = "terraform-cloud-token",
                   .title = "Terraform Cloud token",
                   .category = "cloud",
                   .severity = critical,
                   .keywords = {".atlasv1."},
                   .pattern = R"(\b(?P<secret>[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,70}))",
                   .least_entropy = 3.5});
  rules.push_back({.id = "pulumi-token",
                   .title = "Pulumi access token",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"pul-"},
                   .pattern = R"(\b(?P<secret>pul-[a-f0-9]{40})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "planetscale-token",
                   .title = "PlanetScale token or password",
                   .category = "cloud",
                   .severity = high,
                   .keywords = {"pscale_tkn_", "pscale_pw_", "pscale_oauth_"},
                   .pattern = R"(\b(?P<secret>pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_\-=.]{32,64}))",
                   .least_entropy = 3.5});
  rules.push_back(
      {.id = "doppler-token",
       .title = "Doppler token",
       .category = "cloud",
       .severity = high,
       .keywords = {"dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."},
       .pattern = R"(\b(?P<secret>dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._\-]{40,}))",
       .least_entropy = 3.5});
  rules.push_back(
      {.id = "tailscale-key",
       .title = "Tailscale key",
       .category = "cloud",
       .severity = high,
       .keywords = {"tskey-"},
       .pattern =
           R"(\b(?P<secret>tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,})\b)",
       .least_entropy = 3.5});
}

}  // namespace

std::vector<SecretRule> cloud_rules() {
  std::vector<SecretRule> rules;
  add_amazon(rules);
  add_google(rules);
  add_azure(rules);
  add_other_clouds(rules);
  add_tools(rules);
  return rules;
}

}  // namespace lade::sbom
