// policy.json wants all of its requirements, each by any of its keys. So one signer of several is a
// requirement with all their keys, all of them are a requirement each, and what lies between cannot
// be said; neither can anything but keys.
#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "signing/lade_policy/convert.h"

namespace lade::signing {
namespace {

Json reject() { return Json::array({Json{{"type", "reject"}}}); }

class ToPolicyJson {
 public:
  explicit ToPolicyJson(const LadePolicy& policy) : policy_(policy) {}

  ConvertedPolicy convert() {
    if (!policy_.audit_log.empty()) result_.losses.emplace_back("audit_log cannot be said");
    Json transports = Json::object();
    std::vector<std::string> refused;
    for (const ImageRule& rule : policy_.rules) {
      const Json requirements = requirements_of(rule);
      for (const std::string& scope : rule.scopes) {
        if (scope.ends_with(":*")) {
          lose(rule.name, fmt::format("{} cannot be said without what is below it", scope));
          refused.push_back(scope.substr(0, scope.size() - 2));
          continue;
        }
        const auto path = scope.find(":/");
        const std::string transport = path == std::string::npos ? "docker" : scope.substr(0, path);
        transports[transport][path == std::string::npos ? scope : scope.substr(path + 1)] =
            requirements;
      }
    }
    for (const std::string& scope : refused) transports["docker"][scope] = reject();
    Json json{{"default", requirements_of(policy_.fallback)}};
    if (!transports.empty()) json["transports"] = std::move(transports);
    for (const Waiver& waiver : policy_.waivers) {
      lose(waiver.rule, "waivers cannot be said; this one is left out");
    }
    result_.text = to_pretty(json) + "\n";
    return std::move(result_);
  }

 private:
  void lose(const std::string& where, const std::string& what) {
    result_.losses.push_back(fmt::format("{}: {}", where, what));
  }

  /// Nothing that cannot be said is left out of a rule: it then refuses.
  Json requirements_of(const ImageRule& rule) {
    if (rule.allows == true) return Json::array({Json{{"type", "insecureAcceptAnything"}}});
    if (rule.mode != PolicyMode::enforce) {
      lose(rule.name,
           fmt::format("the mode {} cannot be said; it is enforced", to_string(rule.mode)));
    }
    if (rule.allows == false) return reject();
    Json all = Json::array();
    bool is_whole = true;
    for (const RuleRequirement& one : rule.requirements) {
      const auto* signature = std::get_if<RequiredSignature>(&one.wanted);
      const std::string why = signature == nullptr ? "cannot be said" : objection_to(*signature);
      if (!why.empty()) {
        lose(rule.name, fmt::format("{}: {}", one.name, why));
        is_whole = false;
      } else {
        add(*signature, all);
      }
    }
    return is_whole ? all : reject();
  }

  std::string objection_to(const RequiredSignature& one) const {
    if (one.by.threshold != 1 && one.by.threshold != one.by.signers.size()) {
      return fmt::format("{} of {} cannot be said, but one or all", one.by.threshold,
                         one.by.signers.size());
    }
    if (one.by.threshold > 1 && has_shared_key(one.by)) {
      return "each of several is to have signed, and a key that two of them have would be enough";
    }
    for (const std::size_t index : one.by.signers) {
      const NamedSigner& signer = policy_.signers[index];
      if (signer.keys.empty() || signer.identity || !signer.authorities.empty()) {
        return fmt::format("the signer {} is not one of keys alone", signer.name);
      }
      bool has_window = signer.trusted.start || signer.trusted.end;
      for (const TrustedKey& key : signer.keys) {
        has_window = has_window || key.trusted.start || key.trusted.end;
      }
      if (has_window) return fmt::format("the signer {} is trusted for a time", signer.name);
      if (signer.needs_log || signer.needs_timestamp) {
        return fmt::format("the signer {} needs a log or a timestamp", signer.name);
      }
    }
    return one.signed_name ? "" : "the name that was signed may be any, which cannot be said";
  }

  bool has_shared_key(const SignerSet& by) const {
    std::map<std::string, std::size_t> owners;
    for (const std::size_t index : by.signers) {
      for (const TrustedKey& one : policy_.signers[index].keys) {
        if (owners.emplace(one.key.id().str(), index).first->second != index) return true;
      }
    }
    return false;
  }

  void add(const RequiredSignature& one, Json& all) const {
    if (one.by.threshold > 1) {
      for (const std::size_t index : one.by.signers) all.push_back(requirement(one, {index}));
    } else {
      all.push_back(requirement(one, one.by.signers));
    }
  }

  Json requirement(const RequiredSignature& one, const std::vector<std::size_t>& signers) const {
    Json data = Json::array();
    for (const std::size_t index : signers) {
      for (const TrustedKey& key : policy_.signers[index].keys) {
        data.push_back(to_base64(key.key.pem()));
      }
    }
    Json json{{"type", "sigstoreSigned"}};
    // keys of one requirement are in files or in the policy: so all are in the policy
    if (data.size() == 1) {
      json["keyData"] = data.front();
    } else {
      json["keyDatas"] = std::move(data);
    }
    json["signedIdentity"] = Json{{"type", to_string(one.signed_name.value())}};
    return json;
  }

  const LadePolicy& policy_;
  ConvertedPolicy result_;
};

}  // namespace

ConvertedPolicy to_policy_json(const LadePolicy& policy) { return ToPolicyJson(policy).convert(); }

}  // namespace lade::signing
