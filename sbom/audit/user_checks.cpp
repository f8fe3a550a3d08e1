// Who a container runs as, and whom its account files know (passwd(5), shadow(5), group(5)).
#include <algorithm>
#include <map>

#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

/// "app:staff" in its halves.
struct UserSetting {
  std::string user{};
  std::string group{};
};

UserSetting user_of(const RunConfig& run) {
  const auto colon = run.user.find(':');
  if (colon == std::string::npos) return {run.user, {}};
  return {run.user.substr(0, colon), run.user.substr(colon + 1)};
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text); }

/// The accounts, unless a file cannot be read: then the check is skipped.
const Accounts* readable_accounts(AuditContext& context) {
  const Accounts& accounts = context.accounts();
  if (accounts.problem.empty()) return &accounts;
  context.skip(accounts.problem);
  return nullptr;
}

void check_root(AuditContext& context) {
  const std::string user = user_of(context.run()).user;
  if (user.empty()) {
    return context.add_config("USER", "none is set, so processes are root");
  }
  if (const auto number = parse_int(user); number == 0 || user == "root") {
    return context.add_config("USER", in_quotes(user) + " is root", "USER", context.run().user);
  }
  if (!context.subject().files || parse_int(user)) return;
  const UserAccount* account = context.accounts().find_user(user);
  if (account != nullptr && account->uid == 0U) {
    context.add_config("USER", in_quotes(user) + " has the uid 0 in etc/passwd, which is root",
                       "USER", context.run().user);
  }
}

void check_user_number(AuditContext& context) {
  const std::string user = user_of(context.run()).user;
  if (user.empty() || user == "root" || parse_int(user)) return;
  std::string detail = in_quotes(user) + " is a name: Kubernetes cannot tell that it is not root";
  if (context.subject().files) {
    const UserAccount* account = context.accounts().find_user(user);
    if (account != nullptr && account->uid) detail += fmt::format("; its uid is {}", *account->uid);
  }
  context.add_config("USER", std::move(detail), "USER", context.run().user);
}

void check_user_exists(AuditContext& context) {
  const UserSetting setting = user_of(context.run());
  const Accounts* accounts = readable_accounts(context);
  if (accounts == nullptr) return;
  const bool is_name = !setting.user.empty() && setting.user != "root" && !parse_int(setting.user);
  if (is_name && accounts->find_user(setting.user) == nullptr) {
    context.add_config("USER",
                       in_quotes(setting.user) + " is not in etc/passwd: no container starts",
                       "USER", context.run().user);
  }
  const bool names_group =
      !setting.group.empty() && setting.group != "root" && !parse_int(setting.group);
  if (names_group && accounts->find_group(setting.group) == nullptr) {
    context.add_config("USER",
                       in_quotes(setting.group) + " is not in etc/group: no container starts",
                       "USER", context.run().user);
  }
}

/// Says which values stand in more than one line.
template <class List, class Key>
void add_duplicates(AuditContext& context, const List& list, std::string_view path,
                    std::string_view what, const Key& key) {
  std::map<std::string, std::vector<std::string>> holders;
  for (const auto& one : list) {
    const std::string value = key(one);
    if (!value.empty()) holders[value].push_back(one.name);
  }
  for (const auto& [value, names] : holders) {
    if (names.size() < 2) continue;
    const std::size_t shown = std::min<std::size_t>(names.size(), 8);
    context.add({.path = std::string(path),
                 .detail = fmt::format("{} {} stands there {} times: {}{}", what, value,
                                       names.size(), join({names.data(), shown}, ", "),
                                       shown < names.size() ? ", …" : "")});
  }
}

std::string text_of(const std::optional<std::uint32_t>& id) {
  return id ? std::to_string(*id) : std::string();
}

void check_duplicates(AuditContext& context) {
  const Accounts* accounts = readable_accounts(context);
  if (accounts == nullptr) return;
  add_duplicates(context, accounts->users, "etc/passwd", "the name",
                 [](const UserAccount& one) { return one.name; });
  // several accounts with uid 0 are a finding of their own
  add_duplicates(context, accounts->users, "etc/passwd", "the uid", [](const UserAccount& one) {
    return one.uid == 0U ? std::string() : text_of(one.uid);
  });
  add_duplicates(context, accounts->groups, "etc/group", "the name",
                 [](const GroupAccount& one) { return one.name; });
  add_duplicates(context, accounts->groups, "etc/group", "the gid",
                 [](const GroupAccount& one) { return text_of(one.gid); });
}

void check_empty_passwords(AuditContext& context) {
  const Accounts* accounts = readable_accounts(context);
  if (accounts == nullptr) return;
  for (const UserAccount& user : accounts->users) {
    if (!user.password.empty()) continue;
    context.add({.path = "etc/passwd", .detail = in_quotes(user.name) + " has no password"});
  }
  for (const ShadowEntry& entry : accounts->shadow) {
    if (entry.has_password) continue;
    context.add({.path = "etc/shadow", .detail = in_quotes(entry.name) + " has no password"});
  }
}

void check_extra_root(AuditContext& context) {
  const Accounts* accounts = readable_accounts(context);
  if (accounts == nullptr) return;
  for (const UserAccount& user : accounts->users) {
    if (user.uid != 0U || user.name == "root") continue;
    context.add({.path = "etc/passwd", .detail = in_quotes(user.name) + " has the uid 0"});
  }
}

constexpr AuditCheck user_table[] = {
    {.id = "user-root",
     .family = "user",
     .severity = AuditSeverity::high,
     .cis = "4.1",
     .others = "CIS-DI-0001 DL3002",
     .title = "The image runs as root",
     .remedy = "Make a user and end the Containerfile with USER and its number.",
     .run = check_root},
    {.id = "user-name",
     .family = "user",
     .severity = AuditSeverity::low,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "The user is named, not numbered",
     .remedy = "Write USER with the uid (and gid): runAsNonRoot believes numbers alone.",
     .run = check_user_number},
    {.id = "user-unknown",
     .family = "user",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "The user is not in the image",
     .remedy = "Add the user before USER names it, or use a number.",
     .run = check_user_exists},
    {.id = "user-duplicate",
     .family = "user",
     .severity = AuditSeverity::medium,
     .input = AuditInput::files,
     .cis = "",
     .others = "DKL-LI-0002",
     .title = "Accounts share a name or an id",
     .remedy = "Give every account an id and a name of its own.",
     .run = check_duplicates},
    {.id = "user-empty-password",
     .family = "user",
     .severity = AuditSeverity::critical,
     .input = AuditInput::files,
     .cis = "",
     .others = "DKL-LI-0001",
     .title = "An account has an empty password",
     .remedy = "Lock it: passwd --lock NAME, or write * for its password.",
     .run = check_empty_passwords},
    {.id = "user-extra-root",
     .family = "user",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "There is a second root",
     .remedy = "Give the account another uid, or remove it.",
     .run = check_extra_root},
};

}  // namespace

std::span<const AuditCheck> user_checks() { return user_table; }

}  // namespace lade::sbom
