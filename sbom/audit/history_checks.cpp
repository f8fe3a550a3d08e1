// How the image was made, as far as its history tells.
#include "libimage/base/pattern.h"
#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"
#include "sbom/audit/image_history.h"
#include "sbom/audit/secret_words.h"

namespace lade::sbom {
namespace {

/// What was in the history is shown without what looks like a secret in it.
void add_step(AuditContext& context, const HistoryStep& step, std::string detail) {
  AuditCause cause = step.cause;
  cause.instruction = without_secrets(cause.instruction);
  context.add({.place = "history", .detail = std::move(detail), .cause = std::move(cause)});
}

void add_matching_runs(AuditContext& context, const Pattern& pattern, std::string_view detail) {
  for (const HistoryStep& step : read_history(context.image().config)) {
    if (step.keyword == "RUN" && pattern.matches(step.text)) {
      add_step(context, step, std::string(detail));
    }
  }
}

bool is_remote(std::string_view word) {
  return word.starts_with("http://") || word.starts_with("https://") || word.starts_with("ftp://");
}

void check_add_url(AuditContext& context) {
  for (const HistoryStep& step : read_history(context.image().config)) {
    if (step.keyword != "ADD") continue;
    const bool is_checked = step.text.find("--checksum") != std::string::npos;
    for (const std::string& word : split(step.text, ' ')) {
      if (is_remote(word) && !is_checked) add_step(context, step, word + " without a checksum");
    }
  }
}

/// "file:<hash> in /" is what a base image is made from.
void check_add(AuditContext& context) {
  for (const HistoryStep& step : read_history(context.image().config)) {
    if (step.keyword != "ADD") continue;
    const std::string_view text = step.text;
    const bool is_root = text.ends_with(" in /") || text.ends_with(" in / ") ||
                         text.ends_with(" / # buildkit") || text.ends_with(" /");
    const bool unpacks = text.find(".tar") != std::string_view::npos ||
                         text.find(".tgz") != std::string_view::npos ||
                         text.find("git") != std::string_view::npos ||
                         text.find("://") != std::string_view::npos;
    if (!is_root && !unpacks) add_step(context, step, "COPY does the same and unpacks nothing");
  }
}

void check_pipe(AuditContext& context) {
  static const Pattern pattern = Pattern::parse(
      R"((?s)\b(curl|wget)\b[^;&]*\|\s*(sudo\s+)?(\S*/)?(ba|da|a|z|k)?sh\b)", "the pattern");
  add_matching_runs(context, pattern, "what a server answers is run unseen");
}

void check_told_secrets(AuditContext& context) {
  for (const HistoryStep& step : read_history(context.image().config)) {
    auto settings = find_settings(step.text);
    for (auto& setting : find_settings(step.build_values)) settings.push_back(std::move(setting));
    bool is_told = false;
    for (const auto& [name, value] : settings) {
      const auto secret = judge_setting(name, value);
      if (!secret) continue;
      add_step(context, step, fmt::format("{} {}: {}", step.keyword, secret->name, secret->why));
      is_told = true;
    }
    if (!is_told && has_url_password(step.text)) {
      add_step(context, step, "there is a URL with a password in it");
    }
  }
}

void check_upgrade(AuditContext& context) {
  static const Pattern pattern = Pattern::parse(
      R"(\b(apt-get|apt)\s+(-\S+\s+)*(upgrade|dist-upgrade|full-upgrade)\b|\bapk\s+(-\S+\s+)*upgrade\b|\b(yum|dnf|microdnf)\s+(-\S+\s+)*(update|upgrade)\b|\bzypper\s+(-\S+\s+)*(up|update|dup)\b)",
      "the pattern");
  add_matching_runs(context, pattern, "the result depends on the day of the build");
}

void check_update_alone(AuditContext& context) {
  static const Pattern updates = Pattern::parse(
      R"(\b(apt-get|apt)\s+(-\S+\s+)*update\b|\bapk\s+(-\S+\s+)*update\b)", "the pattern");
  static const Pattern uses = Pattern::parse(
      R"(\b(install|upgrade|dist-upgrade|full-upgrade|build-dep|source)\b|\bapk\s+(-\S+\s+)*(add|upgrade)\b)",
      "the pattern");
  for (const HistoryStep& step : read_history(context.image().config)) {
    if (step.keyword == "RUN" && updates.matches(step.text) && !uses.matches(step.text)) {
      add_step(context, step, "a cached list installs old packages later on");
    }
  }
}

void check_unverified(AuditContext& context) {
  static const Pattern pattern = Pattern::parse(
      R"(--allow-unauthenticated|--force-yes|\[trusted=yes\]|--allow-untrusted|--nogpgcheck|--no-gpg-checks|--trusted-host|\bwget\b[^;&|]*--no-check-certificate|\bcurl\b[^;&|]*\s(-k|--insecure)\b|strict-ssl\s+false)",
      "the pattern");
  add_matching_runs(context, pattern, "packages or downloads are taken unverified");
}

void check_used_sudo(AuditContext& context) {
  static const Pattern pattern = Pattern::parse(R"((^|[;&|]\s*)sudo\s)", "the pattern");
  add_matching_runs(context, pattern, "RUN is what USER says");
}

constexpr AuditCheck history_table[] = {
    {.id = "history-secret",
     .family = "history",
     .severity = AuditSeverity::critical,
     .cis = "4.10",
     .others = "CIS-DI-0010",
     .title = "The history tells what looks like a secret",
     .remedy = "Withdraw it, and build with RUN --mount=type=secret instead of ARG and ENV.",
     .run = check_told_secrets},
    {.id = "history-pipe-shell",
     .family = "history",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "",
     .title = "A download was run without a look at it",
     .remedy = "ADD --checksum the file, then run it.",
     .run = check_pipe},
    {.id = "history-unverified",
     .family = "history",
     .severity = AuditSeverity::high,
     .cis = "4.11",
     .others = "CIS-DI-0011",
     .title = "Something was installed without being verified",
     .remedy = "Leave the flag out, and give the key or certificate that is missing.",
     .run = check_unverified},
    {.id = "history-add-url",
     .family = "history",
     .severity = AuditSeverity::medium,
     .cis = "4.9",
     .others = "CIS-DI-0009",
     .title = "ADD fetched something that nobody checked",
     .remedy = "Give ADD --checksum=sha256:…",
     .run = check_add_url},
    {.id = "history-add",
     .family = "history",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "4.9",
     .others = "CIS-DI-0009 DL3020",
     .title = "ADD stands where COPY would do",
     .remedy = "Write COPY.",
     .run = check_add},
    {.id = "history-update-alone",
     .family = "history",
     .severity = AuditSeverity::medium,
     .cis = "4.7",
     .others = "CIS-DI-0007",
     .title = "Package lists were fetched by a RUN of their own",
     .remedy = "Update and install in one RUN.",
     .run = check_update_alone},
    {.id = "history-upgrade",
     .family = "history",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "DKL-DI-0003 DL3005 DL3017 DL3031",
     .title = "All packages were upgraded",
     .remedy = "Build on a newer base image, by digest.",
     .run = check_upgrade},
    {.id = "history-sudo",
     .family = "history",
     .severity = AuditSeverity::low,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "DKL-DI-0001 DL3004",
     .title = "sudo was used",
     .remedy = "Write USER root before the RUN, and the user's again behind it.",
     .run = check_used_sudo},
};

}  // namespace

std::span<const AuditCheck> history_checks() { return history_table; }

}  // namespace lade::sbom
