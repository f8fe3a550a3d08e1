#include "builder/sandbox/network_files.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

void require_word(const std::string& word, std::string_view what) {
  const bool bad =
      std::any_of(word.begin(), word.end(), [](char c) { return c <= ' ' || c == '#'; });
  if (word.empty() || bad) {
    fail(ErrorKind::invalid, "{} \"{}\" must be one word", what, printable(word));
  }
}

/// Replaces the lines that start with `keyword`.
struct Replacement {
  std::string_view keyword;
  const std::vector<std::string>& values;
  bool one_line;
};

}  // namespace

std::string hosts_file(const RunSpec& spec, std::string_view host_text) {
  std::string text;
  for (const HostEntry& entry : spec.hosts) {
    require_word(entry.address, "the address of an added host");
    require_word(entry.name, "the name of an added host");
    text += fmt::format("{}\t{}\n", entry.address, entry.name);
  }
  if (spec.network == Network::host && !host_text.empty()) {
    text += host_text;
    if (!text.ends_with('\n')) text += '\n';
  } else {
    text += "127.0.0.1\tlocalhost\n::1\tlocalhost\n";
  }
  if (!spec.hostname.empty()) text += fmt::format("127.0.0.1\t{}\n", spec.hostname);
  return text;
}

std::string resolv_conf(const RunSpec& spec, std::string_view host_text) {
  const Dns& dns = spec.dns;
  const Replacement replacements[] = {{"search", dns.searches, true},
                                      {"nameserver", dns.servers, false},
                                      {"options", dns.options, true}};
  std::string text;
  for (const auto& [keyword, values, one_line] : replacements) {
    if (values.empty()) continue;
    for (const std::string& value : values) require_word(value, fmt::format("dns {}", keyword));
    if (one_line) {
      text += fmt::format("{} {}\n", keyword, join(values, " "));
    } else {
      for (const std::string& value : values) text += fmt::format("{} {}\n", keyword, value);
    }
  }
  if (spec.network == Network::none) return text;
  for (const std::string& line : split(host_text, '\n')) {
    const std::string_view content = trim(line);
    if (content.empty()) continue;
    const std::string_view word = content.substr(0, content.find_first_of(" \t"));
    const bool replaced = std::any_of(
        std::begin(replacements), std::end(replacements), [&](const Replacement& replacement) {
          const bool is_search = replacement.keyword == "search" && word == "domain";
          return !replacement.values.empty() && (word == replacement.keyword || is_search);
        });
    if (!replaced) text += fmt::format("{}\n", content);
  }
  return text;
}

}  // namespace lade::builder
