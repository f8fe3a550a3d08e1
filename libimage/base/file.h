#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade {

/// The whole file as text; `limit_bytes` bounds what is read (`invalid` beyond it).
std::string read_file(const std::string& path, std::uint64_t limit_bytes);
/// As above, nothing if there is no such file.
std::optional<std::string> find_file(const std::string& path, std::uint64_t limit_bytes);
/// Everything that descriptor `number` still gives, bounded likewise; `name` is for the message.
std::string read_all(int number, const std::string& name, std::uint64_t limit_bytes);

/// Replaces `path` by `text`: written beside it, fsynced, renamed. A reader sees old or new, whole.
void write_file_atomic(const std::string& path, std::string_view text, unsigned mode = 0644);

/// mkdir -p; directories made get `mode`.
void make_directories(const std::string& path, unsigned mode = 0755);
/// Removes a tree without following symlinks; absence is fine. Directories that their owner cannot
/// enter are made accessible first.
void remove_tree(const std::string& path);
/// As above, for what has this name (one component, no path) in an open directory.
void remove_tree_at(int directory, const std::string& name);
/// fsync of a directory, so that a rename in it lasts.
void sync_directory(const std::string& path);
/// The names in a directory but "." and "..", sorted.
std::vector<std::string> list_names(const std::string& directory);
/// As above, none if there is no such directory.
std::vector<std::string> find_names(const std::string& directory);
bool file_exists(const std::string& path);
/// a + "/" + b, without doubling the slash; `b` if it is absolute.
std::string join_path(std::string_view a, std::string_view b);

}  // namespace lade
