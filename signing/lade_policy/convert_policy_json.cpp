// policy.json knows neither names for signers nor for rules, so both are made: a signer for each
// set of keys, a rule for each scope. What a scope wants and policy.toml cannot say makes its rule
// refuse.
#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/convert.h"
#include "signing/lade_policy/rule_scope.h"
#include "signing/lade_policy/toml_text.h"
#include "signing/policy/identity_match.h"

namespace lade::signing {
namespace {

constexpr const char* refusal = "verdict = \"refuse\"\n";

bool allows_all(const Requirements& requirements) {
  return std::all_of(requirements.begin(), requirements.end(), [](const Requirement& one) {
    return std::holds_alternative<AcceptAnything>(one);
  });
}

class PolicyJsonConverter {
 public:
  ConvertedPolicy convert(const Policy& policy) {
    const Requirements* fallback = &policy.fallback;
    for (const auto& [transport, scopes] : policy.transports) {
      const auto own = scopes.find("");
      if (own == scopes.end()) continue;
      if (transport != "docker") {
        lose(transport + " \"\"", "a transport has no default of its own");
        leave_out(own->second);
        continue;
      }
      lose("docker \"\"", "the default is one for all transports, and allows what both allow");
      if (allows_all(policy.fallback)) {
        fallback = &own->second;
      } else {
        leave_out(own->second);
      }
    }
    std::string rest =
        rule_of(*fallback, fallback == &policy.fallback ? "default" : "docker \"\"", "");
    for (const auto& [transport, scopes] : policy.transports) {
      for (const auto& [scope, requirements] : scopes) {
        if (!scope.empty()) add_scope(transport, scope, requirements);
      }
    }
    if (has_left_out_) rest = refusal;
    result_.text = "version = 1\n" + signers_ + "\n[default]\n" + rest + rules_;
    return std::move(result_);
  }

 private:
  void lose(const std::string& where, const std::string& what) {
    result_.losses.push_back(fmt::format("{}: {}", where, what));
  }

  /// What is left out is for the default, which must not allow what these do not.
  void leave_out(const Requirements& requirements) {
    has_left_out_ = has_left_out_ || !allows_all(requirements);
  }

  void add_scope(const std::string& transport, const std::string& scope,
                 const Requirements& requirements) {
    const std::string where = fmt::format("{} \"{}\"", transport, scope);
    if (transport != "docker" && transport != "dir" && transport != "oci" &&
        transport != "oci-archive") {
      leave_out(requirements);
      return lose(where, "images of this transport go by their name, as those of docker");
    }
    const std::string name = transport == "docker" ? scope : transport + ":" + scope;
    if (const auto why = rule_scope_objection(name)) {
      leave_out(requirements);
      return lose(where, "no scope: " + *why);
    }
    const std::string list = toml_list(std::span(&name, 1));
    const std::string head =
        fmt::format("\n[[rule]]\nname = {}\nscope = {}\n", toml_string(name), list);
    rules_ += head + rule_of(requirements, where, "rule.");
  }

  /// `table` is the rule's, with a dot; empty for [default].
  std::string rule_of(const Requirements& requirements, const std::string& where,
                      const std::string& table) {
    std::string text;
    bool refuses = false;
    for (const Requirement& one : requirements) {
      if (std::holds_alternative<AcceptAnything>(one)) continue;
      const auto* keys = std::get_if<SigstoreSigned>(&one);
      if (keys != nullptr && can_say(*keys, where)) {
        text += signature_of(*keys, table.empty() ? "default." : table);
        continue;
      }
      if (keys == nullptr && !std::holds_alternative<RejectAll>(one)) {
        lose(where, fmt::format("{} cannot be said", type_of(one)));
      }
      refuses = true;
    }
    if (refuses) return refusal;
    return text.empty() ? "verdict = \"allow\"\n" : text;
  }

  bool can_say(const SigstoreSigned& one, const std::string& where) {
    if (!std::holds_alternative<KeySource>(one.signer)) {
      lose(where, "certificates are checked with a trusted_root, not with an authority alone");
      return false;
    }
    if (!one.rekor_keys.empty()) {
      lose(where, "logs are those of a trusted_root, not keys alone");
      return false;
    }
    if (word_of(one.identity.kind).empty()) {
      lose(where, fmt::format("the signed identity {} cannot be said", describe(one.identity)));
      return false;
    }
    return true;
  }

  static std::string word_of(IdentityMatch::Kind kind) {
    for (const auto& [word, known] : signed_name_words) {
      if (kind == known) return std::string(word);
    }
    return {};
  }

  std::string signature_of(const SigstoreSigned& one, const std::string& table) {
    return fmt::format("\n[[{}signature]]\nsigners = [\"{}\"]\nsigned_name = \"{}\"\n", table,
                       signer_of(std::get<KeySource>(one.signer)), word_of(one.identity.kind));
  }

  std::string signer_of(const KeySource& keys) {
    std::string list;
    for (const std::string& path : keys.paths) {
      list += fmt::format("{}{}", list.empty() ? "" : ", ", toml_string(path));
    }
    for (const std::string& data : keys.data) {
      list += fmt::format("{}{{ pem = {} }}", list.empty() ? "" : ", ", toml_string(data));
    }
    const auto [found, is_new] = named_.emplace(list, fmt::format("signer-{}", named_.size() + 1));
    if (is_new) signers_ += fmt::format("\n[signers.{}]\nkeys = [{}]\n", found->second, list);
    return found->second;
  }

  ConvertedPolicy result_;
  std::map<std::string, std::string> named_;
  std::string signers_;
  std::string rules_;
  bool has_left_out_ = false;
};

}  // namespace

ConvertedPolicy to_lade_policy(const Policy& policy) {
  return PolicyJsonConverter().convert(policy);
}

}  // namespace lade::signing
