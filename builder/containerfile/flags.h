#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/parser.h"
#include "builder/containerfile/source.h"

namespace lade::containerfile {

/// One parsed line as the functions that understand it see it. A trigger lies in the line of its
/// ONBUILD.
struct Request {
  const Source& source;
  const LogicalLine& line;
  const Node& node;
  std::string name;  ///< of the instruction, upper case

  /// Throws `invalid`, pointing at byte `offset` of the line.
  [[noreturn]] void fail_at(std::size_t offset, std::string_view message) const {
    source.fail_at(line.at(offset), message);
  }
  /// As above, pointing at the instruction itself.
  [[noreturn]] void fail_here(std::string_view message) const {
    fail_at(node.keyword.offset, message);
  }
};

enum class FlagKind { boolean, text, list };

struct FlagSpec {
  std::string_view name;
  FlagKind kind;
};

/// The flags of one instruction. Throws `invalid`, pointing at the flag, for one that the
/// instruction does not have, that is given twice (unless a list), or whose value is wrong.
class Flags {
 public:
  Flags(const Request& request, std::span<const FlagSpec> specs);

  /// The value; empty if the flag is not given.
  std::string text(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  /// Every value, in order.
  std::vector<Word> list(std::string_view name) const;

 private:
  void add(const Request& request, std::span<const FlagSpec> specs, const Word& flag);

  std::map<std::string, std::vector<Word>, std::less<>> values_;
};

/// Refuses any flag.
void refuse_flags(const Request& request);

}  // namespace lade::containerfile
