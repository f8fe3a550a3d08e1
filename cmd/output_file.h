#pragma once

#include <string>
#include <string_view>

namespace lade::cmd {

/// A file that is to be written once all that belongs into it is known. One that is not there or is
/// a regular file is replaced as a whole, links being followed; what is none (a pipe, /dev/stdout)
/// is written into.
class OutputFile {
 public:
  /// Throws for what cannot be written: a directory, or where there is no directory to write into.
  explicit OutputFile(const std::string& path);
  void write(std::string_view text) const;

 private:
  std::string path_;
  bool is_replaced_ = false;
  bool is_made_ = false;  ///< by opening it: a link leads to no file yet
};

}  // namespace lade::cmd
