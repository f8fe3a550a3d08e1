#include "builder/sandbox/container_plan.h"

#include <linux/seccomp.h>

#include <algorithm>

#include "builder/sandbox/seccomp_filter.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::size_t stack_bytes = 128 << 10;
// what execvp uses where there is no PATH
constexpr std::string_view default_path = "/bin:/usr/bin";

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  // NOLINTNEXTLINE: execve does not write to its arguments
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

std::vector<sock_filter> filter_for(const RunSpec& spec, bool fake_ownership) {
  SeccompProfile profile{SECCOMP_RET_ALLOW, {}};
  if (std::holds_alternative<DefaultSeccomp>(spec.seccomp)) {
    profile = default_seccomp_profile(spec.capabilities);
  } else if (const auto* given = std::get_if<SeccompProfile>(&spec.seccomp)) {
    profile = *given;
  } else if (!fake_ownership) {
    return {};
  }
  if (fake_ownership) add_fake_ownership(profile);
  return compile_seccomp(profile);
}

}  // namespace

PreparedPlan::PreparedPlan(const RunSpec& spec, const IdMapping& ids, const PendingMounts& pending,
                           const PlanFds& fds)
    : argv_(pointers(spec.argv)),
      env_(pointers(spec.env)),
      seccomp_(filter_for(spec, ids.kind == IdMapping::Kind::single)),
      stack_(stack_bytes) {
  set_fds(pending, fds);
  set_programs(spec);
  plan_.new_network = spec.network == Network::none;
  plan_.terminal = spec.stdio.terminal;
  plan_.hostname = spec.hostname;
  plan_.directory = spec.cwd.c_str();
  plan_.argv = argv_.data();
  plan_.env = env_.data();
  plan_.uid = spec.user.uid;
  plan_.gid = spec.user.gid;
  plan_.groups = spec.user.supplementary;
  plan_.set_groups = ids.kind != IdMapping::Kind::single;
  plan_.capabilities = spec.capabilities;
  plan_.limits = spec.limits;
  plan_.seccomp = seccomp_;
  plan_.no_new_privileges = spec.no_new_privileges;
  // the psABIs want a stack pointer that 16 divides
  const auto top = reinterpret_cast<std::uintptr_t>(stack_.data() + stack_.size());
  plan_.stack_top = stack_.data() + stack_.size() - top % 16;
}

void PreparedPlan::set_fds(const PendingMounts& pending, const PlanFds& fds) {
  std::copy(std::begin(fds.standard), std::end(fds.standard), plan_.standard_fds);
  plan_.report = fds.report;
  plan_.parent_pidfd = fds.parent_pidfd;
  plan_.root = pending.root.get();
  plan_.proc = pending.proc.get();
  plan_.sys = pending.sys.get();
  plan_.mqueue = pending.mqueue.get();
  kept_ = {fds.report, fds.parent_pidfd, plan_.root, plan_.proc, plan_.sys, plan_.mqueue};
  std::sort(kept_.begin(), kept_.end());
  plan_.kept = kept_;
}

void PreparedPlan::set_programs(const RunSpec& spec) {
  const std::string& name = spec.argv[0];
  if (name.find('/') != std::string::npos) {
    program_texts_ = {name};
  } else {
    std::string_view path = default_path;
    for (const std::string& variable : spec.env) {
      if (variable.starts_with("PATH=")) path = std::string_view(variable).substr(5);
    }
    for (const std::string& directory : split(path, ':')) {
      program_texts_.push_back((directory.empty() ? "." : directory) + "/" + name);
    }
  }
  for (const std::string& text : program_texts_) programs_.push_back(text.c_str());
  plan_.programs = programs_;
}

}  // namespace lade::builder
