#pragma once

#include <fcntl.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"

namespace lade::sbom {

/// Whether a program is there; says that the test is skipped if not.
inline bool have(const std::string& program) {
  if (find_program(program)) return true;
  WARN("skipped: " << program << " is not installed");
  return false;
}

/// What a program prints; fails the test if it fails.
inline std::string output_of(std::vector<std::string> argv) {
  const TempDir directory("/tmp");
  const std::string path = join_path(directory.path(), "out");
  const std::string log = join_path(directory.path(), "log");
  const Fd out = open_fd(path, O_RDWR | O_CREAT | O_TRUNC);
  const Fd err = open_fd(log, O_RDWR | O_CREAT | O_TRUNC);
  const std::string name = join(argv, " ");
  Child child({.argv = std::move(argv),
               .environment = {},
               .stdin_fd = -1,
               .stdout_fd = out.get(),
               .stderr_fd = err.get(),
               .directory = {}});
  INFO(name);
  const int code = child.wait().code;
  INFO(read_file(log, 1U << 20U));
  REQUIRE(code == 0);
  return read_file(path, 64U << 20U);
}

/// Its lines, sorted, without empty ones.
inline std::vector<std::string> sorted_lines(std::string_view text) {
  std::vector<std::string> lines = split(text, '\n');
  std::erase(lines, std::string());
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What only one of two sorted lists has, with "-" for the first and "+" for the second.
inline std::vector<std::string> differences(const std::vector<std::string>& a,
                                            const std::vector<std::string>& b) {
  std::vector<std::string> lines;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(lines));
  for (std::string& line : lines) line.insert(0, "-");
  const std::size_t middle = lines.size();
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(lines));
  for (std::size_t i = middle; i < lines.size(); ++i) lines[i].insert(0, "+");
  return lines;
}

}  // namespace lade::sbom
