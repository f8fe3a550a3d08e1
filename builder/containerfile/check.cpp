#include "builder/containerfile/check.h"

#include <algorithm>
#include <utility>

#include "builder/containerfile/findings.h"

namespace lade::containerfile {

const std::vector<CheckRule>& check_rules() {
  static const std::vector<CheckRule> rules = {
      {"ConsistentInstructionCasing", "All instructions are written in one case", false},
      {"CopyIgnoredFile", "What is copied is not left out by the ignore file", true},
      {"DuplicateStageName", "Each stage has a name of its own", false},
      {"ExposeInvalidFormat", "EXPOSE has no host address and no host port", false},
      {"ExposeProtoCasing", "The protocol of EXPOSE is lower case", false},
      {"FromAsCasing", "AS is written in the case of its FROM", false},
      {"FromPlatformFlagConstDisallowed", "FROM --platform is no fixed platform", false},
      {"InvalidDefaultArgInFrom", "The defaults of global ARGs give valid base images", false},
      {"InvalidDefinitionDescription", "The comment above a stage or ARG begins with its name",
       true},
      {"JSONArgsRecommended", "CMD and ENTRYPOINT are JSON arrays, so that signals arrive", false},
      {"LegacyKeyValueFormat", "ENV and LABEL are written with \"=\"", false},
      {"MaintainerDeprecated", "The author is a label", false},
      {"MultipleInstructionsDisallowed", "CMD, ENTRYPOINT and HEALTHCHECK come once a stage",
       false},
      {"NoEmptyContinuation", "No empty line inside an instruction", false},
      {"RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM is the default", false},
      {"ReservedStageName", "No stage is called scratch or context", false},
      {"SecretsUsedInArgOrEnv", "No secret is in ARG or ENV", false},
      {"StageNameCasing", "Names of stages are lower case", false},
      {"UndefinedArgInFrom", "FROM uses declared ARGs", false},
      {"UndefinedVar", "Variables are set before they are used", false},
      {"WorkdirRelativePath", "A relative WORKDIR follows an absolute one", false},
  };
  return rules;
}

bool Findings::runs(std::string_view rule) const {
  const std::string name(rule);
  if (directive_.skip_all || directive_.skip.contains(name)) return false;
  const auto& rules = check_rules();
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const CheckRule& known) { return known.name == rule; });
  if (found == rules.end() || !found->experimental) return true;
  return experimental_ || directive_.all_experimental || directive_.experimental.contains(name);
}

void Findings::add(std::string_view rule, std::size_t line, std::string message) {
  if (runs(rule)) findings_.push_back({std::string(rule), std::move(message), line});
}

std::vector<Finding> Findings::take() {
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return std::move(findings_);
}

CheckReport check(const Containerfile& file, const CheckOptions& options) {
  Findings findings(file.directives.check, options.experimental);
  for (const std::size_t line : file.empty_continuations) {
    findings.add("NoEmptyContinuation", line, "Empty line inside an instruction");
  }
  check_casing(file, findings);
  check_stages(file, findings);
  check_instructions(file, options, findings);
  check_variables(file, options, findings);
  CheckReport report{findings.take(), false};
  report.fails = file.directives.check.error && !report.findings.empty();
  return report;
}

}  // namespace lade::containerfile
