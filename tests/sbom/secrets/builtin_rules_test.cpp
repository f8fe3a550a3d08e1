#include <catch2/catch.hpp>
#include <set>

#include "tests/sbom/secrets/made_up.h"

namespace lade::sbom {
namespace {

struct Sample {
  std::string rule;
  std::string text;
  std::string path = "srv/app/settings";
};

std::vector<Sample> cloud_samples() {
  return {{"aws-access-key-id", "id: AKIA" + base32(16)},
          {"aws-access-key-id", "ASIA" + base32(16)},
          {"aws-secret-access-key", "aws_secret_access_key = " + words(40)},
          {"aws-secret-access-key", "\"SecretAccessKey\": \"" + words(40) + "\""},
          {"aws-session-token", "aws_session_token=IQoJ" + words(300)},
          {"gcp-service-account-key", "{\"private_key_id\": \"" + lower_hex(40) +
                                          "\",\n \"private_key\": \"-----BEGIN " +
                                          "PRIVATE KEY-----\\n" + words(64) + "\\n"},
          {"google-api-key", "key=AIza" + words(35)},
          {"google-oauth-client-secret", "\"GOCSPX-" + words(28) + "\""},
          {"google-oauth-token", "Bearer ya29." + words(120)},
          {"google-refresh-token", "\"refresh_token\": \"1//0" + words(60) + "\""},
          {"azure-storage-key", "AccountName=x;AccountKey=" + words(86) + "==;"},
          {"azure-shared-access-key", "SharedAccessKeyName=a;SharedAccessKey=" + words(43) + "="},
          {"azure-sas", "https://a.blob.core/c?sv=2022-11-02&sr=c&sig=" + words(43) + "%3D"},
          {"azure-client-secret", "secret: " + words(3) + "8Q~" + words(34)},
          {"digitalocean-token", "dop_v1_" + lower_hex(64)},
          {"alibaba-access-key-id", "LTAI" + words(20)},
          {"tencent-secret-id", "AKID" + words(32)},
          {"heroku-api-key", "HRKU-" + words(60)},
          {"heroku-api-key-old", "HEROKU_API_KEY=" + lower_hex(8) + "-" + lower_hex(4) + "-" +
                                     lower_hex(4, 2) + "-" + lower_hex(4, 3) + "-" + lower_hex(12)},
          {"cloudflare-origin-ca-key", "v1.0-" + lower_hex(24) + "-" + lower_hex(146)},
          {"flyio-token", "FlyV1 fm2_" + words(80)},
          {"netlify-token", "nfp_" + words(36)},
          {"supabase-token", "sbp_" + lower_hex(40)},
          {"databricks-token", "dapi" + lower_hex(32)},
          {"vault-token", "VAULT: hvs." + words(90)},
          {"terraform-cloud-token", "token = \"" + words(14) + ".atlasv1." + words(67) + "\""},
          {"pulumi-token", "pul-" + lower_hex(40)},
          {"planetscale-token", "pscale_tkn_" + words(43)},
          {"doppler-token", "dp.st.prd." + words(43)},
          {"tailscale-key", "tskey-auth-" + words(12) + "-" + words(32)}};
}

std::vector<Sample> package_samples() {
  return {
      {"github-token", "ghp_" + words(36)},
      {"github-token", "https://x-access-token:ghs_" + words(36) + "@github.com/a/b"},
      {"github-fine-grained-token", "github_pat_" + words(22) + "_" + words(59)},
      {"gitlab-token", "glpat-" + words(20)},
      {"gitlab-token", "glrt-" + words(20)},
      {"gitlab-runner-registration-token", "GR1348941" + words(20)},
      {"atlassian-token", "ATATT3xFfGF0" + words(180)},
      {"atlassian-token", "ATBB" + words(32)},
      {"sourcegraph-token", "sgp_" + lower_hex(40)},
      {"buildkite-token", "bkua_" + lower_hex(40)},
      {"circleci-token", "CCIPAT_" + words(22) + "_" + lower_hex(40)},
      {"sonarqube-token", "squ_" + lower_hex(40)},
      {"prefect-token", "pnu_" + lowers(36)},
      {"npm-token", "npm_" + words(36)},
      {"npmrc-auth-token", "//registry.corp/:_authToken=" + lower_hex(36)},
      {"npmrc-password", "//registry.corp/:_password=" + words(16), "root/.npmrc"},
      {"pypi-token", "password = pypi-AgEIcHlwaS5vcmcC" + words(140)},
      {"rubygems-key", "rubygems_" + lower_hex(48)},
      {"cargo-registry-token", "[registry]\ntoken = \"" + words(32) + "\"",
       "root/.cargo/credentials.toml"},
      {"nuget-key", "oy2" + lowers(43)},
      {"nuget-clear-text-password", "<add key=\"ClearTextPassword\" value=\"" + words(9) + "\""},
      {"maven-password", "<password>" + words(9) + "</password>", "root/.m2/settings.xml"},
      {"clojars-token", "CLOJARS_" + lowers(60)},
      {"artifactory-token", "AKCp" + words(69)},
      {"docker-hub-token", "dckr_pat_" + words(27)},
      {"registry-auth",
       "{\"auths\":{\"r.corp\":{\"auth\":\"" + to_base64("robot:" + words(12)) + "\"}}}"}};
}

std::vector<Sample> service_samples() {
  return {{"stripe-live-key", "sk_live_" + words(24)},
          {"stripe-test-key", "rk_test_" + words(24)},
          {"stripe-webhook-secret", "whsec_" + words(32)},
          {"square-token", "sq0atp-" + words(22)},
          {"braintree-token", "access_token$production$" + lowers(16) + "$" + lower_hex(32)},
          {"shopify-token", "shpat_" + lower_hex(32)},
          {"openai-key", "sk-" + words(20) + "T3BlbkFJ" + words(20)},
          {"openai-key", "sk-proj-" + words(74) + "T3BlbkFJ" + words(74)},
          {"anthropic-key", "sk-ant-api03-" + words(95)},
          {"huggingface-token", "hf_" + letters(34)},
          {"groq-key", "gsk_" + words(52)},
          {"perplexity-key", "pplx-" + words(48)},
          {"dynatrace-token", "dt0c01." + base32(24) + "." + base32(64)},
          {"grafana-token", "glsa_" + words(32) + "_" + lower_hex(8)},
          {"grafana-token", "glc_eyJ" + words(90)},
          {"newrelic-key", "NRAK-" + uppers(27)},
          {"newrelic-key", lower_hex(36) + "NRAL"},
          {"datadog-key", "DD_API_KEY=" + lower_hex(32)},
          {"sentry-token", "sntryu_" + lower_hex(64)},
          {"linear-key", "lin_api_" + words(40)},
          {"notion-token", "ntn_" + digits(11) + words(35)},
          {"figma-token", "figd_" + words(40)},
          {"airtable-token", "airtable: pat" + words(14) + "." + lower_hex(64)},
          {"postman-key", "PMAK-" + lower_hex(24) + "-" + lower_hex(34)},
          {"onepassword-token", "ops_eyJ" + words(300)},
          {"okta-token", "Authorization: SSWS 00" + words(40)},
          {"readme-key", "rdme_" + lowers(70)},
          {"slack-token", "xoxb-" + digits(12) + "-" + digits(13) + "-" + words(24)},
          {"slack-token", "xapp-1-A" + uppers(10) + "-" + digits(13) + "-" + lower_hex(64)},
          {"slack-webhook",
           "https://hooks.slack.com/services/T" + uppers(10) + "/B" + uppers(10) + "/" + words(24)},
          {"telegram-bot-token", "https://api/bot" + digits(10) + ":AAF" + words(32) + "/getMe"},
          {"discord-bot-token", "discord_token: M" + words(23) + "." + words(6) + "." + words(27)},
          {"discord-webhook", "https://discord.com/api/webhooks/" + digits(18) + "/" + words(68)},
          {"firebase-server-key", "AAAA" + words(7) + ":APA91b" + words(134)},
          {"sendgrid-key", "SG." + words(22) + "." + words(43)},
          {"mailgun-key", "mailgun: key-" + lower_hex(32)},
          {"mailchimp-key", "MAILCHIMP=" + lower_hex(32) + "-us12"},
          {"brevo-key", "xkeysib-" + lower_hex(64) + "-" + words(16)},
          {"twilio-key", "TWILIO_AUTH_TOKEN=" + lower_hex(32)},
          {"twilio-key", "twilio: SK" + lower_hex(32)}};
}

std::string pem(const std::string& kind, const std::string& body) {
  return "-----BEGIN " + kind + "PRIVATE KEY-----\n" + body + "\n-----END " + kind +
         "PRIVATE KEY-----\n";
}

std::string web_token() { return "eyJhbGciOiJIUzI1NiJ9.eyJ" + words(30) + "." + words(43); }

std::vector<Sample> key_samples() {
  const std::string ssh_none = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ";
  const std::string ssh_aes = "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAA";
  return {{"private-key", pem("RSA ", words(64))},
          {"private-key", pem("", words(64))},
          {"private-key", "key: '" + pem("EC ", words(64))},
          {"private-key", "\"-----BEGIN RSA " + std::string("PRIVATE KEY-----\\n") + words(64)},
          {"ssh-private-key", pem("OPENSSH ", ssh_none + words(28) + "\n" + words(70) + "\n" +
                                                  words(70) + "\n" + words(40))},
          {"private-key-encrypted", pem("ENCRYPTED ", words(64))},
          {"private-key-encrypted", pem("ENCRYPTED SIGSTORE ", words(64))},
          {"private-key-encrypted", pem("RSA ", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC," +
                                                    uppers(32) + "\n\n" + words(64))},
          {"private-key-encrypted", pem("OPENSSH ", ssh_aes + words(27))},
          {"private-key-base64", "key: " + to_base64(pem("RSA ", words(64)))},
          {"private-key-base64", "key: " + to_base64(pem("", words(64)))},
          {"pgp-private-key", "-----BEGIN PGP " + std::string("PRIVATE KEY BLOCK-----\n") +
                                  "Version: GnuPG\n\n" + words(64) + "\n"},
          {"putty-private-key",
           "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\n" +
               words(64) + "\n" + words(20) + "\nPrivate-Lines: 1\n" + words(48) + "\n"},
          {"age-secret-key", "AGE-SECRET-KEY-1" + made_up("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)},
          {"wireguard-private-key", "[Interface]\nPrivateKey = " + words(42) + "A=\n"},
          {"kubeconfig-client-key", "    client-key-data: LS0tLS1" + words(100)},
          {"rails-master-key", lower_hex(32) + "\n", "app/config/master.key"},
          {"json-web-token", "Bearer " + web_token()}};
}

std::vector<Sample> password_samples() {
  const std::string word = words(9);
  return {{"netrc-password", "machine git.corp\n login me\n password " + word, "root/.netrc"},
          {"pgpass-password", "db:5432:app:me:" + word + "\n", "root/.pgpass"},
          {"mysql-password", "[client]\nuser=me\npassword=\"" + word + "\"\n", "root/.my.cnf"},
          {"shadow-password", "bin:*:1:\nroot:$6$" + words(8) + "$" + words(86) + ":19000:0:::\n",
           "etc/shadow"},
          {"htpasswd-weak-hash", "me:$apr1$" + words(8) + "$" + words(22) + "\n",
           "etc/nginx/.htpasswd"},
          {"wordpress-password", "define( 'DB_PASSWORD', '" + word + "' );", "www/wp-config.php"},
          {"url-password", "postgres://app:" + word + "@db.corp:5432/app"},
          {"url-password", "https://me:" + word + "@git.corp/a.git", "root/.git-credentials"},
          {"connection-string-password", "Server=db;Database=x;User Id=me;Password=" + word + ";"},
          {"basic-authorization", "Authorization: Basic " + to_base64("me:" + word)},
          {"curl-password", "curl -fsSL -u me:" + word + " https://r.corp/x"},
          {"environment-secret", "A=1\nDB_PASSWORD=" + word + "\n", "srv/.env"},
          {"environment-secret", "export APP_TOKEN='" + words(20) + "'\n", "srv/prod.env"},
          {"generic-api-key", "api_key = \"" + words(32) + "\""},
          {"generic-password", "password: '" + words(14) + "'"}};
}

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (auto* part :
       {cloud_samples, package_samples, service_samples, key_samples, password_samples}) {
    for (Sample& sample : part()) all.push_back(std::move(sample));
  }
  return all;
}

using Ids = std::vector<std::string>;

TEST_CASE("every rule of the program finds what it is for, once and alone") {
  const SecretRules rules = SecretRules::builtin();
  std::set<std::string> met;
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.rule, sample.text);
    met.insert(sample.rule);
    CHECK(rules_in(rules, sample.text, sample.path) == Ids{sample.rule});
    if (sample.rule == "rails-master-key") continue;  // its file has nothing else in it
    CHECK(rules_in(rules, "x\n" + sample.text + "\ny", sample.path).size() == 1);
  }
  for (const SecretRule& rule : builtin_secret_rules()) {
    CAPTURE(rule.id);
    CHECK(met.count(rule.id) == 1);
  }
}

TEST_CASE("no secret is in what is shown of it") {
  const SecretRules rules = SecretRules::builtin();
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.rule);
    for (const FoundSecret& secret : found_in(rules, sample.text, sample.path)) {
      const std::string hidden = sample.text.substr(secret.offset, secret.size_bytes);
      CHECK(secret.excerpt.size() <= 9);
      CHECK(secret.excerpt.size() - 3 <= hidden.size() / 4);
      CHECK(secret.excerpt.find("...") <= 4);
      CHECK(secret.fingerprint.size() == 16);
    }
  }
}

TEST_CASE("what only looks like a secret is none") {
  const SecretRules rules = SecretRules::builtin();
  const Sample cases[] = {
      {"the example of Amazon's documents", "AKIAIOSFODNN7" + std::string("EXAMPLE")},
      {"the other",
       "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + std::string("EXAMPLEKEY")},
      {"letters alone", "ghp_" + std::string(36, 'a')},
      {"too short", "ghp_" + words(35)},
      {"within a word", "xghp_" + words(36)},
      {"a public key", "-----BEGIN PUBLIC KEY-----\n" + words(64)},
      {"a certificate", "-----BEGIN CERTIFICATE-----\n" + words(64)},
      {"a program that knows keys", "\"-----BEGIN RSA PRIVATE KEY-----\", \"-----END\""},
      {"a base64 that is no credentials", "{\"auth\": \"" + to_base64(words(12)) + "\"}"},
      {"a token whose header is none", "eyJhbGciXXXXXXXX.eyJ" + words(30) + "." + words(43)},
      {"a URL without a password", "https://me@git.corp/a.git and mail me@corp"},
      {"a URL with a port", "http://proxy:8080/@scope/name"},
      {"a placeholder in a URL", "postgres://user:password@db.corp/app"},
      {"a variable in a URL", "https://me:${TOKEN}@git.corp/a.git"},
      {"an example host", "https://me:" + words(9) + "@example.com/"},
      {"an environment's reference", "DB_PASSWORD=${OTHER_VALUE_1}", "srv/.env"},
      {"an environment's file", "DB_PASSWORD_FILE=/run/secrets/db", "srv/.env"},
      {"an environment's number", "TOKEN_LIMIT=1000000", "srv/.env"},
      {"a call in a program", "password = get_password(\"prompt1\")"},
      {"a message in a program", "password: \"Password must have 8 letters\""},
      {"a locked user", "root:*:19000:0:::\nbin:!:1::::\n", "etc/shadow"},
      {"a bcrypt hash", "me:$2y$05$" + words(53) + "\n", "etc/.htpasswd"},
      {"a placeholder of npm", "//r/:_authToken=${NPM_TOKEN_OF_CI}"},
  };
  for (const auto& [what, text, path] : cases) {
    CAPTURE(what);
    CHECK(rules_in(rules, text, path) == Ids{});
  }
}

TEST_CASE("binary files are searched by rules of high precision alone") {
  const SecretRules rules = SecretRules::builtin();
  const std::string elf = std::string(
      "\x7F"
      "ELF\0\0\0\0",
      8);
  CHECK(rules_in(rules, elf + "ghp_" + words(36) + '\0') == Ids{"github-token"});
  CHECK(rules_in(rules, elf + "api_key = \"" + words(32) + "\"").empty());
}

}  // namespace
}  // namespace lade::sbom
