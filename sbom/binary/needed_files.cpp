#include "sbom/binary/needed_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/catalog/inventory_builder.h"

namespace lade::sbom {
namespace {

constexpr std::string_view interpreter_mark = "interpreter ";
constexpr std::string_view needed_mark = "needed ";
constexpr std::string_view runpath_mark = "runpath ";

bool fits_a_line(std::string_view text) { return text.find('\n') == std::string_view::npos; }

/// The file that a path leads to.
std::optional<std::string> find_file_at(const MergedTree& tree, std::string_view path) {
  auto resolved = find_resolved_path(tree, path);
  if (!resolved) return std::nullopt;
  const auto found = tree.find(*resolved);
  const bool is_file =
      found && (found->entry.type == EntryType::file || found->entry.type == EntryType::hardlink);
  return is_file ? resolved : std::nullopt;
}

/// The middle of the paths of Debian's multiarch, read off the interpreter: there is one for each.
std::vector<std::string> multiarch_names(std::string_view interpreter) {
  const std::string_view name = base_name(interpreter);
  if (name == "ld-linux-x86-64.so.2") return {"x86_64-linux-gnu"};
  if (name == "ld-linux-aarch64.so.1") return {"aarch64-linux-gnu"};
  if (name == "ld-linux.so.2") return {"i386-linux-gnu"};
  if (name == "ld-linux-armhf.so.3") return {"arm-linux-gnueabihf"};
  if (name == "ld64.so.2") return {"powerpc64le-linux-gnu"};
  if (name == "ld64.so.1") return {"s390x-linux-gnu"};
  if (name == "ld-linux-riscv64-lp64d.so.1") return {"riscv64-linux-gnu"};
  // a library names none
  return {"x86_64-linux-gnu", "aarch64-linux-gnu", "i386-linux-gnu", "arm-linux-gnueabihf"};
}

std::vector<std::string> search_path(const ElfLinking& linking, std::string_view path) {
  const std::string origin(parent_path(path));
  std::vector<std::string> directories;
  for (std::string directory : linking.runpath) {
    for (const std::string_view word : {"$ORIGIN", "${ORIGIN}"}) {
      const std::size_t at = directory.find(word);
      if (at != std::string::npos) directory.replace(at, word.size(), "/" + origin);
    }
    // relative ones depend on where the program is started
    if (directory.starts_with('/')) directories.push_back(std::move(directory));
  }
  for (const std::string& name : multiarch_names(linking.interpreter)) {
    directories.push_back("/lib/" + name);
    directories.push_back("/usr/lib/" + name);
  }
  for (const char* directory : {"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"}) {
    directories.emplace_back(directory);
  }
  return directories;
}

std::optional<std::string> find_library(std::string_view name,
                                        const std::vector<std::string>& directories,
                                        const MergedTree& tree) {
  if (name.find('/') != std::string_view::npos) return find_file_at(tree, name);
  for (const std::string& directory : directories) {
    auto file = find_file_at(tree, fmt::format("{}/{}", directory, name));
    if (file) return file;
  }
  return std::nullopt;
}

}  // namespace

std::string encode_linking(const ElfLinking& linking) {
  std::string note;
  const auto line = [&](std::string_view mark, std::string_view text) {
    if (text.empty() || !fits_a_line(text)) return;
    note += mark;
    note += text;
    note += '\n';
  };
  line(interpreter_mark, linking.interpreter);
  for (const std::string& name : linking.needed) line(needed_mark, name);
  for (const std::string& directory : linking.runpath) line(runpath_mark, directory);
  return note;
}

ElfLinking decode_linking(std::string_view note) {
  ElfLinking linking;
  for (const std::string& line : split(note, '\n')) {
    const std::string_view text = line;
    if (text.starts_with(interpreter_mark)) {
      linking.interpreter = text.substr(interpreter_mark.size());
    } else if (text.starts_with(needed_mark)) {
      linking.needed.emplace_back(text.substr(needed_mark.size()));
    } else if (text.starts_with(runpath_mark)) {
      linking.runpath.emplace_back(text.substr(runpath_mark.size()));
    }
  }
  return linking;
}

std::vector<std::string> needed_files(const ElfLinking& linking, std::string_view path,
                                      const MergedTree& tree) {
  std::vector<std::string> files;
  const std::vector<std::string> directories = search_path(linking, path);
  const auto look_for = [&](const std::string& name) {
    auto file = find_library(name, directories, tree);
    if (file) files.push_back(std::move(*file));
  };
  for (const std::string& name : linking.needed) look_for(name);
  if (linking.interpreter.starts_with('/')) look_for(linking.interpreter);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace lade::sbom
