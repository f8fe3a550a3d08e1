// From profile to program. For each architecture the numbers of the calls, sorted, cut the number
// line into intervals that share one outcome; a binary search over the intervals' starts finds the
// outcome in some eight comparisons, and equal neighbours melt into one interval. An outcome is an
// action, or a chain of argument tests that ends in one.
//
// libseccomp gives the numbers. Its own code generator takes 7 ms for a profile of this size, which
// is more than the rest of a container's start; this one takes a small part of one.
#include "builder/sandbox/seccomp_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "libimage/base/error.h"

namespace lade::builder {
namespace {

using Program = std::vector<sock_filter>;

struct Architecture {
  std::uint32_t audit;                             ///< seccomp_data.arch
  std::vector<std::pair<std::uint32_t, int>> abi;  ///< libseccomp's token, bits of its numbers
};

#if defined(__x86_64__)
constexpr int x32_bit = 0x40000000;
const std::array<Architecture, 2> architectures = {{
    {AUDIT_ARCH_X86_64, {{SCMP_ARCH_X86_64, 0}, {SCMP_ARCH_X32, x32_bit}}},
    {AUDIT_ARCH_I386, {{SCMP_ARCH_X86, 0}}},
}};
#elif defined(__aarch64__)
const std::array<Architecture, 2> architectures = {{
    {AUDIT_ARCH_AARCH64, {{SCMP_ARCH_AARCH64, 0}}},
    {AUDIT_ARCH_ARM, {{SCMP_ARCH_ARM, 0}}},
}};
#else
#error "the seccomp profile knows x86_64 and aarch64"
#endif

// younger than the library may be; since 5.1 a call has one number everywhere
constexpr std::array<std::pair<std::string_view, int>, 17> young_calls = {{
    {"cachestat", 451},
    {"fchmodat2", 452},
    {"map_shadow_stack", 453},
    {"futex_wake", 454},
    {"futex_wait", 455},
    {"futex_requeue", 456},
    {"statmount", 457},
    {"listmount", 458},
    {"lsm_get_self_attr", 459},
    {"lsm_set_self_attr", 460},
    {"lsm_list_modules", 461},
    {"mseal", 462},
    {"setxattrat", 463},
    {"getxattrat", 464},
    {"listxattrat", 465},
    {"removexattrat", 466},
    {"open_tree_attr", 467},
}};

std::optional<std::uint32_t> find_number(std::uint32_t token, int bits, const std::string& name) {
  const int number = seccomp_syscall_resolve_name_arch(token, name.c_str());
  if (number >= 0) return static_cast<std::uint32_t>(number);
  for (const auto& [young, value] : young_calls) {
    if (young == name) return static_cast<std::uint32_t>(value | bits);
  }
  return std::nullopt;
}

sock_filter statement(int code, std::size_t value) {
  return {static_cast<std::uint16_t>(code), 0, 0, static_cast<std::uint32_t>(value)};
}

sock_filter jump(int comparison, std::uint32_t value, std::size_t if_true, std::size_t if_false) {
  return {static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K),
          static_cast<std::uint8_t>(if_true), static_cast<std::uint8_t>(if_false), value};
}

sock_filter load(std::size_t offset) { return statement(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter answer(std::uint32_t action) { return statement(BPF_RET | BPF_K, action); }

/// Tests one argument, high word first; falls through if the condition holds, else jumps over
/// `skip` instructions that follow.
Program test(const SeccompCondition& condition, std::size_t skip) {
  const std::size_t low_word = offsetof(seccomp_data, args) + 8 * condition.argument;
  const std::size_t high_word = low_word + 4;
  const auto high = static_cast<std::uint32_t>(condition.value >> 32);
  const auto low = static_cast<std::uint32_t>(condition.value);
  const auto ordered = [&](int last, bool wanted) -> Program {
    const std::size_t yes = wanted ? 0 : skip;
    const std::size_t no = wanted ? skip : 0;
    return {load(high_word), jump(BPF_JGT, high, yes + 3, 0), jump(BPF_JEQ, high, 0, no + 2),
            load(low_word), jump(last, low, yes, no)};
  };
  switch (condition.op) {
    case SeccompOperator::equal:
      return {load(high_word), jump(BPF_JEQ, high, 0, skip + 2), load(low_word),
              jump(BPF_JEQ, low, 0, skip)};
    case SeccompOperator::not_equal:
      return {load(high_word), jump(BPF_JEQ, high, 0, 2), load(low_word),
              jump(BPF_JEQ, low, skip, 0)};
    case SeccompOperator::masked_equal:
      return {load(high_word),
              statement(BPF_ALU | BPF_AND | BPF_K, condition.mask >> 32),
              jump(BPF_JEQ, high, 0, skip + 3),
              load(low_word),
              statement(BPF_ALU | BPF_AND | BPF_K, condition.mask & UINT32_MAX),
              jump(BPF_JEQ, low, 0, skip)};
    case SeccompOperator::greater:
      return ordered(BPF_JGT, true);
    case SeccompOperator::greater_or_equal:
      return ordered(BPF_JGE, true);
    case SeccompOperator::less:
      return ordered(BPF_JGE, false);
    case SeccompOperator::less_or_equal:
      return ordered(BPF_JGT, false);
  }
  fail(ErrorKind::internal, "a seccomp condition has no operator");
}

/// What happens to one system call.
struct Outcome {
  std::vector<const SeccompRule*> conditional;
  std::optional<std::uint32_t> action;  ///< of the first rule without conditions
};

Program chain(const Outcome& outcome, std::uint32_t default_action) {
  Program program;
  for (const SeccompRule* rule : outcome.conditional) {
    Program tested = {answer(rule->action)};
    for (auto condition = rule->conditions.rbegin(); condition != rule->conditions.rend();
         ++condition) {
      // 6 arguments of at most 6 instructions each: an 8-bit offset is enough
      Program head = test(*condition, tested.size());
      head.insert(head.end(), tested.begin(), tested.end());
      tested = std::move(head);
    }
    program.insert(program.end(), tested.begin(), tested.end());
  }
  program.push_back(answer(outcome.action.value_or(default_action)));
  return program;
}

struct Interval {
  std::uint32_t start;
  Program outcome;
};

bool same(const Program& a, const Program& b) {
  // a call with its own chain is never the like of its neighbour
  return a.size() == 1 && b.size() == 1 && a[0].k == b[0].k;
}

std::vector<Interval> intervals(const Architecture& architecture, const SeccompProfile& profile) {
  std::map<std::uint32_t, Outcome> calls;
  for (const SeccompRule& rule : profile.rules) {
    for (const std::string& name : rule.names) {
      for (const auto& [token, bits] : architecture.abi) {
        const auto number = find_number(token, bits, name);
        if (!number) continue;
        Outcome& outcome = calls[*number];
        if (rule.conditions.empty()) {
          if (!outcome.action) outcome.action = rule.action;
        } else if (!outcome.action) {
          // a condition after a rule that always holds would never be asked
          outcome.conditional.push_back(&rule);
        }
      }
    }
  }
  const Program otherwise = {answer(profile.default_action)};
  std::vector<Interval> list = {{0, otherwise}};
  const auto add = [&](std::uint32_t start, Program outcome) {
    if (list.back().start == start) list.pop_back();
    if (list.empty() || !same(list.back().outcome, outcome)) {
      list.push_back({start, std::move(outcome)});
    }
  };
  for (const auto& [number, outcome] : calls) {
    add(number, chain(outcome, profile.default_action));
    add(number + 1, otherwise);
  }
  return list;
}

Program search(std::span<Interval> list) {
  if (list.size() == 1) return std::move(list[0].outcome);
  const std::size_t middle = list.size() / 2;
  const Program below = search(list.first(middle));
  const Program above = search(list.subspan(middle));
  Program program;
  program.reserve(below.size() + above.size() + 2);
  if (below.size() <= UINT8_MAX) {
    program.push_back(jump(BPF_JGE, list[middle].start, below.size(), 0));
  } else {
    program.push_back(jump(BPF_JGE, list[middle].start, 0, 1));
    program.push_back(statement(BPF_JMP | BPF_JA, below.size()));
  }
  program.insert(program.end(), below.begin(), below.end());
  program.insert(program.end(), above.begin(), above.end());
  return program;
}

}  // namespace

std::vector<sock_filter> compile_seccomp(const SeccompProfile& profile) {
  Program program = {load(offsetof(seccomp_data, arch))};
  for (const Architecture& architecture : architectures) {
    std::vector<Interval> list = intervals(architecture, profile);
    const Program body = search(list);
    program.push_back(jump(BPF_JEQ, architecture.audit, 1, 0));
    program.push_back(statement(BPF_JMP | BPF_JA, body.size() + 1));
    program.push_back(load(offsetof(seccomp_data, nr)));
    program.insert(program.end(), body.begin(), body.end());
  }
  program.push_back(answer(SECCOMP_RET_KILL_PROCESS));
  if (program.size() > BPF_MAXINSNS) {
    fail(ErrorKind::invalid, "the seccomp profile needs {} instructions, the kernel takes {}",
         program.size(), BPF_MAXINSNS);
  }
  return program;
}

}  // namespace lade::builder
