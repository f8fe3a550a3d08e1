// What modes, owners and capabilities of files allow; all from the tocs.
#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"
#include "sbom/audit/file_names.h"

namespace lade::sbom {
namespace {

std::string describe_mode(const SeenFile& file) {
  return fmt::format("mode {:04o}, owner {}", file.mode, file.uid);
}

void add_setuid(AuditContext& context, bool is_usual) {
  for (const SeenFile& file : context.tree_facts().setuid) {
    if (is_usual_setuid(file.path) == is_usual) context.add_file(file, describe_mode(file));
  }
}

void check_capabilities(AuditContext& context) {
  for (const SeenFile& file : context.tree_facts().capabilities) context.add_file(file, file.note);
}

void check_writable_files(AuditContext& context) {
  for (const SeenFile& file : context.tree_facts().writable_files) {
    context.add_file(file, describe_mode(file));
  }
}

void check_writable_directories(AuditContext& context) {
  for (const SeenFile& directory : context.tree_facts().writable_directories) {
    context.add_file(directory, describe_mode(directory));
  }
}

void check_shadow_mode(AuditContext& context) {
  for (const char* path : {"etc/shadow", "etc/gshadow"}) {
    const auto found = context.tree().find(path);
    if (!found || found->entry.type != EntryType::file || (found->entry.mode & 0006U) == 0)
      continue;
    context.add_file({.path = path, .layer = found->layer},
                     fmt::format("mode {:04o}: everybody may read it", found->entry.mode));
  }
}

void add_unowned(AuditContext& context, const std::map<std::uint32_t, OwnerFact>& owners,
                 std::string_view kind, bool (*is_known)(const Accounts&, std::uint32_t)) {
  for (const auto& [id, fact] : owners) {
    if (id == 0 || is_known(context.accounts(), id)) continue;
    context.add_file(fact.first, fact.paths == 1
                                     ? fmt::format("{} {} is nobody's", kind, id)
                                     : fmt::format("{} {} is nobody's, as of {} more paths", kind,
                                                   id, fact.paths - 1));
  }
}

void check_owners(AuditContext& context) {
  const Accounts& accounts = context.accounts();
  if (!accounts.problem.empty()) return context.skip(accounts.problem);
  if (!accounts.has_passwd) return context.skip("there is no etc/passwd");
  add_unowned(context, context.tree_facts().users, "uid",
              [](const Accounts& all, std::uint32_t id) { return all.has_uid(id); });
  add_unowned(context, context.tree_facts().groups, "gid",
              [](const Accounts& all, std::uint32_t id) { return all.has_gid(id); });
}

constexpr AuditCheck permission_table[] = {
    {.id = "file-setuid-unusual",
     .family = "file",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "4.8",
     .others = "CIS-DI-0008",
     .title = "A program that no distribution ships so is setuid or setgid",
     .remedy = "chmod a-s it, or say in an exception why it has to be.",
     .run = [](AuditContext& context) { add_setuid(context, false); }},
    {.id = "file-setuid",
     .family = "file",
     .severity = AuditSeverity::low,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "4.8",
     .others = "CIS-DI-0008",
     .title = "Programs of the distribution are setuid or setgid",
     .remedy =
         "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} + in the last stage; or run "
         "with no-new-privileges.",
     .run = [](AuditContext& context) { add_setuid(context, true); }},
    {.id = "file-capabilities",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "4.8",
     .others = "",
     .title = "A file gives capabilities to whoever runs it",
     .remedy = "setcap -r it, and give the container the capability if it needs it.",
     .run = check_capabilities},
    {.id = "file-world-writable",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "Everybody may write to a file",
     .remedy = "chmod o-w it, or COPY --chmod.",
     .run = check_writable_files},
    {.id = "directory-world-writable",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "Everybody may replace what is in a directory",
     .remedy = "chmod o-w it; where everybody has to write (tmp), chmod +t.",
     .run = check_writable_directories},
    {.id = "file-shadow-readable",
     .family = "file",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "Everybody may read password hashes",
     .remedy = "chmod 0640 it, owned by root.",
     .run = check_shadow_mode},
    {.id = "file-unowned",
     .family = "file",
     .severity = AuditSeverity::low,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Files belong to an id that nobody has",
     .remedy = "chown them (COPY --chown, tar --no-same-owner), or add the account.",
     .run = check_owners},
};

}  // namespace

std::span<const AuditCheck> permission_checks() { return permission_table; }

}  // namespace lade::sbom
