// Each statement becomes a rule, each identity that it trusts a signer with the certificates of the
// statement's stores. A level other than strict, audit and skip logs what it does not enforce,
// which policy.toml does for all of a rule or not at all; those become rules that enforce, which is
// told.
#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/convert.h"
#include "signing/lade_policy/rule_scope.h"
#include "signing/lade_policy/toml_text.h"

namespace lade::signing {
namespace {

class TrustPolicyConverter {
 public:
  using FilesOf = std::function<std::vector<std::string>(const TrustStoreName&)>;
  explicit TrustPolicyConverter(const FilesOf& files_of) : files_of_(files_of) {}

  ConvertedPolicy convert(const TrustPolicy& policy) {
    std::string rest = "verdict = \"refuse\"\n";
    for (const TrustStatement& statement : policy.statements) {
      const bool is_rest = statement.scopes == std::vector<std::string>{"*"};
      const std::string rule = rule_of(statement, is_rest ? "default." : "rule.");
      if (is_rest) {
        rest = rule;
        continue;
      }
      const std::vector<std::string> scopes = scopes_of(statement);
      if (scopes.empty()) continue;
      rules_ += fmt::format("\n[[rule]]\nname = {}\nscope = {}\n{}", toml_string(statement.name),
                            toml_list(scopes), rule);
    }
    if (has_lost_scope_) rest = "verdict = \"refuse\"\n";
    result_.text = "version = 1\n" + signers_ + "\n[default]\n" + rest + rules_;
    return std::move(result_);
  }

 private:
  void lose(const TrustStatement& statement, const std::string& what) {
    result_.losses.push_back(fmt::format("{}: {}", statement.name, what));
  }

  /// They are repositories, without those below them. What is left out must not fall to a rest that
  /// allows it.
  std::vector<std::string> scopes_of(const TrustStatement& statement) {
    std::vector<std::string> scopes;
    for (const std::string& repository : statement.scopes) {
      std::string scope = repository + ":*";
      if (const auto why = rule_scope_objection(scope)) {
        lose(statement,
             fmt::format("\"{}\" is no scope: {}; so the default refuses", repository, *why));
        has_lost_scope_ = true;
      } else {
        scopes.push_back(std::move(scope));
      }
    }
    return scopes;
  }

  std::string rule_of(const TrustStatement& statement, const std::string& table) {
    if (statement.actions.front() == CheckAction::skip) return "verdict = \"allow\"\n";
    const auto names = signers_of(statement);
    if (names.empty()) return "verdict = \"refuse\"\n";
    return fmt::format("mode = \"{}\"\n\n[[{}signature]]\nsigners = {}\n", mode_of(statement),
                       table, toml_list(names));
  }

  std::string mode_of(const TrustStatement& statement) {
    const auto enforces = [&](NotaryCheck check) {
      return statement.actions[static_cast<std::size_t>(check)] == CheckAction::enforce;
    };
    if (!enforces(NotaryCheck::authenticity)) return "audit";
    if (!enforces(NotaryCheck::authentic_timestamp) || !enforces(NotaryCheck::expiry)) {
      lose(statement,
           fmt::format("{} logs what this enforces: timestamps and expiry", statement.level));
    }
    return "enforce";
  }

  std::vector<std::string> files_of(const TrustStatement& statement, TrustStoreName::Kind kind) {
    std::vector<std::string> files;
    for (const TrustStoreName& store : statement.stores) {
      if (store.kind != kind) continue;
      const auto more = files_of_(store);
      files.insert(files.end(), more.begin(), more.end());
    }
    return files;
  }

  std::vector<std::string> signers_of(const TrustStatement& statement) {
    const auto authorities = files_of(statement, TrustStoreName::Kind::ca);
    const auto clocks = files_of(statement, TrustStoreName::Kind::tsa);
    for (const TrustStoreName& store : statement.stores) {
      if (store.kind == TrustStoreName::Kind::signing_authority) {
        lose(statement, fmt::format("the store signingAuthority:{} cannot be said", store.name));
      }
    }
    if (!clocks.empty() && statement.timestamp_after_expiry) {
      lose(statement, "a timestamp is wanted always, not only after certificates have expired");
    }
    if (authorities.empty()) return {};
    std::string common = fmt::format("authorities = {}\n", toml_list(authorities));
    if (!clocks.empty()) {
      common += fmt::format("timestamp_authorities = {}\n", toml_list(clocks));
    }
    const auto revocation = static_cast<std::size_t>(NotaryCheck::revocation);
    if (statement.actions[revocation] == CheckAction::enforce) common += "revocation = true\n";
    if (statement.subjects.empty()) return {add_signer(common)};
    std::vector<std::string> names;
    for (const DistinguishedName& subject : statement.subjects) {
      names.push_back(
          add_signer(common + fmt::format("subject = {}\n", toml_string(subject.str()))));
    }
    return names;
  }

  std::string add_signer(const std::string& body) {
    std::string name = fmt::format("signer-{}", ++count_);
    signers_ += fmt::format("\n[signers.{}]\n{}", name, body);
    return name;
  }

  const FilesOf& files_of_;
  ConvertedPolicy result_;
  std::size_t count_ = 0;
  bool has_lost_scope_ = false;
  std::string signers_;
  std::string rules_;
};

}  // namespace

ConvertedPolicy to_lade_policy(
    const TrustPolicy& policy,
    const std::function<std::vector<std::string>(const TrustStoreName&)>& files_of) {
  return TrustPolicyConverter(files_of).convert(policy);
}

}  // namespace lade::signing
