#include "sbom/secrets/builtin_rules.h"

// Private keys in their files, and where files hold them in other files. What counts is the body of
// a key: programs that know the first line of one have no key. Between the lines of a body may
// stand what quotes them in JSON, YAML and programs.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_pem(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "private-key",
       .title = "Private key without a passphrase",
       .category = "key",
       .severity = critical,
       .keywords = {"PRIVATE KEY-----"},
       .pattern =
           R"(-----BEGIN (?:RSA |EC |DSA )?PRIVATE KEY-----(?:\\[nr]|[\s"'+,|])*(?P<secret>[A-Za-z0-9+/]{40,76}))",
       .least_entropy = 3,
       .binary = true,
       .after_bytes = 256});
  rules.push_back(
      {.id = "ssh-private-key",
       .title = "OpenSSH private key without a passphrase",
       .category = "key",
       .severity = critical,
       .keywords = {"OPENSSH PRIVATE KEY-----"},
       .pattern =
           R"(-----BEGIN OPENSSH PRIVATE KEY-----(?:\\[nr]|[\s"'+,|])*(?P<secret>b3BlbnNzaC1rZXktdjEAAAAABG5vbmU[A-Za-z0-9+/\s\\]{160,}))",
       .binary = true,
       .after_bytes = 512});
  rules.push_back(
      {.id = "private-key-encrypted",
       .title = "Private key with a passphrase",
       .category = "key",
       .severity = low,
       .keywords = {"PRIVATE KEY-----"},
       .pattern =
           R"(-----BEGIN (?:ENCRYPTED (?:SIGSTORE |COSIGN )?PRIVATE KEY-----|(?:RSA |EC |DSA )PRIVATE KEY-----(?:\\[nr]|\s)+Proc-Type: 4,ENCRYPTED(?:\\[nr]|\s)+DEK-Info: [A-Za-z0-9,\-]+|OPENSSH PRIVATE KEY-----)(?:\\[nr]|[\s"'+,|])*(?P<secret>[A-Za-z0-9+/]{40,76}))",
       .allow = {"^b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"},
       .least_entropy = 3});
  rules.push_back(
      {.id = "private-key-base64",
       .title = "Private key in base64",
       .category = "key",
       .severity = critical,
       .keywords = {"LS0tLS1CRUdJTi"},
       .pattern =
           R"((?P<secret>LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURSBLRVkt|BFQyBQUklWQVRFIEtFWS|BEU0EgUFJJVkFURSBLRVkt|BQUklWQVRFIEtFWS|BPUEVOU1NIIFBSSVZBVEUgS0VZ)[A-Za-z0-9+/]{60,}))",
       .after_bytes = 512});
}

void add_other_keys(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "pgp-private-key",
       .title = "PGP private key",
       .category = "key",
       .severity = medium,
       .keywords = {"PGP PRIVATE KEY BLOCK-----"},
       .pattern =
           R"(-----BEGIN PGP PRIVATE KEY BLOCK-----(?:\\[nr]|\s|[A-Z][A-Za-z]{2,12}: [^\n\\]{0,80}(?:\\n|\n))*(?P<secret>[A-Za-z0-9+/]{48,76}))",
       .least_entropy = 3,
       .after_bytes = 512});
  rules.push_back(
      {.id = "putty-private-key",
       .title = "PuTTY private key without a passphrase",
       .category = "key",
       .severity = critical,
       .keywords = {"PuTTY-User-Key-File-"},
       .pattern =
           R"(PuTTY-User-Key-File-[0-9]: [^\n]{1,40}\nEncryption: none\s(?:.|\n)*?Private-Lines: [0-9]+\s+(?P<secret>[A-Za-z0-9+/]{30,64}))",
       .after_bytes = 1536});
  rules.push_back(
      {.id = "age-secret-key",
       .title = "Age secret key",
       .category = "key",
       .severity = critical,
       .keywords = {"AGE-SECRET-KEY-1"},
       .pattern = R"(\b(?P<secret>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})\b)",
       .least_entropy = 3,
       .binary = true});
  rules.push_back(
      {.id = "wireguard-private-key",
       .title = "WireGuard private key",
       .category = "key",
       .severity = high,
       .keywords = {"PrivateKey", "PresharedKey"},
       .pattern =
           R"((?m)^\s*(?:PrivateKey|PresharedKey)\s*=\s*(?P<secret>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)\s*$)",
       .least_entropy = 4});
  rules.push_back(
      {.id = "kubeconfig-client-key",
       .title = "Client key of a Kubernetes user",
       .category = "key",
       .severity = critical,
       .keywords = {"client-key-data"},
       .pattern = R"(client-key-data["']?:\s*["']?(?P<secret>LS0tLS1[A-Za-z0-9+/]{60,}))",
       .after_bytes = 512});
  rules.push_back({.id = "rails-master-key",
                   .title = "Key of the credentials of a Rails application",
                   .category = "key",
                   .severity = critical,
                   .pattern = R"(^(?P<secret>[a-f0-9]{32,64})\s*$)",
                   .path = R"((^|/)config/(master|credentials/[a-z]+)\.key$)",
                   .config = false});
}

void add_web_tokens(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "json-web-token",
       .title = "JSON web token",
       .category = "key",
       .severity = medium,
       .keywords = {"eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJ4NXQi", "eyJlbmMi", "eyJjdHki"},
       .pattern =
           R"(\b(?P<secret>eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{20,}))",
       .shape = SecretShape::json_web_token,
       .after_bytes = 4096});
}

}  // namespace

std::vector<SecretRule> key_rules() {
  std::vector<SecretRule> rules;
  add_other_keys(rules);
  add_pem(rules);
  add_web_tokens(rules);
  return rules;
}

}  // namespace lade::sbom
