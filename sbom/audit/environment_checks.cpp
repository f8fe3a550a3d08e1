// The variables that every process of a container begins with.
#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"
#include "sbom/audit/secret_words.h"

namespace lade::sbom {
namespace {

std::pair<std::string_view, std::string_view> halves_of(std::string_view variable) {
  const auto equals = variable.find('=');
  if (equals == std::string_view::npos) return {variable, {}};
  return {variable.substr(0, equals), variable.substr(equals + 1)};
}

void check_variables(AuditContext& context) {
  for (const std::string& variable : context.run().env) {
    const auto [name, value] = halves_of(variable);
    const auto secret = judge_setting(name, value);
    if (secret) context.add_config("ENV " + secret->name, secret->why, "ENV", name);
  }
}

void check_loader(AuditContext& context) {
  for (const std::string& variable : context.run().env) {
    const auto [name, value] = halves_of(variable);
    if (value.empty()) continue;
    if (name == "LD_PRELOAD" || name == "LD_AUDIT") {
      context.add_config(fmt::format("ENV {}", name),
                         fmt::format("{} is loaded into every process", value), "ENV", name);
    }
    if (name != "LD_LIBRARY_PATH") continue;
    for (const std::string& directory : split(value, ':')) {
      if (directory.starts_with('/') || directory.starts_with('$')) continue;
      context.add_config("ENV LD_LIBRARY_PATH",
                         fmt::format("\"{}\" is wherever the process is", directory), "ENV", name);
    }
  }
}

bool is_open_directory(const AuditContext& context, std::string_view path) {
  try {
    const auto found = context.tree().find_resolved(path.substr(1));
    return found && found->entry.type == EntryType::directory && (found->entry.mode & 0002U) != 0;
  } catch (const Error&) {
    return false;  // a ring of links is a directory of nobody's
  }
}

void check_path(AuditContext& context) {
  const auto path = find_env(context.run().env, "PATH");
  if (!path) return;
  for (const std::string& directory : split(*path, ':')) {
    if (directory.empty() || directory.front() != '/') {
      context.add_config(
          "ENV PATH",
          fmt::format("\"{}\" is relative: programs are taken from wherever the process is",
                      directory),
          "ENV", "PATH");
    } else if (context.subject().files && is_open_directory(context, directory)) {
      context.add_config("ENV PATH", fmt::format("everybody may write to {}", directory), "ENV",
                         "PATH");
    }
  }
}

constexpr AuditCheck environment_table[] = {
    {.id = "env-secret",
     .family = "env",
     .severity = AuditSeverity::critical,
     .cis = "4.10",
     .others = "CIS-DI-0010",
     .title = "A variable looks like a secret",
     .remedy = "Withdraw it, and give it to the container when it starts.",
     .run = check_variables},
    {.id = "env-loader",
     .family = "env",
     .severity = AuditSeverity::high,
     .cis = "",
     .others = "",
     .title = "A variable makes every process load something",
     .remedy = "Set it for the one program that needs it.",
     .run = check_loader},
    {.id = "env-path",
     .family = "env",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "",
     .title = "PATH leads to directories that others may fill",
     .remedy = "Leave only absolute directories in it that root alone may write to.",
     .run = check_path},
};

}  // namespace

std::span<const AuditCheck> environment_checks() { return environment_table; }

}  // namespace lade::sbom
