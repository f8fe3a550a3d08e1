#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/stream/source.h"

namespace lade::registry {

/// What the git program may see of the user: proxies, the ssh agent, HOME for ssh's files.
using GitEnvironment = std::map<std::string, std::string>;

/// The git program at work on one repository, which need not be there yet. Nothing but what is
/// given here steers it: no configuration of the machine or the user, no hooks, no filters, no
/// credential helpers or prompts, no transports but http, https, ssh and git. Userinfo of a remote
/// over http goes as a header by way of the environment: it is on no command line and in no file.
class GitProgram {
 public:
  /// `remote` becomes origin. Throws `not_found` if there is no git on this machine.
  GitProgram(std::string repository, std::string work_directory, std::string remote,
             const GitEnvironment& environment);

  /// What git prints. A failure says what git said, last line first to matter.
  std::string run(const std::vector<std::string>& arguments) const;
  /// As above; false if git fails, and why goes to `reason`.
  bool try_run(const std::vector<std::string>& arguments, std::string& reason) const;
  /// What git prints, while it runs; a failure is thrown at the end.
  std::unique_ptr<Source> open(const std::vector<std::string>& arguments) const;

  const std::string& repository() const { return repository_; }
  /// The remote without secrets.
  const std::string& shown_remote() const { return remote_; }

 private:
  Child start(const std::vector<std::string>& arguments, int output, int errors) const;
  Fd scratch_file() const;

  std::string repository_;
  std::string work_directory_;
  std::string remote_;
  std::map<std::string, std::string> environment_;
};

}  // namespace lade::registry
