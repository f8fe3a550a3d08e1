// Builders write what they did in their own ways. Docker's classic builder has "/bin/sh -c #(nop)
// ENV A=b" for what runs nothing, "/bin/sh -c apt-get …" for RUN and "|1 A=b /bin/sh -c …" for RUN
// with build arguments; BuildKit and Lade have "ENV A=b" and "RUN |1 A=b /bin/sh -c apt-get … #
// buildkit"; others have the bare command.
#include "sbom/audit/image_history.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::size_t step_limit_bytes = 64U << 10U;
constexpr std::string_view nop = "#(nop)";
constexpr std::string_view shell = "/bin/sh -c ";
constexpr std::array<std::string_view, 18> keywords = {
    "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR"};

/// The keyword a text begins with, which is taken off; empty if there is none.
std::string take_keyword(std::string_view& text) {
  const auto end = text.find_first_of(" \t");
  std::string word(text.substr(0, end));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (std::find(keywords.begin(), keywords.end(), word) == keywords.end()) return {};
  text = end == std::string_view::npos ? std::string_view() : trim(text.substr(end));
  return word;
}

/// "|1 A=b /bin/sh -c …": how many build arguments follow, and where the shell begins.
void take_build_values(HistoryStep& step, std::string_view& text) {
  if (!text.starts_with('|')) return;
  const auto space = text.find(' ');
  const auto begin = text.find(shell);
  if (begin == std::string_view::npos || space >= begin) return;
  step.build_values = std::string(trim(text.substr(space, begin - space)));
  text = text.substr(begin);
}

HistoryStep step_of(const HistoryEntry& entry) {
  std::string_view text = trim(std::string_view(entry.created_by).substr(0, step_limit_bytes));
  HistoryStep step;
  if (const auto at = text.find(nop); at <= shell.size()) {
    text = trim(text.substr(at + nop.size()));
  }
  step.keyword = take_keyword(text);
  if (step.keyword.empty()) step.keyword = "RUN";
  if (step.keyword == "RUN") {
    take_build_values(step, text);
    if (text.starts_with(shell)) text.remove_prefix(shell.size());
    if (text.ends_with("# buildkit")) text = trim(text.substr(0, text.size() - 10));
  }
  step.text = std::string(text);
  return step;
}

}  // namespace

std::vector<HistoryStep> read_history(const ImageConfig& config) {
  std::vector<HistoryStep> steps;
  std::size_t layer = 0;
  for (const HistoryEntry& entry : config.history) {
    HistoryStep step = step_of(entry);
    step.cause.instruction = entry.created_by.substr(0, step_limit_bytes);
    if (!entry.empty_layer) step.cause.layer = layer++;
    steps.push_back(std::move(step));
  }
  return steps;
}

AuditCause cause_of_layer(const ImageConfig& config, std::size_t layer) {
  AuditCause cause{.layer = layer};
  std::size_t at = 0;
  for (const HistoryEntry& entry : config.history) {
    if (entry.empty_layer || at++ != layer) continue;
    cause.instruction = entry.created_by.substr(0, step_limit_bytes);
    break;
  }
  return cause;
}

AuditCause cause_of_instruction(const ImageConfig& config, std::string_view keyword,
                                std::string_view text) {
  AuditCause cause;
  for (HistoryStep& step : read_history(config)) {
    const bool is_it = step.keyword == keyword && step.text.find(text) != std::string::npos;
    if (is_it) cause = std::move(step.cause);
  }
  return cause;
}

}  // namespace lade::sbom
