#include "sbom/secrets/builtin_rules.h"

// What services that are paid for, watch over programs or answer questions let people in with.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_payment(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "stripe-live-key",
                   .title = "Stripe secret or restricted key",
                   .category = "service",
                   .severity = critical,
                   .keywords = {"sk_live_", "rk_live_", "sk_prod_", "rk_prod_"},
                   .pattern = R"(\b(?P<secret>[sr]k_(?:live|prod)_[A-Za-z0-9]{20,})\b)",
                   .least_entropy = 3,
                   .binary = true});
  rules.push_back({.id = "stripe-test-key",
                   .title = "Stripe test key",
                   .category = "service",
                   .severity = low,
                   .keywords = {"sk_test_", "rk_test_"},
                   .pattern = R"(\b(?P<secret>[sr]k_test_[A-Za-z0-9]{20,})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "stripe-webhook-secret",
                   .title = "Stripe webhook secret",
                   .category = "service",
                   .severity = medium,
                   .keywords = {"whsec_"},
                   .pattern = R"(\b(?P<secret>whsec_[A-Za-z0-9+/]{32,}={0,2}))",
                   .least_entropy = 3.5});
  rules.push_back({.id = "square-token",
                   .title = "Square access token or OAuth secret",
                   .category = "service",
                   .severity = critical,
                   .keywords = {"sq0atp-", "sq0csp-"},
                   .pattern = R"(\b(?P<secret>sq0(?:atp|csp)-[A-Za-z0-9_\-]{22,43}))",
                   .least_entropy = 3});
  rules.push_back(
      {.id = "braintree-token",
       .title = "PayPal Braintree access token",
       .category = "service",
       .severity = critical,
       .keywords = {"access_token$production$"},
       .pattern = R"((?P<secret>access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32})\b)"});
  rules.push_back({.id = "shopify-token",
                   .title = "Shopify access token or secret",
                   .category = "service",
                   .severity = high,
                   .keywords = {"shpat_", "shpca_", "shppa_", "shpss_"},
                   .pattern = R"(\b(?P<secret>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b)",
                   .least_entropy = 3});
}

void add_models(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "openai-key",
       .title = "OpenAI API key",
       .category = "service",
       .severity = critical,
       .keywords = {"T3BlbkFJ"},
       .pattern =
           R"(\b(?P<secret>sk-(?:[A-Za-z]{4,8}-)?[A-Za-z0-9_\-]{20,80}T3BlbkFJ[A-Za-z0-9_\-]{20,80}))",
       .least_entropy = 3.5,
       .binary = true,
       .before_bytes = 128});
  rules.push_back({.id = "anthropic-key",
                   .title = "Anthropic API key",
                   .category = "service",
                   .severity = critical,
                   .keywords = {"sk-ant-"},
                   .pattern = R"(\b(?P<secret>sk-ant-[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_\-]{80,120}))",
                   .least_entropy = 3.5,
                   .binary = true});
  rules.push_back({.id = "huggingface-token",
                   .title = "Hugging Face token",
                   .category = "service",
                   .severity = high,
                   .keywords = {"hf_", "api_org_"},
                   .pattern = R"(\b(?P<secret>(?:hf_|api_org_)[A-Za-z]{34})\b)",
                   .least_entropy = 3.8});
  rules.push_back({.id = "groq-key",
                   .title = "Groq API key",
                   .category = "service",
                   .severity = high,
                   .keywords = {"gsk_"},
                   .pattern = R"(\b(?P<secret>gsk_[A-Za-z0-9]{52})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
  rules.push_back({.id = "perplexity-key",
                   .title = "Perplexity API key",
                   .category = "service",
                   .severity = high,
                   .keywords = {"pplx-"},
                   .pattern = R"(\b(?P<secret>pplx-[A-Za-z0-9]{48})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
}

void add_watching(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "dynatrace-token",
                   .title = "Dynatrace token",
                   .category = "service",
                   .severity = high,
                   .keywords = {"dt0c01.", "dt0s01.", "dt0s02.", "dt0s16."},
                   .pattern = R"(\b(?P<secret>dt0[a-z][0-9]{2}\.[A-Z2-7]{24}\.[A-Z2-7]{64})\b)",
                   .least_entropy = 3.5});
  rules.push_back(
      {.id = "grafana-token",
       .title = "Grafana token",
       .category = "service",
       .severity = high,
       .keywords = {"glc_", "glsa_", "eyJrIjoi"},
       .pattern =
           R"(\b(?P<secret>glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b|glc_eyJ[A-Za-z0-9+/]{32,}={0,2}|eyJrIjoi[A-Za-z0-9]{70,}={0,2}))",
       .least_entropy = 3.5,
       .after_bytes = 512});
  rules.push_back(
      {.id = "newrelic-key",
       .title = "New Relic key",
       .category = "service",
       .severity = high,
       .keywords = {"NRAK-", "NRII-", "NRRA-", "NRAL"},
       .pattern =
           R"(\b(?P<secret>NRAK-[A-Z0-9]{27}\b|NRII-[A-Za-z0-9\-]{32}|NRRA-[a-f0-9]{42}\b|(?:[a-f0-9]{36}|[a-f0-9]{32}FFFF)NRAL\b))",
       .least_entropy = 3,
       .before_bytes = 64});
  rules.push_back(
      {.id = "datadog-key",
       .title = "Datadog key",
       .category = "service",
       .severity = high,
       .keywords = {"dd_api_key", "dd_app_key", "datadog_api_key", "datadog_app_key", "dd-api-key"},
       .ignore_case = true,
       .pattern =
           R"((?i)(?:dd|datadog)[_-](?:api|app)[_-]key["']?\s*[=:]\s*["']?(?P<secret>[a-f0-9]{32}(?:[a-f0-9]{8})?)\b)",
       .least_entropy = 3});
  rules.push_back(
      {.id = "sentry-token",
       .title = "Sentry token",
       .category = "service",
       .severity = high,
       .keywords = {"sntrys_eyJ", "sntryu_"},
       .pattern =
           R"(\b(?P<secret>sntrys_eyJ[A-Za-z0-9+/=]{40,}_[A-Za-z0-9+/]{43}|sntryu_[a-f0-9]{64}\b))",
       .least_entropy = 3,
       .after_bytes = 512});
}

void add_planning(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "linear-key",
                   .title = "Linear API key",
                   .category = "service",
                   .severity = high,
                   .keywords = {"lin_api_", "lin_oauth_"},
                   .pattern = R"(\b(?P<secret>lin_(?:api_[A-Za-z0-9]{40}|oauth_[a-f0-9]{64}))\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "notion-token",
                   .title = "Notion integration token",
                   .category = "service",
                   .severity = high,
                   .keywords = {"ntn_"},
                   .pattern = R"(\b(?P<secret>ntn_[0-9]{11}[A-Za-z0-9]{35})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "figma-token",
                   .title = "Figma personal access token",
                   .category = "service",
                   .severity = medium,
                   .keywords = {"figd_"},
                   .pattern = R"(\b(?P<secret>figd_[A-Za-z0-9_\-]{38,}))",
                   .least_entropy = 3.5});
  rules.push_back(
      {.id = "airtable-token",
       .title = "Airtable personal access token",
       .category = "service",
       .severity = high,
       .keywords = {"airtable"},
       .ignore_case = true,
       .pattern =
           R"((?i)airtable[^\n]{0,80}?\b(?P<secret>(?-i:pat[A-Za-z0-9]{14}\.[a-f0-9]{64}))\b)",
       .least_entropy = 3});
  rules.push_back({.id = "postman-key",
                   .title = "Postman API key",
                   .category = "service",
                   .severity = high,
                   .keywords = {"PMAK-"},
                   .pattern = R"(\b(?P<secret>PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "onepassword-token",
                   .title = "Token of a 1Password service account",
                   .category = "service",
                   .severity = critical,
                   .keywords = {"ops_eyJ"},
                   .pattern = R"(\b(?P<secret>ops_eyJ[A-Za-z0-9+/_\-]{200,}={0,2}))",
                   .least_entropy = 3.5,
                   .after_bytes = 2048});
  rules.push_back({.id = "okta-token",
                   .title = "Okta API token",
                   .category = "service",
                   .severity = high,
                   .keywords = {"SSWS "},
                   .pattern = R"(\bSSWS (?P<secret>00[A-Za-z0-9_\-]{40})(?:[^A-Za-z0-9_\-]|$))",
                   .least_entropy = 3.5});
  rules.push_back({.id = "readme-key",
                   .title = "ReadMe API key",
                   .category = "service",
                   .severity = medium,
                   .keywords = {"rdme_"},
                   .pattern = R"(\b(?P<secret>rdme_[a-z0-9]{70})\b)",
                   .least_entropy = 3});
}

}  // namespace

std::vector<SecretRule> service_rules() {
  std::vector<SecretRule> rules;
  add_payment(rules);
  add_models(rules);
  add_watching(rules);
  add_planning(rules);
  return rules;
}

}  // namespace lade::sbom
