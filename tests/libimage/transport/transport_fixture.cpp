#include "tests/libimage/transport/transport_fixture.h"

#include <filesystem>

namespace lade::test {

std::set<std::string> files_below(const std::string& directory) {
  namespace fs = std::filesystem;
  std::set<std::string> files;
  if (!fs::exists(directory)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_directory()) files.insert(fs::relative(entry.path(), directory).string());
  }
  return files;
}

}  // namespace lade::test
