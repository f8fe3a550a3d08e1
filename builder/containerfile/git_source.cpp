// Two spellings: a URL, or user@host:path as scp(1) has it. A URL over http is a repository only if
// its path ends with .git, since anything else may be a document. What follows the name, the query
// and the fragment, is meant for the builder and never sent. A ref is held to the rules of
// git-check-ref-format(1): nothing that passes is taken by git for an option, a pattern or a
// revision expression.
#include "builder/containerfile/git_source.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::containerfile {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || more.find(c) != std::string_view::npos;
  });
}

struct Parts {
  std::string_view remote;
  std::string_view query;
  std::string_view fragment;
};

Parts take_apart(std::string_view text) {
  Parts parts;
  const auto hash = text.find('#');
  if (hash != std::string_view::npos) parts.fragment = text.substr(hash + 1);
  text = text.substr(0, hash);
  const auto mark = text.find('?');
  if (mark != std::string_view::npos) parts.query = text.substr(mark + 1);
  parts.remote = text.substr(0, mark);
  return parts;
}

bool is_repository_url(std::string_view remote, std::size_t scheme_end) {
  const std::string scheme = to_lower(remote.substr(0, scheme_end));
  const std::string_view rest = remote.substr(scheme_end + 3);
  const auto slash = rest.find('/');
  if (slash == 0 || slash == std::string_view::npos) return false;
  if (scheme == "http" || scheme == "https") return rest.substr(slash).ends_with(".git");
  return scheme == "ssh" || scheme == "git";
}

bool is_scp_name(std::string_view remote) {
  const auto at = remote.find('@');
  if (at == std::string_view::npos) return false;
  const auto colon = remote.find(':', at);
  if (colon == std::string_view::npos || colon + 1 == remote.size()) return false;
  const std::string_view host = remote.substr(at + 1, colon - at - 1);
  return consists_of(remote.substr(0, at), "-_") && remote[0] != '-' && consists_of(host, "-.") &&
         host[0] != '-';
}

std::string decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1) {
        fail(ErrorKind::invalid, "\"{}\" has a % that no two hex digits follow", printable(text));
      }
      decoded += static_cast<char>(byte->front());
      i += 2;
    } else {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

bool parse_bool(std::string_view key, const std::string& value) {
  static constexpr std::array<std::string_view, 7> yes = {"",     "1",    "t",   "T",
                                                          "true", "TRUE", "True"};
  static constexpr std::array<std::string_view, 6> no = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(yes.begin(), yes.end(), value) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), value) != no.end()) return false;
  fail(ErrorKind::invalid, "{}={}: wanted true or false", key, printable(value));
}

/// One value from several places, which must agree.
void set(std::string& field, std::string_view what, const std::string& value) {
  if (!field.empty() && field != value) {
    fail(ErrorKind::invalid, "two values of {}: \"{}\" and \"{}\"", what, printable(field),
         printable(value));
  }
  field = value;
}

std::string with_prefix(std::string_view prefix, const std::string& name) {
  return name.starts_with(prefix) ? name : std::string(prefix) + name;
}

void read_query(GitSource& source, std::string_view query) {
  std::map<std::string, std::string> values;
  for (const std::string& field : split(query, '&')) {
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const std::string key = decode(std::string_view(field).substr(0, equals), true);
    std::string value;
    if (equals != std::string::npos) {
      value = decode(std::string_view(field).substr(equals + 1), true);
    }
    if (value.empty() && key != "keep-git-dir" && key != "submodules") {
      fail(ErrorKind::invalid, "{} in the query has no value", printable(key));
    }
    if (!values.emplace(key, value).second) {
      fail(ErrorKind::invalid, "{} is in the query twice", printable(key));
    }
  }
  if (values.contains("tag") && values.contains("branch")) {
    fail(ErrorKind::invalid, "the query names a tag and a branch");
  }
  for (const auto& [key, value] : values) {
    if (key == "ref") {
      set(source.ref, "the ref", value);
    } else if (key == "subdir") {
      set(source.subdir, "the subdirectory", value);
    } else if (key == "checksum" || key == "commit") {
      set(source.checksum, "the checksum", parse_commit_checksum(value));
    } else if (key == "keep-git-dir") {
      source.keep_git_dir = parse_bool(key, value);
    } else if (key == "submodules") {
      source.submodules = parse_bool(key, value);
    } else if (key != "tag" && key != "branch") {
      fail(ErrorKind::invalid,
           "the query has an unknown \"{}\", wanted ref, branch, tag, subdir, checksum, "
           "keep-git-dir, submodules",
           printable(key));
    }
  }
  if (const auto tag = values.find("tag"); tag != values.end()) {
    set(source.ref, "the ref", with_prefix("refs/tags/", tag->second));
  }
  if (const auto branch = values.find("branch"); branch != values.end()) {
    set(source.ref, "the ref", with_prefix("refs/heads/", branch->second));
  }
}

void check_ref(const std::string& ref) {
  if (ref.empty()) return;
  bool good = ref[0] != '-' && ref.find("..") == std::string::npos &&
              ref.find("@{") == std::string::npos && ref != "@" && !ref.ends_with('.');
  for (const char c : ref) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') good = false;
    if (std::string_view("~^:?*[\\").find(c) != std::string_view::npos) good = false;
  }
  for (const std::string& part : split(ref, '/')) {
    if (part.empty() || part[0] == '.' || part.ends_with(".lock")) good = false;
  }
  if (!good) fail(ErrorKind::invalid, "\"{}\" cannot be the name of a git ref", printable(ref));
}

std::string clean_subdir(std::string_view subdir) {
  std::vector<std::string> parts;
  for (std::string& part : split(subdir, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.find('\0') != std::string::npos) {
      fail(ErrorKind::invalid, "the subdirectory \"{}\" leads out of the repository",
           printable(subdir));
    }
    parts.push_back(std::move(part));
  }
  return join(parts, "/");
}

}  // namespace

std::string parse_commit_checksum(std::string_view text) {
  std::string lower = to_lower(text);
  const bool hex = std::all_of(lower.begin(), lower.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (!hex || lower.size() < 7 || lower.size() > 64) {
    fail(ErrorKind::invalid, "the checksum \"{}\" is no commit id: wanted 7 to 64 hex digits",
         printable(text));
  }
  return lower;
}

std::optional<GitSource> find_git_source(std::string_view text) {
  if (text.starts_with("./") || text.starts_with("../")) return std::nullopt;
  const Parts parts = take_apart(text);
  const auto scheme = parts.remote.find("://");
  const bool is_url =
      scheme != std::string_view::npos && consists_of(parts.remote.substr(0, scheme), "");
  const bool known = is_url ? is_repository_url(parts.remote, scheme) : is_scp_name(parts.remote);
  if (!known) return std::nullopt;
  GitSource source;
  source.remote = std::string(parts.remote);
  try {
    const std::string fragment = decode(parts.fragment, false);
    const auto colon = fragment.find(':');
    source.ref = fragment.substr(0, colon);
    if (colon != std::string::npos) source.subdir = fragment.substr(colon + 1);
    read_query(source, parts.query);
    const bool whole = source.checksum.size() == 40 || source.checksum.size() == 64;
    if (source.ref.empty() && whole) source.ref = source.checksum;
    check_ref(source.ref);
    source.subdir = clean_subdir(source.subdir);
  } catch (Error& error) {
    error.add_context(printable(without_userinfo(parts.remote)));
    throw;
  }
  return source;
}

}  // namespace lade::containerfile
