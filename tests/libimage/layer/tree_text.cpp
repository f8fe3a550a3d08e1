#include "tests/libimage/layer/tree_text.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

std::string line(std::string_view path, char type, unsigned mode, unsigned uid, unsigned gid,
                 std::int64_t seconds, const std::string& rest) {
  const std::string shown_mode = type == 'l' ? "-" : fmt::format("{:o}", mode);
  const std::string owner = ::geteuid() == 0 ? fmt::format("{}:{}", uid, gid) : "-";
  return fmt::format("{} {} {} {} {} {}\n", path.empty() ? "/" : path, type, shown_mode, owner,
                     seconds, rest);
}

std::string xattrs_of(const std::string& path) {
  char names[4096];
  const ssize_t size = ::llistxattr(path.c_str(), names, sizeof names);
  std::map<std::string, std::string> found;
  for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(std::string(names + at).size()) + 1) {
    const std::string name = names + at;
    if (!name.starts_with("user.")) continue;
    char value[256];
    const ssize_t bytes = ::lgetxattr(path.c_str(), name.c_str(), value, sizeof value);
    found[name] = std::string(value, static_cast<std::size_t>(bytes));
  }
  std::string text;
  for (const auto& [name, value] : found) text += name + "=" + value + " ";
  return text;
}

}  // namespace

ApplyOptions options_of_caller(ApplyOptions options) {
  if (::geteuid() != 0 && options.ownership == ApplyOptions::Ownership::set) {
    options.ownership = ApplyOptions::Ownership::ignore;
  }
  return options;
}

std::string text_of_directory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths{""};
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    paths.push_back(entry.path().string().substr(directory.size() + 1));
  }
  std::sort(paths.begin(), paths.end(), path_less);
  std::string text;
  for (const std::string& path : paths) {
    const std::string full = directory + "/" + path;
    struct stat status {};
    ::lstat(full.c_str(), &status);
    std::string rest = xattrs_of(full);
    char type = '?';
    if (S_ISREG(status.st_mode)) {
      type = 'f';
      rest += digest_of(read_file(full, 1U << 30U)).short_hex();
    } else if (S_ISDIR(status.st_mode)) {
      type = 'd';
    } else if (S_ISLNK(status.st_mode)) {
      type = 'l';
      rest += fs::read_symlink(full).string();
    } else if (S_ISFIFO(status.st_mode)) {
      type = 'p';
    } else if (S_ISCHR(status.st_mode)) {
      type = 'c';
    }
    text += line(path, type, status.st_mode & 07777, status.st_uid, status.st_gid,
                 status.st_mtim.tv_sec, rest);
  }
  return text;
}

std::string text_of_tree(const MergedTree& tree) {
  std::string text;
  const auto show = [&](const TreeEntry& shown) {
    const TreeEntry entry = tree.content_of(shown);
    std::string rest;
    for (const auto& [name, value] : entry.entry.xattrs()) rest += name + "=" + value + " ";
    const char type = "fdlhcbp"[static_cast<int>(entry.entry.type)];
    if (type == 'f') {
      rest += Digest::of_hash(HashAlgorithm::sha256, entry.entry.content_hash).short_hex();
    }
    if (type == 'l') rest += entry.entry.link_target;
    text += line(shown.entry.path, type, entry.entry.mode, entry.entry.uid, entry.entry.gid,
                 entry.entry.mtime.seconds, rest);
    return true;
  };
  show(*tree.find(""));
  tree.walk("", show);
  return text;
}

MergedTree tree_of(const std::vector<TarBuilder>& layers) {
  MergedTree tree;
  for (const TarBuilder& layer : layers) {
    StringSource source(layer.bytes());
    tree = tree.with_layer(index_layer(source, "test.tar"));
  }
  return tree;
}

}  // namespace lade
