#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "builder/containerfile/readers.h"
#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

std::optional<Heredoc> heredoc_in(const Request& request, const Word& word) {
  if (request.node.json) return std::nullopt;
  try {
    return find_heredoc(word.text);
  } catch (const Error& error) {
    request.fail_at(word.offset, error.message());
  }
}

InlineFile read_file(const Request& request, const Heredoc& start) {
  InlineFile file{start.name, "", start.expand};
  // of several heredocs with one name the last counts
  for (const Heredoc& heredoc : request.node.heredocs) {
    if (heredoc.name == start.name) file.text = heredoc.text();
  }
  return file;
}

void read_transfer(const Request& request, const Flags& flags, Transfer& transfer) {
  const std::vector<Word>& words = request.node.arguments;
  if (words.size() < 2) {
    request.fail_here(
        fmt::format("{} needs a source and a destination, got {}", request.name,
                    words.empty() ? "neither" : quote(words.front().text) + " alone"));
  }
  if (heredoc_in(request, words.back())) {
    request.fail_at(words.back().offset,
                    fmt::format("a heredoc cannot be the destination of {}", request.name));
  }
  transfer.destination = words.back().text;
  for (auto word = words.begin(); word + 1 != words.end(); ++word) {
    if (const auto heredoc = heredoc_in(request, *word)) {
      transfer.files.push_back(read_file(request, *heredoc));
    } else {
      transfer.sources.push_back(word->text);
    }
  }
  transfer.chown = flags.text("chown");
  transfer.chmod = flags.text("chmod");
  transfer.link = flags.boolean("link").value_or(false);
  for (const Word& pattern : flags.list("exclude")) transfer.exclude.push_back(pattern.text);
}

}  // namespace

Copy read_copy(const Request& request) {
  constexpr FlagSpec specs[] = {{"from", FlagKind::text},       {"chown", FlagKind::text},
                                {"chmod", FlagKind::text},      {"link", FlagKind::boolean},
                                {"parents", FlagKind::boolean}, {"exclude", FlagKind::list}};
  const Flags flags(request, specs);
  Copy copy;
  read_transfer(request, flags, copy);
  copy.from = flags.text("from");
  copy.parents = flags.boolean("parents").value_or(false);
  return copy;
}

Add read_add(const Request& request) {
  constexpr FlagSpec specs[] = {{"keep-git-dir", FlagKind::boolean}, {"checksum", FlagKind::text},
                                {"chown", FlagKind::text},           {"chmod", FlagKind::text},
                                {"link", FlagKind::boolean},         {"unpack", FlagKind::boolean},
                                {"exclude", FlagKind::list}};
  const Flags flags(request, specs);
  Add add;
  read_transfer(request, flags, add);
  add.keep_git_dir = flags.boolean("keep-git-dir");
  add.checksum = flags.text("checksum");
  add.unpack = flags.boolean("unpack");
  return add;
}

}  // namespace lade::containerfile
