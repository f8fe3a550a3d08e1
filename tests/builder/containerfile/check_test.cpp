#include "builder/containerfile/check.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

/// Each finding as "line rule", in order.
std::vector<std::string> rules_of(const std::string& text, const CheckOptions& options = {}) {
  std::vector<std::string> found;
  for (const Finding& finding : check(parse_containerfile("C", text), options).findings) {
    found.push_back(std::to_string(finding.line) + " " + finding.rule);
  }
  return found;
}

using Found = std::vector<std::string>;

struct Case {
  std::string text;
  Found found;
};

TEST_CASE("each check finds what it is for, and nothing else") {
  const Case cases[] = {
      {"FROM a AS b\nRUN c\n", {}},
      {"FROM a AS Base", {"1 StageNameCasing"}},
      {"FROM a as b", {"1 FromAsCasing"}},
      {"from a AS b", {"1 FromAsCasing"}},
      {"from a as b", {}},
      {"From a as b\nRUN c\n", {"1 ConsistentInstructionCasing"}},
      {"FROM a\nRUN b\nrun c", {"3 ConsistentInstructionCasing"}},
      {"from a\nrun b\nRUN c", {"3 ConsistentInstructionCasing"}},
      {"FROM a\nRUN b \\\n\nc", {"3 NoEmptyContinuation"}},
      {"FROM a AS b\nFROM a AS B", {"2 StageNameCasing", "2 DuplicateStageName"}},
      {"FROM a AS scratch", {"1 ReservedStageName"}},
      {"FROM a AS context", {"1 ReservedStageName"}},
      {"FROM a\nCMD b", {"2 JSONArgsRecommended"}},
      {"FROM a\nENTRYPOINT b", {"2 JSONArgsRecommended"}},
      {"FROM a\nCMD [\"b\"]\nENTRYPOINT []", {}},
      {"FROM a\nSHELL [\"b\"]\nCMD c", {}},
      {"FROM a AS b\nSHELL [\"b\"]\nFROM b\nCMD c", {}},
      {"FROM a\nMAINTAINER b", {"2 MaintainerDeprecated"}},
      {"FROM $A", {"1 UndefinedArgInFrom"}},
      {"ARG A=a\nFROM --platform=$P $A", {"2 UndefinedArgInFrom"}},
      {"FROM --platform=$BUILDPLATFORM a", {}},
      {"ARG A\nFROM $A", {"2 InvalidDefaultArgInFrom"}},
      {"ARG A\nFROM ${A:-x}", {}},
      {"ARG T\nFROM a:$T", {"2 InvalidDefaultArgInFrom"}},
      {"ARG T=1\nFROM h.io:5000/a/b:$T", {}},
      {"ARG N=UPPER\nFROM $N", {"2 InvalidDefaultArgInFrom"}},
      {"FROM --platform=linux/amd64 a", {"1 FromPlatformFlagConstDisallowed"}},
      {"FROM --platform=linux/amd64 a AS build_amd64", {}},
      {"FROM --platform=$TARGETPLATFORM a", {"1 RedundantTargetPlatform"}},
      {"FROM a\nWORKDIR $b", {"2 UndefinedVar"}},
      {"FROM a\nARG b\nWORKDIR $b", {}},
      {"FROM a\nENV b=/c\nWORKDIR $b", {}},
      {"FROM a\nENV b=/c d=$e", {"2 UndefinedVar"}},
      {"FROM a\nENV b=1 c=$b", {"2 UndefinedVar"}},
      {"FROM a\nENV b=$PATH:/c $HTTP_PROXY=d", {}},
      {"ARG b=1\nFROM a\nUSER $b", {"3 UndefinedVar"}},
      {"FROM a AS b\nENV c=1\nFROM b\nUSER $c", {}},
      {"FROM a AS b\nARG c=1\nFROM b\nUSER $c", {"4 UndefinedVar"}},
      {"FROM a\nRUN $b\nCMD [\"$c\"]", {}},
      {"FROM a\nCOPY <<E /x\n$b\nE\n", {"2 UndefinedVar"}},
      {"FROM a\nWORKDIR b", {"2 WorkdirRelativePath"}},
      {"FROM a\nWORKDIR /b\nWORKDIR c", {}},
      {"FROM a AS x\nWORKDIR /b\nFROM x\nWORKDIR c", {}},
      {"FROM a\nARG API_TOKEN", {"2 SecretsUsedInArgOrEnv"}},
      {"FROM a\nENV password=1 OTHER=2 MY_KEY=3",
       {"2 SecretsUsedInArgOrEnv", "2 SecretsUsedInArgOrEnv"}},
      {"FROM a\nENV PUBLIC_KEY=1 MONKEY=2", {}},
      {"ARG SECRET=1\nFROM a", {"1 SecretsUsedInArgOrEnv"}},
      {"FROM a\nENV b c", {"2 LegacyKeyValueFormat"}},
      {"FROM a\nLABEL b c", {"2 LegacyKeyValueFormat"}},
      {"FROM a\nCMD [\"b\"]\nCMD [\"c\"]\nCMD [\"d\"]",
       {"2 MultipleInstructionsDisallowed", "3 MultipleInstructionsDisallowed"}},
      {"FROM a\nENTRYPOINT [\"b\"]\nHEALTHCHECK NONE\nENTRYPOINT [\"c\"]\nHEALTHCHECK NONE",
       {"2 MultipleInstructionsDisallowed", "3 MultipleInstructionsDisallowed"}},
      {"FROM a AS b\nCMD [\"b\"]\nFROM b\nCMD [\"c\"]", {}},
      {"FROM a\nEXPOSE 80/TCP", {"2 ExposeProtoCasing"}},
      {"FROM a\nEXPOSE 80/tcp 90-95", {}},
      {"FROM a\nEXPOSE 127.0.0.1:80:80", {"2 ExposeInvalidFormat"}},
      {"FROM a\nEXPOSE 80:80", {"2 ExposeInvalidFormat"}},
      {"FROM a\nEXPOSE [::1]:80:80/UDP", {"2 ExposeProtoCasing", "2 ExposeInvalidFormat"}},
      {"FROM a\nARG p\nEXPOSE ${p:-80}", {}},
  };
  for (const Case& test : cases) {
    INFO(test.text);
    CHECK(rules_of(test.text) == test.found);
  }
}

TEST_CASE("experimental checks run when asked for") {
  CheckOptions options;
  const std::string text = "# b is described\nFROM a AS b\n# wrong\nARG c\n# c d\nARG d\n";
  CHECK(rules_of("# check=skip=none\n" + text).empty());
  options.experimental = true;
  CHECK(rules_of("\n" + text, options) ==
        Found{"5 InvalidDefinitionDescription", "7 InvalidDefinitionDescription"});
  CHECK(rules_of("# check=experimental=all\n\n" + text).size() == 2);
  CHECK(rules_of("# check=experimental=InvalidDefinitionDescription\n\n" + text).size() == 2);
}

TEST_CASE("copying what the ignore file leaves out is found") {
  const IgnoreRules rules = IgnoreRules::parse("secret\n*.md\n!README.md\n");
  const CheckOptions options{.ignore = &rules, .experimental = true};
  const std::string text =
      "FROM a\nCOPY x /secret/file ./b.md README.md /to/\nCOPY --from=o secret /\n"
      "ADD https://h/b.md secret /\nCOPY . /\n";
  CHECK(rules_of(text, options) ==
        Found{"2 CopyIgnoredFile", "2 CopyIgnoredFile", "4 CopyIgnoredFile"});
}

TEST_CASE("messages name the thing and what was probably meant") {
  const auto messages = [](const std::string& text) {
    return check(parse_containerfile("C", text)).findings.front().message;
  };
  CHECK(messages("FROM a\nENV DIRECTORY=/x\nWORKDIR $DIRECTROY") ==
        "Variable '$DIRECTROY' is not set here, did you mean \"$DIRECTORY\"?");
  CHECK(messages("ARG VERSION=1\nFROM a:$VERSOIN") ==
        "FROM uses 'VERSOIN', which no ARG before declares, did you mean \"VERSION\"?");
  CHECK(messages("FROM a\nLABEL b c") ==
        "Write \"LABEL key=value\" instead of \"LABEL key value\"");
}

TEST_CASE("the check directive skips rules and makes findings fail") {
  const auto report = [](const std::string& directive) {
    return check(parse_containerfile("C", directive + "\nFROM a as B\nCMD c"));
  };
  CHECK(report("").findings.size() == 3);
  CHECK_FALSE(report("").fails);
  CHECK(report("# check=skip=FromAsCasing,StageNameCasing").findings.size() == 1);
  CHECK(report("# check=skip=all;error=true").findings.empty());
  CHECK_FALSE(report("# check=skip=all;error=true").fails);
  CHECK(report("# check=error=true").fails);
}

TEST_CASE("what the caller knows of arguments and base images counts") {
  CheckOptions options;
  options.image_environment = [](const std::string& image) -> std::optional<Variables> {
    if (image == "golang") return Variables{{"GOPATH", "/go"}};
    return std::nullopt;
  };
  CHECK(rules_of("FROM golang\nWORKDIR $GOPATH", options).empty());
  CHECK(rules_of("FROM other\nWORKDIR $GOPATH", options) == Found{"2 UndefinedVar"});
  CHECK(rules_of("ARG I=x\nFROM $I\nWORKDIR $GOPATH", options) == Found{"3 UndefinedVar"});
  options.build_args = {{"I", "golang"}};
  CHECK(rules_of("ARG I=x\nFROM $I\nWORKDIR $GOPATH", options).empty());
}

TEST_CASE("every rule that is reported is listed with its description") {
  CHECK(check_rules().size() == 21);
  for (const CheckRule& rule : check_rules()) CHECK_FALSE(rule.description.empty());
}

}  // namespace
}  // namespace lade::containerfile
