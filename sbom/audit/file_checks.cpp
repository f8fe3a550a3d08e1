// Files that an image should not have.
#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

void add_sized(AuditContext& context, const std::vector<SeenFile>& files) {
  for (const SeenFile& file : files) context.add_file(file, human_size(file.size_bytes));
}

/// A directory in an image is a mistake if it is a repository: it has a HEAD.
void check_repositories(AuditContext& context) {
  for (const SeenFile& directory : context.tree_facts().repositories) {
    if (!context.tree().find(directory.path + "/HEAD")) continue;
    context.add_file(directory, "the history of the sources, and what was deleted from them");
  }
}

void check_devices(AuditContext& context) {
  for (const SeenFile& device : context.tree_facts().devices) {
    context.add_file(device, device.note);
  }
}

void check_caches(AuditContext& context) {
  for (const auto& [directory, fact] : context.tree_facts().caches) {
    if (fact.size_bytes == 0) continue;
    SeenFile place = fact.largest;
    place.path = directory;
    context.add_file(place, fmt::format("{} in {} file{}", human_size(fact.size_bytes), fact.files,
                                        fact.files == 1 ? "" : "s"));
  }
}

void check_sudo(AuditContext& context) {
  for (const char* path : {"usr/bin/sudo", "usr/bin/doas", "bin/sudo", "usr/local/bin/sudo"}) {
    const auto found = context.tree().find(path);
    const bool is_program =
        found && (found->entry.type == EntryType::file || found->entry.type == EntryType::hardlink);
    if (is_program) context.add_file({.path = path, .layer = found->layer}, "it is installed");
  }
}

constexpr AuditCheck file_table[] = {
    {.id = "file-private-key",
     .family = "file",
     .severity = AuditSeverity::critical,
     .input = AuditInput::files,
     .cis = "4.10",
     .others = "CIS-DI-0010",
     .title = "There is a private key of ssh",
     .remedy =
         "Take the key out of use, build without it: RUN --mount=type=ssh or type=secret. Host "
         "keys are made at the first start.",
     .run = [](AuditContext& context) { add_sized(context, context.tree_facts().private_keys); }},
    {.id = "file-authorized-keys",
     .family = "file",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "Somebody may log in with a key",
     .remedy = "Remove authorized_keys; a container is entered by its runtime.",
     .run =
         [](AuditContext& context) { add_sized(context, context.tree_facts().authorized_keys); }},
    {.id = "file-credentials",
     .family = "file",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "4.10",
     .others = "CIS-DI-0010",
     .title = "There is a file that programs keep passwords and tokens in",
     .remedy = "Withdraw what is in it; build with RUN --mount=type=secret.",
     .run = [](AuditContext& context) { add_sized(context, context.tree_facts().credentials); }},
    {.id = "file-repository",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "DKL-LI-0003",
     .title = "There is a git repository",
     .remedy = "Put .git into .containerignore.",
     .run = check_repositories},
    {.id = "file-device",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "There is a device node",
     .remedy = "Remove it: the runtime makes those a container needs.",
     .run = check_devices},
    {.id = "file-package-cache",
     .family = "file",
     .severity = AuditSeverity::low,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "DKL-DI-0005 DL3009 DL3040 DL3042",
     .title = "Package managers left their caches",
     .remedy =
         "Remove them in the RUN that made them, or keep them out: RUN --mount=type=cache, apk "
         "add --no-cache, pip --no-cache-dir.",
     .run = check_caches},
    {.id = "file-core-dump",
     .family = "file",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "There is the memory of a program that crashed",
     .remedy = "Remove it: it may hold secrets of the build.",
     .run = [](AuditContext& context) { add_sized(context, context.tree_facts().core_dumps); }},
    {.id = "file-leftover",
     .family = "file",
     .severity = AuditSeverity::info,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Editors or patches left their files",
     .remedy = "Put them into .containerignore.",
     .run = [](AuditContext& context) { add_sized(context, context.tree_facts().leftovers); }},
    {.id = "file-sudo",
     .family = "file",
     .severity = AuditSeverity::low,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "4.3",
     .others = "DKL-DI-0001",
     .title = "sudo is installed",
     .remedy = "Leave it out: USER says who runs what, setpriv changes it at the start.",
     .run = check_sudo},
};

}  // namespace

std::span<const AuditCheck> file_checks() { return file_table; }

}  // namespace lade::sbom
