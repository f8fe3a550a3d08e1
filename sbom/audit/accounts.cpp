#include "sbom/audit/accounts.h"

#include <algorithm>
#include <limits>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

/// The fields of a line of the passwd family; at least `least`, else none.
std::vector<std::string> fields_of(std::string_view line, std::size_t least) {
  if (line.empty() || line.front() == '#') return {};
  // "+" and "-" are NIS's: they are no accounts
  if (line.front() == '+' || line.front() == '-') return {};
  std::vector<std::string> fields = split(line, ':');
  if (fields.size() < least) fields.clear();
  return fields;
}

std::optional<std::uint32_t> id_of(const std::string& text) {
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

template <class Use>
void each_line(std::string_view text, const Use& use) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// The text of a file, if it can be had; `problem` says why not.
std::string take_file(const AuditFiles& files, std::string_view path, bool& is_there,
                      std::string& problem) {
  AuditFile file = files.read(path);
  is_there = file.is_there && file.problem.empty();
  if (!file.problem.empty()) problem = fmt::format("{}: {}", path, file.problem);
  return std::move(file.text);
}

}  // namespace

std::vector<UserAccount> parse_passwd(std::string_view text) {
  std::vector<UserAccount> users;
  each_line(text, [&](std::string_view line) {
    const auto fields = fields_of(line, 4);
    if (fields.empty()) return;
    users.push_back({.name = fields[0],
                     .password = fields[1],
                     .uid = id_of(fields[2]),
                     .gid = id_of(fields[3]),
                     .shell = fields.size() > 6 ? fields[6] : std::string()});
  });
  return users;
}

std::vector<GroupAccount> parse_group(std::string_view text) {
  std::vector<GroupAccount> groups;
  each_line(text, [&](std::string_view line) {
    const auto fields = fields_of(line, 3);
    if (!fields.empty()) groups.push_back({.name = fields[0], .gid = id_of(fields[2])});
  });
  return groups;
}

std::vector<ShadowEntry> parse_shadow(std::string_view text) {
  std::vector<ShadowEntry> entries;
  each_line(text, [&](std::string_view line) {
    const auto fields = fields_of(line, 2);
    if (!fields.empty()) entries.push_back({.name = fields[0], .has_password = !fields[1].empty()});
  });
  return entries;
}

const UserAccount* Accounts::find_user(std::string_view name) const {
  const auto found = std::find_if(users.begin(), users.end(),
                                  [&](const UserAccount& one) { return one.name == name; });
  return found == users.end() ? nullptr : &*found;
}

const GroupAccount* Accounts::find_group(std::string_view name) const {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const GroupAccount& one) { return one.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

bool Accounts::has_uid(std::uint32_t uid) const {
  return std::any_of(users.begin(), users.end(),
                     [&](const UserAccount& one) { return one.uid == uid; });
}

bool Accounts::has_gid(std::uint32_t gid) const {
  return std::any_of(groups.begin(), groups.end(),
                     [&](const GroupAccount& one) { return one.gid == gid; }) ||
         std::any_of(users.begin(), users.end(),
                     [&](const UserAccount& one) { return one.gid == gid; });
}

Accounts read_accounts(const AuditFiles& files) {
  Accounts accounts;
  accounts.users =
      parse_passwd(take_file(files, "etc/passwd", accounts.has_passwd, accounts.problem));
  accounts.groups =
      parse_group(take_file(files, "etc/group", accounts.has_group, accounts.problem));
  accounts.shadow =
      parse_shadow(take_file(files, "etc/shadow", accounts.has_shadow, accounts.problem));
  return accounts;
}

}  // namespace lade::sbom
