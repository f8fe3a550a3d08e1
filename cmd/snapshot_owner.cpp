#include "cmd/snapshot_owner.h"

#include <unistd.h>

#include <filesystem>

#include "builder/sandbox/userns.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

bool has_entries(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(directory, error) &&
         !std::filesystem::is_empty(directory, error) && !error;
}

}  // namespace

void become_owner_of_snapshots(Session& session) {
  if (::geteuid() == 0) return;
  const std::string root = session.store_root();
  const bool needed = has_entries(root + "/snapshots") || has_entries(root + "/containers") ||
                      has_entries(root + "/caches") || has_entries(root + "/tmp");
  if (!needed) return;
  // inside, the user looks like root, whose store is another one
  session.set_store_root(root);
  try {
    builder::enter_user_namespace();
  } catch (const Error& error) {
    session.warn(error.message());
  }
}

}  // namespace lade::cmd
