#include "signing/lade_policy/lade_warnings.h"

#include <set>

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

class Warnings {
 public:
  Warnings(const LadePolicy& policy, Timestamp now) : policy_(policy), now_(now) {}

  std::vector<PolicyWarning> find() {
    find_in(policy_.fallback);
    for (const ImageRule& rule : policy_.rules) find_in(rule);
    for (std::size_t i = 0; i < policy_.signers.size(); ++i) find_in(policy_.signers[i], i);
    for (const Waiver& waiver : policy_.waivers) {
      if (waiver.expires <= now_) {
        add(waiver.line, fmt::format("the waiver has expired: {}", waiver.str()));
      }
    }
    return std::move(found_);
  }

 private:
  void add(std::size_t line, std::string what) {
    found_.push_back({.where = fmt::format("{}:{}", policy_.path, line), .what = std::move(what)});
  }

  void use(const SignerSet& set) { used_.insert(set.signers.begin(), set.signers.end()); }

  void use(const RuleRequirement& requirement) {
    if (const auto* one = std::get_if<RequiredSignature>(&requirement.wanted)) use(one->by);
    if (const auto* one = std::get_if<RequiredAttestation>(&requirement.wanted)) use(one->by);
    if (const auto* one = std::get_if<RequiredBases>(&requirement.wanted)) {
      use(one->by);
      for (const BaseLevel& level : one->levels) use(level.by);
    }
    if (const auto* one = std::get_if<RequiredScan>(&requirement.wanted)) use(one->report.by);
  }

  void find_in(const ImageRule& rule) {
    for (const RuleRequirement& one : rule.requirements) {
      use(one);
      const auto* scan = std::get_if<RequiredScan>(&one.wanted);
      if (scan == nullptr) continue;
      bool has_limit = scan->report.age_limit_seconds.has_value();
      for (const auto& most : scan->most) has_limit = has_limit || most.has_value();
      if (!has_limit) {
        add(rule.line, fmt::format("the scan {} of {} may find anything: it has neither max_age "
                                   "nor a limit such as max_critical",
                                   one.name, rule.name));
      }
    }
    if (rule.mode == PolicyMode::audit && policy_.audit_log.empty()) {
      add(rule.line,
          fmt::format("the mode of {} is audit, and there is no audit_log to write to", rule.name));
    }
  }

  void find_in(const NamedSigner& signer, std::size_t index) {
    if (!used_.contains(index)) {
      add(signer.line, fmt::format("no requirement asks for the signer {}", signer.name));
    }
    bool any = !signer.trusted.end || now_ <= *signer.trusted.end;
    if (!signer.keys.empty() && !signer.identity && signer.authorities.empty()) {
      bool any_key = false;
      for (const TrustedKey& one : signer.keys) {
        any_key = any_key || !one.trusted.end || now_ <= *one.trusted.end;
      }
      any = any && any_key;
    }
    if (!any) add(signer.line, fmt::format("nothing of {} is trusted any more", signer.name));
  }

  const LadePolicy& policy_;
  Timestamp now_;
  std::set<std::size_t> used_;
  std::vector<PolicyWarning> found_;
};

}  // namespace

std::vector<PolicyWarning> warnings_of(const LadePolicy& policy, Timestamp now) {
  return Warnings(policy, now).find();
}

}  // namespace lade::signing
