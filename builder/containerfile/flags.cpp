#include "builder/containerfile/flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "builder/containerfile/runes.h"
#include "builder/containerfile/suggestion.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

std::string unknown_flag(const Request& request, std::span<const FlagSpec> specs,
                         std::string_view name) {
  std::vector<std::string_view> names;
  for (const FlagSpec& spec : specs) names.push_back(spec.name);
  std::string hint = suggestion(name, names);
  const std::size_t quoted = hint.find('"');
  if (quoted != std::string::npos) hint.insert(quoted + 1, "--");
  return fmt::format("{} has no flag {}{}", request.name, quote("--" + std::string(name)), hint);
}

}  // namespace

Flags::Flags(const Request& request, std::span<const FlagSpec> specs) {
  for (const Word& flag : request.node.flags) add(request, specs, flag);
}

void Flags::add(const Request& request, std::span<const FlagSpec> specs, const Word& flag) {
  const std::string_view text = std::string_view(flag.text).substr(2);
  const std::size_t equals = text.find('=');
  const std::string name(text.substr(0, equals));
  const auto spec = std::find_if(specs.begin(), specs.end(),
                                 [&](const FlagSpec& candidate) { return candidate.name == name; });
  if (spec == specs.end()) request.fail_at(flag.offset, unknown_flag(request, specs, name));
  std::vector<Word>& values = values_[name];
  if (!values.empty() && spec->kind != FlagKind::list) {
    request.fail_at(flag.offset, fmt::format("flag \"--{}\" is given twice", name));
  }
  std::string value(equals == text.npos ? "" : text.substr(equals + 1));
  if (spec->kind == FlagKind::boolean) {
    value = equals == text.npos ? "true" : to_lower(value);
    if (value != "true" && value != "false") {
      request.fail_at(flag.offset, fmt::format("flag \"--{}\" is {}, want true or false", name,
                                               quote(text.substr(equals + 1))));
    }
  } else if (equals == text.npos) {
    request.fail_at(flag.offset, fmt::format("flag \"--{}\" needs a value: --{}=…", name, name));
  }
  values.push_back({std::move(value), flag.offset});
}

std::string Flags::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second.front().text;
}

std::optional<bool> Flags::boolean(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.front().text == "true";
}

std::vector<Word> Flags::list(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<Word>{} : found->second;
}

void refuse_flags(const Request& request) { Flags(request, {}); }

}  // namespace lade::containerfile
