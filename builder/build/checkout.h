#pragma once

#include <optional>
#include <string>

namespace lade::builder {

/// Which commit of which repository a directory was checked out from. That no file was changed
/// since, it does not say.
struct Checkout {
  std::string commit;  ///< 40 or 64 hex digits
  std::string remote;  ///< of "origin", without a password; empty: there is none
};

/// Reads the .git of a directory or of one above it (gitrepository-layout(5)); no program is run,
/// nothing that a repository configures takes effect. Nothing if there is none, or if it is not
/// what git writes.
std::optional<Checkout> find_checkout(const std::string& directory);

}  // namespace lade::builder
