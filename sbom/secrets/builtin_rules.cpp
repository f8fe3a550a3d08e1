#include "sbom/secrets/builtin_rules.h"

#include <iterator>
#include <utility>

namespace lade::sbom {

const std::vector<SecretRule>& builtin_secret_rules() {
  static const std::vector<SecretRule> all = [] {
    std::vector<SecretRule> rules;
    for (auto* part : {cloud_rules, package_rules, service_rules, messaging_rules, key_rules,
                       password_rules, generic_rules}) {
      std::vector<SecretRule> more = part();
      std::move(more.begin(), more.end(), std::back_inserter(rules));
    }
    return rules;
  }();
  return all;
}

}  // namespace lade::sbom
