#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lade::builder {

/// What --chmod says: an octal mode, or symbolic clauses as chmod(1) has them ("u=rwX,go-w").
class ModeChange {
 public:
  /// Throws `invalid` for anything else.
  static ModeChange parse(std::string_view text);

  /// The mode (07777) that a file of mode `mode` gets.
  std::uint32_t apply(std::uint32_t mode, bool is_directory) const;

 private:
  struct Clause {
    std::uint32_t who = 0;  ///< mask of the bits that may change
    char operation = '=';
    std::uint32_t permissions = 0;  ///< rwxst for everybody, cut to `who`
    bool conditional_execute = false;
    char copy_from = 0;  ///< u, g or o
  };
  std::vector<Clause> clauses_;
};

}  // namespace lade::builder
