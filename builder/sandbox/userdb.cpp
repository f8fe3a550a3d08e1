#include "builder/sandbox/userdb.h"

#include <algorithm>
#include <optional>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

// 2^32 - 1 is the "unchanged" of chown(2) and setresuid(2)
constexpr std::int64_t largest_id = 4294967294;

struct User {
  std::string name;
  std::uint32_t uid;
  std::uint32_t gid;
  std::string home;
};

struct Group {
  std::string name;
  std::uint32_t gid;
  std::vector<std::string> members;
};

std::optional<std::uint32_t> find_id(std::string_view text) {
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > largest_id) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

bool is_numeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The first user that `matches`; lines are name:password:uid:gid:comment:home:shell.
template <class Matches>
std::optional<User> find_user(std::string_view passwd, Matches matches) {
  for (const std::string& line : split(passwd, '\n')) {
    const std::vector<std::string> fields = split(trim(line), ':');
    if (fields.size() < 4 || fields[0].empty() || fields[0][0] == '#') continue;
    const auto uid = find_id(fields[2]);
    const auto gid = find_id(fields[3]);
    if (!uid || !gid) continue;
    User user{fields[0], *uid, *gid, fields.size() > 5 ? fields[5] : ""};
    if (matches(user)) return user;
  }
  return std::nullopt;
}

/// Lines are name:password:gid:member,member.
std::vector<Group> parse_groups(std::string_view text) {
  std::vector<Group> groups;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> fields = split(trim(line), ':');
    if (fields.size() < 3 || fields[0].empty() || fields[0][0] == '#') continue;
    const auto gid = find_id(fields[2]);
    if (!gid) continue;
    groups.push_back(
        {fields[0], *gid, fields.size() > 3 ? split(fields[3], ',') : std::vector<std::string>{}});
  }
  return groups;
}

std::uint32_t parse_number(std::string_view part, std::string_view whole) {
  const auto number = find_id(part);
  if (!number) {
    fail(ErrorKind::invalid, "user \"{}\": {} is above the largest id, {}", printable(whole), part,
         largest_id);
  }
  return *number;
}

std::optional<User> look_up_user(std::string_view name, std::string_view whole,
                                 std::string_view passwd) {
  if (is_numeric(name)) {
    const std::uint32_t uid = parse_number(name, whole);
    return find_user(passwd, [&](const User& user) { return user.uid == uid; })
        .value_or(User{"", uid, 0, ""});
  }
  return find_user(passwd, [&](const User& user) { return user.name == name; });
}

std::uint32_t look_up_group(std::string_view name, std::string_view whole, std::string_view text) {
  if (is_numeric(name)) return parse_number(name, whole);
  for (const Group& group : parse_groups(text)) {
    if (group.name == name) return group.gid;
  }
  fail(ErrorKind::not_found, "user \"{}\": the image has no group \"{}\" in /etc/group",
       printable(whole), printable(name));
}

std::vector<std::uint32_t> groups_of(const User& user, std::string_view text) {
  std::vector<std::uint32_t> gids;
  if (user.name.empty()) return gids;
  for (const Group& group : parse_groups(text)) {
    const auto& members = group.members;
    const bool is_member = std::find(members.begin(), members.end(), user.name) != members.end();
    if (is_member && group.gid != user.gid) gids.push_back(group.gid);
  }
  std::sort(gids.begin(), gids.end());
  gids.erase(std::unique(gids.begin(), gids.end()), gids.end());
  return gids;
}

}  // namespace

ResolvedUser resolve_user(std::string_view user, std::string_view passwd, std::string_view group) {
  const auto colon = user.find(':');
  const bool has_group = colon != std::string_view::npos && colon + 1 < user.size();
  const std::string_view given = user.substr(0, colon);
  const std::string_view name = given.empty() ? "0" : given;
  if (has_group && user.find(':', colon + 1) != std::string_view::npos) {
    fail(ErrorKind::invalid, "user \"{}\" must be [USER][:GROUP]", printable(user));
  }
  const std::optional<User> found = look_up_user(name, user, passwd);
  if (!found) {
    fail(ErrorKind::not_found, "user \"{}\": the image has no user \"{}\" in /etc/passwd",
         printable(user), printable(name));
  }
  ResolvedUser resolved{found->uid, found->gid, {}, found->home.empty() ? "/" : found->home};
  if (has_group) {
    resolved.gid = look_up_group(user.substr(colon + 1), user, group);
  } else {
    resolved.supplementary = groups_of(*found, group);
  }
  return resolved;
}

FileOwner resolve_owner(std::string_view owner, std::string_view passwd, std::string_view group) {
  const ResolvedUser user = resolve_user(owner, passwd, group);
  const std::string_view name = owner.substr(0, owner.find(':'));
  const bool is_alone = name.size() + 1 >= owner.size();
  if (is_alone && !name.empty() && is_numeric(name)) return {user.uid, user.uid};
  return {user.uid, user.gid};
}

}  // namespace lade::builder
