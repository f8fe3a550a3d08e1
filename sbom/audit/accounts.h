#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/audit/audit_subject.h"

namespace lade::sbom {

/// A line of etc/passwd (passwd(5)).
struct UserAccount {
  std::string name{};
  std::string password{};
  std::optional<std::uint32_t> uid{};  ///< nothing: it says none
  std::optional<std::uint32_t> gid{};
  std::string shell{};
};

/// A line of etc/group (group(5)).
struct GroupAccount {
  std::string name{};
  std::optional<std::uint32_t> gid{};
};

/// A line of etc/shadow (shadow(5)).
struct ShadowEntry {
  std::string name{};
  bool has_password = false;  ///< or is locked: something stands there
};

std::vector<UserAccount> parse_passwd(std::string_view text);
std::vector<GroupAccount> parse_group(std::string_view text);
std::vector<ShadowEntry> parse_shadow(std::string_view text);

/// Who is known in the image.
struct Accounts {
  std::vector<UserAccount> users{};
  std::vector<GroupAccount> groups{};
  std::vector<ShadowEntry> shadow{};
  bool has_passwd = false;
  bool has_group = false;
  bool has_shadow = false;
  std::string problem{};  ///< why one of the files could not be read

  const UserAccount* find_user(std::string_view name) const;
  const GroupAccount* find_group(std::string_view name) const;
  bool has_uid(std::uint32_t uid) const;
  bool has_gid(std::uint32_t gid) const;
};

Accounts read_accounts(const AuditFiles& files);

}  // namespace lade::sbom
