#include "libimage/transport/dir_files.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::string_view manifest_name = "manifest.json";

bool is_blob_name(std::string_view name) {
  if (name.starts_with("sha512-")) name.remove_prefix(7);
  return (name.size() == 64 || name.size() == 128) && is_hex(name);
}

bool is_image_file(std::string_view name) {
  if (name == manifest_name || name == dir_referrers_name || name == "version" ||
      name.starts_with("signature-")) {
    return true;
  }
  const auto dot = name.find('.');
  if (!is_blob_name(name.substr(0, dot))) return false;
  if (dot == std::string_view::npos) return true;
  const std::string_view rest = name.substr(dot);
  return rest == ".manifest.json" || rest.starts_with(".signature-");
}

}  // namespace

bool is_dir_image(const std::string& path) {
  const auto version = find_file(join_path(path, "version"), 4096);
  return version && version->starts_with("Directory Transport Version: 1.");
}

std::set<std::string> names_in(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) fail_errno("cannot list {}", path);
  std::set<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) fail_errno("cannot list {}", path);
      break;
    }
    names.insert(static_cast<const char*>(entry->d_name));
  }
  names.erase(".");
  names.erase("..");
  return names;
}

std::set<std::string> dir_image_files(const std::string& path) {
  std::set<std::string> names = names_in(path);
  std::erase_if(names, [](const std::string& name) { return !is_image_file(name); });
  return names;
}

void remove_dir_image_files(const std::string& path) {
  const auto remove = [&](const std::string& name) {
    const std::string file = join_path(path, name);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) fail_errno("cannot remove {}", file);
  };
  remove(std::string(manifest_name));
  for (const std::string& name : dir_image_files(path)) {
    // the mark goes last, so that a removal that was interrupted can be repeated
    if (name != "version") remove(name);
  }
  remove("version");
}

}  // namespace lade
