#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/policy_reader.h"
#include "signing/sigstore/cosign_blob.h"
#include "signing/x509/identity.h"

namespace lade::signing {
namespace {

PublicKey parse_key(const std::string& text) {
  constexpr std::string_view what = "the key";
  if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return PublicKey::parse_pem(text, what);
  }
  return Certificate::parse_pem_chain(text, what).front().public_key();
}

TimeRange read_window(const TomlTable& table) {
  TimeRange window{.start = table.find_time("not_before"), .end = table.find_time("not_after")};
  if (window.start && window.end && *window.end < *window.start) {
    table.refuse_as("not_after", "it lies before not_before");
  }
  return window;
}

TrustedKey read_key(const TomlTable& table, const PolicyFiles& files) {
  constexpr std::string_view known[] = {"file", "pem", "not_before", "not_after"};
  table.allow_only(known);
  if (table.has("file") == table.has("pem")) table.refuse_as({}, "wanted one of file and pem");
  if (table.has("pem")) {
    const std::string text = get_text(table, "pem");
    return {parsed_at(table, "pem", [&] { return parse_key(text); }), read_window(table)};
  }
  const std::string file = get_text(table, "file");
  const std::string text = files.text_of(table, "file", file);
  return {parsed_at(table, "file", [&] { return parse_key(text); }), read_window(table)};
}

TrustedKey read_key_file(const TomlTable& table, std::string_view key, const std::string& file,
                         const PolicyFiles& files) {
  const std::string text = files.text_of(table, key, file);
  return parsed_at(table, key, [&] { return parse_key(text); });
}

std::vector<TrustedKey> read_keys(const TomlTable& table, const PolicyFiles& files) {
  std::vector<TrustedKey> keys;
  if (table.has("key")) {
    keys.push_back(read_key_file(table, "key", get_text(table, "key"), files));
  }
  for (const auto& one : table.find_strings_and_tables("keys")) {
    const auto* file = std::get_if<TomlString>(&one);
    keys.push_back(file != nullptr ? read_key_file(table, "keys", file->text, files)
                                   : read_key(std::get<TomlTable>(one), files));
  }
  return keys;
}

std::map<std::string, WantedText> read_extensions(const TomlTable& table) {
  std::map<std::string, WantedText> wanted;
  const auto extensions = table.find_table("extensions");
  if (!extensions) return wanted;
  extensions->allow_only(fulcio_extension_names());
  for (const std::string& name : extensions->keys()) {
    wanted.emplace(name, find_wanted_text(*extensions, name).value());
  }
  return wanted;
}

std::optional<WantedIdentity> read_identity(const TomlTable& table, bool has_root) {
  auto name = find_wanted_text(table, "identity");
  auto issuer = find_wanted_text(table, "issuer");
  if (!name && !issuer) {
    if (table.has("extensions")) table.refuse_as("extensions", "they go with identity and issuer");
    return std::nullopt;
  }
  if (!name || !issuer) table.refuse_as({}, "wanted both identity and issuer");
  if (!has_root) {
    table.refuse_as("identity", "the policy names no trusted_root to check certificates with");
  }
  return WantedIdentity{
      .name = std::move(*name), .issuer = std::move(*issuer), .extensions = read_extensions(table)};
}

std::vector<Certificate> read_certificates(const TomlTable& table, std::string_view key,
                                           const PolicyFiles& files) {
  std::vector<Certificate> all;
  if (!table.has(key)) return all;
  for (const TomlString& file : get_texts(table, key)) {
    const std::string text = files.text_of(table, key, file.text);
    for (Certificate& one :
         parsed_at(table, key, [&] { return parse_certificate_file(text, "the file"); })) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

void read_notary(const TomlTable& table, const PolicyFiles& files, NamedSigner& signer) {
  signer.authorities = read_certificates(table, "authorities", files);
  signer.timestamp_authorities = read_certificates(table, "timestamp_authorities", files);
  if (table.has("subject")) {
    const std::string text = get_text(table, "subject");
    signer.subject =
        parsed_at(table, "subject", [&] { return DistinguishedName::parse(text, "the subject"); });
  }
  signer.needs_revocation = table.find_bool("revocation").value_or(false);
  for (const std::string_view key : {"subject", "revocation"}) {
    if (table.has(key) && signer.authorities.empty()) {
      table.refuse_as(key, "it goes with authorities");
    }
  }
}

/// What would be read and change nothing is a mistake.
void require_of_use(const TomlTable& table, const NamedSigner& signer) {
  if (table.has("sct") && !signer.identity) {
    table.refuse_as("sct",
                    "it is about the certificate of an identity: wanted identity and issuer");
  }
  if (signer.keys.empty() && !signer.identity && table.has("transparency_log")) {
    table.refuse_as("transparency_log",
                    "no log knows the Notary Project signatures that authorities are for");
  }
  if (!signer.timestamp_authorities.empty() && signer.authorities.empty()) {
    if (signer.keys.empty()) {
      table.refuse_as("timestamp_authorities", "they go with authorities, key or keys");
    }
    if (!signer.needs_timestamp) {
      table.refuse_as("timestamp_authorities",
                      "a key needs no timestamp unless the signer says timestamp = true");
    }
  }
}

NamedSigner read_signer(const TomlTable& table, const std::string& name, const PolicyFiles& files,
                        bool has_root) {
  constexpr std::string_view known[] = {"key",
                                        "keys",
                                        "identity",
                                        "issuer",
                                        "extensions",
                                        "authorities",
                                        "subject",
                                        "revocation",
                                        "timestamp_authorities",
                                        "transparency_log",
                                        "timestamp",
                                        "sct",
                                        "not_before",
                                        "not_after"};
  table.allow_only(known);
  NamedSigner signer{.name = name, .line = table.line_of({})};
  signer.keys = read_keys(table, files);
  signer.identity = read_identity(table, has_root);
  read_notary(table, files, signer);
  if (signer.keys.empty() && !signer.identity && signer.authorities.empty()) {
    table.refuse_as({}, "nobody is named: wanted key, keys, identity with issuer, or authorities");
  }
  signer.says_log = table.find_bool("transparency_log").value_or(false);
  signer.needs_log = table.find_bool("transparency_log").value_or(signer.identity.has_value());
  signer.needs_timestamp = table.find_bool("timestamp").value_or(false);
  signer.needs_sct = table.find_bool("sct").value_or(true);
  for (const std::string_view key : {"transparency_log", "timestamp"}) {
    const bool has_own = key == "timestamp" && !signer.timestamp_authorities.empty();
    if (table.find_bool(key).value_or(false) && !has_root && !has_own) {
      table.refuse_as(key, "the policy names no trusted_root that says whom to believe");
    }
  }
  require_of_use(table, signer);
  signer.trusted = read_window(table);
  return signer;
}

}  // namespace

std::vector<NamedSigner> read_signers(const TomlTable& policy, const PolicyFiles& files,
                                      bool has_root) {
  std::vector<NamedSigner> signers;
  const auto table = policy.find_table("signers");
  if (!table) return signers;
  for (const std::string& name : table->keys()) {
    signers.push_back(read_signer(table->find_table(name).value(), name, files, has_root));
  }
  return signers;
}

SignerTable::SignerTable(const std::vector<NamedSigner>& signers, const TomlTable& policy) {
  for (std::size_t i = 0; i < signers.size(); ++i) named_[signers[i].name] = {i};
  const auto groups = policy.find_table("groups");
  if (!groups) return;
  std::map<std::string, std::vector<std::size_t>> all;
  for (const std::string& name : groups->keys()) {
    if (named_.contains(name)) groups->refuse_as(name, "a signer has this name");
    all.emplace(name, resolve(*groups, name, "a name of [signers]"));
  }
  named_.merge(all);
}

std::vector<std::size_t> SignerTable::resolve(const TomlTable& table, std::string_view key,
                                              std::string_view wanted) const {
  std::set<std::size_t> members;
  for (const TomlString& one : get_texts(table, key)) {
    const auto found = named_.find(one.text);
    if (found == named_.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, indexes] : named_) names.push_back(name);
      const auto meant = did_you_mean(one.text, names);
      table.refuse_at(one.line, key, wanted,
                      fmt::format("\"{}\"{}", printable(one.text),
                                  meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
    }
    members.insert(found->second.begin(), found->second.end());
  }
  return {members.begin(), members.end()};
}

SignerSet SignerTable::read(const TomlTable& table, const SignerSet* fallback) const {
  if (fallback != nullptr && !table.has("signers")) {
    if (table.has("threshold")) table.refuse_as("threshold", "it goes with signers");
    return *fallback;
  }
  SignerSet set{.signers = resolve(table, "signers", "a name of [signers] or [groups]")};
  const std::int64_t threshold = table.find_int("threshold").value_or(1);
  if (threshold < 1 || static_cast<std::uint64_t>(threshold) > set.signers.size()) {
    table.refuse("threshold", fmt::format("1 to {}, as many as are named", set.signers.size()),
                 std::to_string(threshold));
  }
  set.threshold = static_cast<unsigned>(threshold);
  return set;
}

}  // namespace lade::signing
