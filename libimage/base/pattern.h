#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace lade {

/// A regular expression in RE2's dialect, which is Go's too. Matching takes time linear in the
/// text, whatever a stranger wrote. Copies share what was compiled; used from many threads.
class Pattern {
 public:
  /// `invalid`, naming `what`, if it is none.
  static Pattern parse(std::string_view text, std::string_view what);

  /// Whether it matches somewhere in the text; "^" and "$" tie it to the ends.
  bool matches(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace lade
