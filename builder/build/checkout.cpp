#include "builder/build/checkout.h"

#include <string_view>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::builder {
namespace {

constexpr std::size_t small_limit_bytes = 4096;
constexpr std::size_t config_limit_bytes = 1U << 20U;
/// Repositories with a hundred thousand refs exist; larger lists are not searched.
constexpr std::size_t packed_limit_bytes = 64U << 20U;

std::optional<std::string> read_line(const std::string& path) {
  const auto text = find_file(path, small_limit_bytes);
  if (!text) return std::nullopt;
  return std::string(trim(text->substr(0, text->find('\n'))));
}

std::string absolute(const std::string& base, const std::string& path) {
  return path.starts_with('/') ? path : join_path(base, path);
}

bool is_commit_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && is_hex(text);
}

/// A ref is a path in the repository; this one comes from a file, so it may not lead out.
bool is_ref(const std::string& name) {
  return name.starts_with("refs/") && name.find("..") == std::string::npos;
}

/// The directory that is the repository, of a working tree or of one that shares it.
std::optional<std::string> find_git_directory(std::string directory) {
  for (;;) {
    const std::string git = join_path(directory, ".git");
    if (file_exists(join_path(git, "HEAD"))) return git;
    if (const auto line = read_line(git); line && line->starts_with("gitdir:")) {
      return absolute(directory, std::string(trim(line->substr(7))));
    }
    const auto slash = directory.rfind('/');
    if (slash == std::string::npos || directory == "/") return std::nullopt;
    directory.resize(slash == 0 ? 1 : slash);
  }
}

std::optional<std::string> find_packed(const std::string& common, const std::string& ref) {
  const auto text = find_file(join_path(common, "packed-refs"), packed_limit_bytes);
  if (!text) return std::nullopt;
  const std::string wanted = " " + ref + "\n";
  const auto at = text->find(wanted);
  if (at == std::string::npos) return std::nullopt;
  const auto newline = text->rfind('\n', at);
  const auto begin = newline == std::string::npos ? 0 : newline + 1;
  return text->substr(begin, at - begin);
}

std::optional<std::string> find_commit(const std::string& git, const std::string& common) {
  const auto head = read_line(join_path(git, "HEAD"));
  if (!head) return std::nullopt;
  if (!head->starts_with("ref:")) return *head;
  const std::string ref(trim(head->substr(4)));
  if (!is_ref(ref)) return std::nullopt;
  for (const std::string& place : {git, common}) {
    if (auto id = read_line(join_path(place, ref))) return id;
  }
  return find_packed(common, ref);
}

/// The url of [remote "origin"] (git-config(1), "Syntax"), quotes and escapes left alone.
std::string find_remote(const std::string& common) {
  const auto text = find_file(join_path(common, "config"), config_limit_bytes);
  bool inside = false;
  for (const std::string& raw : split(text.value_or(""), '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with('[')) inside = line.starts_with("[remote \"origin\"]");
    const auto equals = line.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    if (to_lower(trim(line.substr(0, equals))) == "url") {
      return without_userinfo(trim(line.substr(equals + 1)));
    }
  }
  return {};
}

}  // namespace

std::optional<Checkout> find_checkout(const std::string& directory) {
  try {
    const auto git = find_git_directory(directory);
    if (!git) return std::nullopt;
    const auto shared = read_line(join_path(*git, "commondir"));
    const std::string common = shared ? absolute(*git, *shared) : *git;
    const auto commit = find_commit(*git, common);
    if (!commit || !is_commit_id(*commit)) return std::nullopt;
    return Checkout{*commit, find_remote(common)};
  } catch (const Error&) {
    return std::nullopt;  // unreadable, or no file: a build does not fail for what it is not about
  }
}

}  // namespace lade::builder
