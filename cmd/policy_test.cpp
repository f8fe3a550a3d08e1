#include "cmd/lade_policy.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/policy_command.h"
#include "cmd/signing_keys.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/toml/toml_table.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t cases_limit_bytes = std::uint64_t{1} << 20;

struct PolicyTestFlags {
  std::string file;
  std::string policy;
  std::string format;
};

/// An image, and what the policy has to say of it.
struct Case {
  std::string name;
  std::string image;
  std::string as;
  std::string expect;  ///< "allow", "refuse", "warn", "audit"
  std::string rule;    ///< empty: any
  std::string reason;  ///< somewhere in what is said; empty: anything
  std::optional<Timestamp> now{};
};

struct Cases {
  std::string policy{};
  std::vector<Case> all{};
};

struct Result {
  std::string name;
  std::string flaw{};  ///< empty: it is as it has to be
};

std::string get_text(const TomlTable& table, std::string_view key) {
  const auto text = table.find_string(key);
  if (!text || text->empty()) table.refuse_as({}, fmt::format("there is no {}", key));
  return *text;
}

Case read_case(const TomlTable& table, std::optional<Timestamp> now) {
  constexpr std::string_view known[] = {"name", "image", "as", "expect", "rule", "reason", "now"};
  table.allow_only(known);
  Case one{.name = table.find_string("name").value_or(""),
           .image = get_text(table, "image"),
           .as = table.find_string("as").value_or(""),
           .expect = get_text(table, "expect"),
           .rule = table.find_string("rule").value_or(""),
           .reason = table.find_string("reason").value_or(""),
           .now = table.has("now") ? table.find_time("now") : now};
  if (one.name.empty()) one.name = one.as.empty() ? one.image : one.as;
  constexpr std::string_view words[] = {"allow", "refuse", "warn", "audit"};
  if (std::find(std::begin(words), std::end(words), one.expect) == std::end(words)) {
    table.refuse("expect", "\"allow\", \"refuse\", \"warn\" or \"audit\"",
                 "\"" + printable(one.expect) + "\"");
  }
  return one;
}

Cases read_cases(const std::string& path) {
  const toml::table document = parse_toml(read_file(path, cases_limit_bytes), path);
  const TomlTable table(document, path, "");
  constexpr std::string_view known[] = {"version", "policy", "now", "case"};
  if (table.find_int("version") != 1) table.refuse_as("version", "wanted version = 1");
  table.allow_only(known);
  Cases cases{.policy = table.find_string("policy").value_or("")};
  const auto slash = path.rfind('/');
  if (!cases.policy.empty() && slash != std::string::npos) {
    cases.policy = join_path(path.substr(0, slash + 1), cases.policy);
  }
  const auto now = table.find_time("now");
  for (const TomlTable& one : table.find_tables("case")) cases.all.push_back(read_case(one, now));
  if (cases.all.empty()) table.refuse_as("case", "there is none");
  return cases;
}

std::string word_of(const signing::ImageJudgement& judgement) {
  if (judgement.allowed) return "allow";
  return judgement.is_refused() ? "refuse" : std::string(to_string(judgement.mode));
}

/// What of a judgement is not as it has to be.
std::string flaw_of(const Case& wanted, const signing::ImageJudgement& judgement) {
  const std::string word = word_of(judgement);
  if (word != wanted.expect) {
    const std::string why = judgement.objection();
    return fmt::format("wanted {}, got {}{}", wanted.expect, word, why.empty() ? "" : ": " + why);
  }
  if (!wanted.rule.empty() && judgement.rule != wanted.rule) {
    return fmt::format("wanted the rule \"{}\", got \"{}\"", wanted.rule, judgement.rule);
  }
  const std::string said = judgement_text(judgement) + judgement.objection();
  if (said.find(wanted.reason) == std::string::npos) {
    return fmt::format("wanted \"{}\" among the reasons, got: {}", wanted.reason,
                       judgement.allowed ? "it is allowed" : judgement.objection());
  }
  return {};
}

Result run_case(Session& session, const LadePolicyJudge& judge, const Case& one) {
  Result result{.name = one.name};
  try {
    const ImageName name = parse_image_name(one.image);
    const auto source = open_source(name, session.transports());
    result.flaw = flaw_of(one, judge.weigh(name, *source, read_manifest(*source), one.now, one.as));
  } catch (const Error& error) {
    if (signing::ends_all(error.kind())) throw;
    result.flaw = error.message();
  }
  return result;
}

std::string text_of(const std::vector<Result>& results, std::size_t failed) {
  std::string text;
  std::size_t number = 0;
  for (const Result& one : results) {
    text += fmt::format("{} {} {}{}\n", one.flaw.empty() ? "ok" : "not ok", ++number,
                        printable(one.name), one.flaw.empty() ? "" : ": " + printable(one.flaw));
  }
  return text + fmt::format("{} case{}, {} failed\n", results.size(),
                            results.size() == 1 ? "" : "s", failed);
}

Json record_of(const std::string& policy, const std::vector<Result>& results, std::size_t failed) {
  Json list = Json::array();
  for (const Result& one : results) {
    list.push_back(Json{{"name", one.name}, {"ok", one.flaw.empty()}, {"flaw", one.flaw}});
  }
  return {{"policy", policy}, {"failed", failed}, {"cases", std::move(list)}};
}

void run(Session& session, const PolicyTestFlags& flags) {
  const Cases cases = read_cases(flags.file);
  const auto path = find_lade_policy(session, flags.policy.empty() ? cases.policy : flags.policy);
  if (!path) {
    fail(ErrorKind::not_found, "there is no policy.toml to test: name one in {}, or by --policy",
         flags.file);
  }
  const LadePolicyJudge judge(session, *path);
  std::vector<Result> results;
  std::size_t failed = 0;
  for (const Case& one : cases.all) {
    results.push_back(run_case(session, judge, one));
    if (!results.back().flaw.empty()) ++failed;
  }
  session.print(flags.format.empty()
                    ? text_of(results, failed)
                    : format_record(record_of(*path, results, failed), flags.format));
  if (failed > 0) session.exit_code = 1;
}

}  // namespace

void declare_policy_test(CLI::App& app, Session& session) {
  explain(app,
          "Judges images by a policy.toml and holds the answers against those that a file of cases "
          "wants: [[case]] with image, expect (allow, refuse, warn, audit) and, if wanted, as (the "
          "name it is judged by), rule, reason (a part of what is said) and now (as if it were "
          "then). Images in the store and in layouts need no network. A line a case is printed; "
          "the exit code is 0 if all are as wanted, 1 if not.",
          "  lade policy test cases.toml\n"
          "  lade policy test --policy ./policy.toml cases.toml");
  const auto flags = std::make_shared<PolicyTestFlags>();
  app.add_option("FILE", flags->file, "The cases")->required();
  app.add_option("--policy", flags->policy, "Test this policy.toml")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
