// Each stage is walked with the variables that are set at that point: the environment of its base,
// what ENV and ARG add, and what the builder always knows. A name that an expansion asks for and
// that is not among them is reported. Values count as far as they are known: they decide whether
// defaults give a valid base image.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "builder/containerfile/findings.h"
#include "builder/containerfile/runes.h"
#include "builder/containerfile/suggestion.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

// set by the builder or its user without being declared
constexpr std::string_view always_known[] = {
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY",        "ftp_proxy",
    "NO_PROXY",   "no_proxy",   "ALL_PROXY",   "all_proxy",   "SOURCE_DATE_EPOCH"};

// among more names than these none is suggested
constexpr std::size_t most_candidates = 1000;

constexpr std::string_view default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The ARGs about platforms that every FROM may use, and every stage may declare.
Variables platform_args(const std::string& platform) {
  Variables args;
  const std::vector<std::string> parts = split(platform, '/');
  for (const std::string prefix : {"TARGET", "BUILD"}) {
    args[prefix + "PLATFORM"] = platform;
    args[prefix + "OS"] = parts[0];
    args[prefix + "OSVERSION"] = "";
    args[prefix + "ARCH"] = parts.size() > 1 ? parts[1] : "";
    args[prefix + "VARIANT"] = parts.size() > 2 ? parts[2] : "";
  }
  args["TARGETSTAGE"] = "";
  return args;
}

std::vector<std::string> names_of(const Variables& variables) {
  std::vector<std::string> names;
  for (const auto& [name, value] : variables) names.push_back(name);
  return names;
}

bool is_always_known(std::string_view name) {
  for (const std::string_view known : always_known) {
    if (known == name) return true;
  }
  return false;
}

class VariableChecks {
 public:
  VariableChecks(const Containerfile& file, const CheckOptions& options, Findings& findings)
      : file_(file), options_(options), findings_(findings) {}

  void run();

 private:
  void declare_globals();
  void check_from(const Stage& stage);
  void check_default_base(const Stage& stage);
  void check_platform(const Stage& stage, const Expansion& platform);
  void report_unset_in_from(const Stage& stage, const Expansion& expansion);
  void walk(const Stage& stage, Variables environment);
  void apply(const Instruction& instruction, Variables& environment, Variables& args);
  Variables environment_of(const std::string& base) const;

  const Containerfile& file_;
  const CheckOptions& options_;
  Findings& findings_;
  Variables defaults_;                             // global ARGs as the file alone has them
  Variables globals_;                              // the same with what the user gave
  std::map<std::string, Variables> environments_;  // of named stages, at their end
};

void VariableChecks::declare_globals() {
  defaults_ = platform_args(options_.target_platform);
  globals_ = defaults_;
  for (const Instruction& instruction : file_.global_args) {
    for (Variables* set : {&defaults_, &globals_}) {
      Instruction expanded = instruction;
      expand(file_, expanded, lookup_in(*set));
      for (const ArgDeclaration& declaration : std::get<Arg>(expanded.value).declarations) {
        const auto given = options_.build_args.find(declaration.name);
        if (set == &globals_ && given != options_.build_args.end()) {
          (*set)[declaration.name] = given->second;
        } else if (declaration.value) {
          (*set)[declaration.name] = *declaration.value;
        } else {
          set->try_emplace(declaration.name, "");
        }
      }
    }
  }
}

void VariableChecks::report_unset_in_from(const Stage& stage, const Expansion& expansion) {
  for (const std::string& name : expansion.unset) {
    findings_.add("UndefinedArgInFrom", stage.header.first_line,
                  fmt::format("FROM uses '{}', which no ARG before declares{}", printable(name),
                              globals_.size() <= most_candidates
                                  ? variable_suggestion(name, names_of(globals_))
                                  : ""));
  }
}

void VariableChecks::check_platform(const Stage& stage, const Expansion& platform) {
  const From& from = stage.from();
  if (from.platform == "$TARGETPLATFORM" || from.platform == "${TARGETPLATFORM}") {
    findings_.add("RedundantTargetPlatform", stage.header.first_line,
                  fmt::format("--platform={} is the default", from.platform));
  }
  if (from.platform.empty() || !platform.used.empty() || !platform.unset.empty()) return;
  // a stage that is named after its platform is meant for that one
  for (const std::string& part : split(to_lower(platform.text), '/')) {
    if (!part.empty() && from.name.find(part) != std::string::npos) return;
  }
  findings_.add(
      "FromPlatformFlagConstDisallowed", stage.header.first_line,
      fmt::format("--platform is always '{}', whatever is built for", printable(platform.text)));
}

void VariableChecks::check_default_base(const Stage& stage) {
  const std::string& base = stage.from().base;
  Instruction header = stage.header;
  const VariableUse use = expand(file_, header, lookup_in(defaults_));
  const std::string& name = std::get<From>(header.value).base;
  if (!use.unset.empty() || base == name || is_image_name(name)) return;
  findings_.add("InvalidDefaultArgInFrom", stage.header.first_line,
                fmt::format("With the defaults of its ARGs, '{}' is no name of an image: '{}'",
                            printable(base), printable(name)));
}

void VariableChecks::check_from(const Stage& stage) {
  const From& from = stage.from();
  const WordOptions options{.escape = file_.directives.escape};
  // expanded once as a whole so that an error points at the file
  Instruction header = stage.header;
  expand(file_, header, lookup_in(globals_));
  report_unset_in_from(stage, expand_word(from.base, lookup_in(globals_), options));
  const Expansion platform = expand_word(from.platform, lookup_in(globals_), options);
  report_unset_in_from(stage, platform);
  check_platform(stage, platform);
  check_default_base(stage);
}

Variables VariableChecks::environment_of(const std::string& base) const {
  const auto stage = environments_.find(to_lower(base));
  if (stage != environments_.end()) return stage->second;
  std::optional<Variables> known;
  if (base != "scratch" && options_.image_environment) known = options_.image_environment(base);
  Variables environment = known.value_or(Variables{});
  environment.try_emplace("PATH", default_path);
  return environment;
}

void VariableChecks::apply(const Instruction& instruction, Variables& environment,
                           Variables& args) {
  if (const Env* env = std::get_if<Env>(&instruction.value)) {
    for (const KeyValue& pair : env->pairs) environment[pair.key] = pair.value;
  }
  const Arg* arg = std::get_if<Arg>(&instruction.value);
  if (!arg) return;
  for (const ArgDeclaration& declaration : arg->declarations) {
    const auto given = options_.build_args.find(declaration.name);
    const auto global = globals_.find(declaration.name);
    args[declaration.name] = given != options_.build_args.end() ? given->second
                             : declaration.value                ? *declaration.value
                             : global != globals_.end()         ? global->second
                                                                : "";
  }
}

void VariableChecks::walk(const Stage& stage, Variables environment) {
  Variables args;
  const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
    // ENV wins over an ARG of the same name
    for (const Variables* set : {&environment, &args}) {
      const auto found = set->find(name);
      if (found != set->end()) return found->second;
    }
    return std::nullopt;
  };
  for (Instruction instruction : stage.instructions) {
    const VariableUse use = expand(file_, instruction, lookup);
    for (const std::string& name : use.unset) {
      if (is_always_known(name)) continue;
      std::vector<std::string> known;
      if (environment.size() + args.size() <= most_candidates) {
        known = names_of(environment);
        for (const auto& [arg, value] : args) known.push_back(arg);
      }
      findings_.add("UndefinedVar", instruction.first_line,
                    fmt::format("Variable '${}' is not set here{}", printable(name),
                                variable_suggestion("$" + name, known)));
    }
    apply(instruction, environment, args);
  }
  if (!stage.from().name.empty()) environments_[stage.from().name] = std::move(environment);
}

void VariableChecks::run() {
  declare_globals();
  for (const Stage& stage : file_.stages) {
    check_from(stage);
    Instruction header = stage.header;
    expand(file_, header, lookup_in(globals_));
    walk(stage, environment_of(std::get<From>(header.value).base));
  }
}

}  // namespace

std::string variable_suggestion(std::string_view name, const std::vector<std::string>& known) {
  const bool dollar = name.starts_with('$');
  std::vector<std::string> written;
  for (const std::string& candidate : known)
    written.push_back(dollar ? "$" + candidate : candidate);
  return suggestion(name, std::vector<std::string_view>(written.begin(), written.end()));
}

void check_variables(const Containerfile& file, const CheckOptions& options, Findings& findings) {
  VariableChecks(file, options, findings).run();
}

}  // namespace lade::containerfile
