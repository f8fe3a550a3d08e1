#include "sbom/secrets/builtin_rules.h"

// What code hosting, builds, and registries of packages and images let people in with.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_code_hosting(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "github-token",
                   .title = "GitHub token",
                   .category = "code",
                   .severity = critical,
                   .keywords = {"ghp_", "gho_", "ghu_", "ghs_", "ghr_"},
                   .pattern = R"(\b(?P<secret>gh[pousr]_[A-Za-z0-9]{36,})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed,
                   .binary = true});
  rules.push_back({.id = "github-fine-grained-token",
                   .title = "GitHub fine-grained personal access token",
                   .category = "code",
                   .severity = critical,
                   .keywords = {"github_pat_"},
                   .pattern = R"(\b(?P<secret>github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b)",
                   .least_entropy = 3.5,
                   .binary = true});
  rules.push_back(
      {.id = "gitlab-token",
       .title = "GitLab token",
       .category = "code",
       .severity = critical,
       .keywords = {"glpat-", "glptt-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glft-", "glimt-",
                    "glagent-", "gloas-", "glsoat-", "glffct-"},
       .pattern =
           R"(\b(?P<secret>gl(?:pat|ptt|dt|rt|rtr|cbt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_\-]{20,}(?:\.[a-z0-9.]{2,20})?))",
       .least_entropy = 3.5,
       .shape = SecretShape::mixed,
       .binary = true});
  rules.push_back({.id = "gitlab-runner-registration-token",
                   .title = "GitLab runner registration token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"GR1348941"},
                   .pattern = R"(\b(?P<secret>GR1348941[A-Za-z0-9_\-]{20}))",
                   .least_entropy = 3});
  rules.push_back(
      {.id = "atlassian-token",
       .title = "Atlassian or Bitbucket token",
       .category = "code",
       .severity = high,
       .keywords = {"ATATT3", "ATCTT3", "ATBB"},
       .pattern =
           R"(\b(?P<secret>(?:ATATT3xFfGF0|ATCTT3xFfGN0)[A-Za-z0-9_\-=]{60,}|ATBB[A-Za-z0-9]{32}\b))",
       .least_entropy = 3.5,
       .shape = SecretShape::mixed,
       .after_bytes = 384});
  rules.push_back({.id = "sourcegraph-token",
                   .title = "Sourcegraph access token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"sgp_"},
                   .pattern = R"(\b(?P<secret>sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40})\b)",
                   .least_entropy = 3});
}

void add_builds(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "buildkite-token",
                   .title = "Buildkite API token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"bkua_"},
                   .pattern = R"(\b(?P<secret>bkua_[a-f0-9]{40})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "circleci-token",
                   .title = "CircleCI token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"CCIPAT_", "CCIPRJ_"},
                   .pattern = R"(\b(?P<secret>CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "sonarqube-token",
                   .title = "SonarQube token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"squ_", "sqp_", "sqa_"},
                   .pattern = R"(\b(?P<secret>sq[upa]_[a-f0-9]{40})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "prefect-token",
                   .title = "Prefect API token",
                   .category = "code",
                   .severity = high,
                   .keywords = {"pnu_"},
                   .pattern = R"(\b(?P<secret>pnu_[a-z0-9]{36})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
}

void add_javascript_and_python(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "npm-token",
                   .title = "npm access token",
                   .category = "package",
                   .severity = critical,
                   .keywords = {"npm_"},
                   .pattern = R"(\b(?P<secret>npm_[A-Za-z0-9]{36})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed,
                   .binary = true});
  rules.push_back(
      {.id = "npmrc-auth-token",
       .title = "Token of an npm registry",
       .category = "package",
       .severity = high,
       .keywords = {":_authToken"},
       .pattern = R"(//[^\s]{1,}:_authToken\s*=\s*["']?(?P<secret>[A-Za-z0-9_\-=.+/]{16,}))",
       .allow = {placeholder_pattern},
       .least_entropy = 3,
       .before_bytes = 220,
       .after_bytes = 1024});
  rules.push_back(
      {.id = "npmrc-password",
       .title = "Password of an npm registry",
       .category = "password",
       .severity = high,
       .keywords = {"_password", "_auth"},
       .pattern =
           R"((?m)^[^#;\n]{0,200}\b?(?:_password|_auth)\s*=\s*["']?(?P<secret>[A-Za-z0-9+/]{8,}={0,2}))",
       .path = R"((^|/)\.?npmrc$)",
       .config = false,
       .before_bytes = 220});
  rules.push_back({.id = "pypi-token",
                   .title = "PyPI API token",
                   .category = "package",
                   .severity = critical,
                   .keywords = {"pypi-AgE"},
                   .pattern = R"(\b(?P<secret>pypi-AgE[A-Za-z0-9_\-]{60,}))",
                   .least_entropy = 3.5,
                   .binary = true,
                   .after_bytes = 512});
}

void add_other_languages(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "rubygems-key",
                   .title = "RubyGems API key",
                   .category = "package",
                   .severity = critical,
                   .keywords = {"rubygems_"},
                   .pattern = R"(\b(?P<secret>rubygems_[a-f0-9]{48})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "cargo-registry-token",
                   .title = "Token of a Cargo registry",
                   .category = "package",
                   .severity = critical,
                   .keywords = {"token"},
                   .pattern = R"re((?m)^\s*token\s*=\s*"(?P<secret>[^"\s]{20,})")re",
                   .path = R"((^|/)\.?cargo/credentials(\.toml)?$)",
                   .allow = {placeholder_pattern},
                   .config = false});
  rules.push_back({.id = "nuget-key",
                   .title = "NuGet API key",
                   .category = "package",
                   .severity = high,
                   .keywords = {"oy2"},
                   .pattern = R"(\b(?P<secret>oy2[a-z0-9]{43})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
  rules.push_back({.id = "nuget-clear-text-password",
                   .title = "Password of a NuGet source",
                   .category = "password",
                   .severity = high,
                   .keywords = {"ClearTextPassword"},
                   .pattern = R"re(ClearTextPassword"\s+value="(?P<secret>[^"\s]{4,})")re",
                   .allow = {placeholder_pattern}});
  rules.push_back(
      {.id = "maven-password",
       .title = "Password in the settings of Maven",
       .category = "password",
       .severity = high,
       .keywords = {"<password>", "<passphrase>"},
       .pattern = R"(<pass(?:word|phrase)>\s*(?P<secret>[^<\s]{4,})\s*</pass(?:word|phrase)>)",
       .path = R"((^|/)settings\.xml$)",
       .allow = {placeholder_pattern, R"(^\{)"},
       .config = false});
  rules.push_back({.id = "clojars-token",
                   .title = "Clojars deploy token",
                   .category = "package",
                   .severity = high,
                   .keywords = {"CLOJARS_"},
                   .pattern = R"(\b(?P<secret>CLOJARS_[a-z0-9]{60})\b)",
                   .least_entropy = 3});
  rules.push_back({.id = "artifactory-token",
                   .title = "JFrog Artifactory key or token",
                   .category = "package",
                   .severity = high,
                   .keywords = {"AKCp", "cmVmdGtuO"},
                   .pattern = R"(\b(?P<secret>AKCp[A-Za-z0-9]{69}|cmVmdGtuO[A-Za-z0-9]{55})\b)",
                   .least_entropy = 3.5,
                   .shape = SecretShape::mixed});
}

void add_image_registries(std::vector<SecretRule>& rules) {
  rules.push_back({.id = "docker-hub-token",
                   .title = "Docker Hub access token",
                   .category = "package",
                   .severity = critical,
                   .keywords = {"dckr_pat_", "dckr_oat_"},
                   .pattern = R"(\b(?P<secret>dckr_[op]at_[A-Za-z0-9_\-]{27,}))",
                   .least_entropy = 3.5,
                   .binary = true});
  rules.push_back({.id = "registry-auth",
                   .title = "Credentials of a container registry",
                   .category = "password",
                   .severity = critical,
                   .keywords = {"\"auth\""},
                   .pattern = R"re("auth"\s*:\s*"(?P<secret>[A-Za-z0-9+/]{8,}={0,2})")re",
                   .shape = SecretShape::credentials,
                   .after_bytes = 2048});
}

}  // namespace

std::vector<SecretRule> package_rules() {
  std::vector<SecretRule> rules;
  add_code_hosting(rules);
  add_builds(rules);
  add_javascript_and_python(rules);
  add_other_languages(rules);
  add_image_registries(rules);
  return rules;
}

}  // namespace lade::sbom
