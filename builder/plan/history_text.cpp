#include "builder/plan/history_text.h"

#include <fmt/format.h>

#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::builder {
namespace {

std::string transfer_text(const containerfile::Transfer& transfer) {
  std::string text;
  if (!transfer.chown.empty()) text += " --chown=" + transfer.chown;
  if (!transfer.chmod.empty()) text += " --chmod=" + transfer.chmod;
  if (transfer.link) text += " --link";
  for (const std::string& pattern : transfer.exclude) text += " --exclude=" + pattern;
  for (const std::string& source : transfer.sources)
    text += fmt::format(" {}", without_userinfo(source));
  for (const auto& file : transfer.files) text += fmt::format(" <<{}", file.name);
  return fmt::format("{} {}", text, transfer.destination);
}

}  // namespace

std::string json_list(std::span<const std::string> words) {
  Json list = Json::array();
  for (const std::string& word : words) list.push_back(word);
  return to_compact(list);
}

std::string copy_text(const containerfile::Copy& copy) {
  std::string text = "COPY";
  if (!copy.from.empty()) text += " --from=" + copy.from;
  if (copy.parents) text += " --parents";
  return text + transfer_text(copy);
}

std::string add_text(const containerfile::Add& add) {
  std::string text = "ADD";
  if (add.keep_git_dir) text += fmt::format(" --keep-git-dir={}", *add.keep_git_dir);
  if (!add.checksum.empty()) text += " --checksum=" + add.checksum;
  return text + transfer_text(add);
}

std::string run_text(std::span<const std::string> argv, std::span<const std::string> args) {
  std::string text = "RUN";
  if (!args.empty()) text += fmt::format(" |{} {}", args.size(), join(args, " "));
  return fmt::format("{} {}", text, join(argv, " "));
}

std::string pairs_text(const std::string& keyword, std::span<const containerfile::KeyValue> pairs) {
  std::string text = keyword;
  for (const auto& pair : pairs) text += fmt::format(" {}={}", pair.key, pair.value);
  return text;
}

}  // namespace lade::builder
