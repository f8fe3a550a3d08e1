#pragma once

#include <string>
#include <vector>

#include "builder/sandbox/subid.h"

namespace lade::builder {

/// Which ids the process can give to files.
struct IdMapping {
  enum class Kind {
    none,   ///< no user namespace of restricted ids: all of them
    full,   ///< the user as 0 and ranges of subordinate ids
    single  ///< the user as 0, nothing else: ownership is faked (seccomp_profile.h)
  };

  Kind kind = Kind::none;
  std::vector<IdRange> uids;  ///< empty for `none`
  std::vector<IdRange> gids;
  /// Why the mapping is less than could be wished, for the user to read; empty if it is not.
  std::string warning;
};

/// The files that say what a user may do, and the programs that act on them.
struct UserNamespaceFiles {
  std::string subuid = "/etc/subuid";
  std::string subgid = "/etc/subgid";
  std::string newuidmap = "newuidmap";  ///< looked for in PATH unless it holds a slash
  std::string newgidmap = "newgidmap";
};

/// Makes this process able to mount: what root already is, and an ordinary user becomes in a user
/// namespace, as whose uid 0 the rest of the process runs. Then gives it a mount namespace from
/// which nothing propagates to the host.
///
/// To be called once, early, while the process has one thread. A process that already holds
/// CAP_SYS_ADMIN (root, or uid 0 of a namespace that somebody else made) stays where it is. The
/// ranges of /etc/subuid and /etc/subgid are mapped by newuidmap and newgidmap, which run at the
/// same time; if they cannot be, a single id is mapped and `warning` says what is missing. Throws
/// `denied` if there can be no user namespace, naming the setting that forbids it.
IdMapping enter_user_namespace(const UserNamespaceFiles& files = {});

/// Why the kernel refuses a user namespace, in words: looks at the settings below `proc_sys`
/// ("/proc/sys") that forbid one, and names the one that does.
std::string explain_refusal(const std::string& proc_sys, int error_number);

}  // namespace lade::builder
