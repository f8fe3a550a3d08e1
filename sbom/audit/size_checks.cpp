// What the image costs whoever pulls it.
#include <map>

#include "libimage/base/text.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"
#include "sbom/audit/image_history.h"

namespace lade::sbom {
namespace {

/// Less is not worth a line.
constexpr std::uint64_t least_waste_bytes = 10'000'000;

void check_size(AuditContext& context) {
  const std::uint64_t limit = context.limits().size_bytes;
  if (limit == 0) return context.skip("the profile has no max_size_bytes");
  std::uint64_t total = 0;
  for (const Descriptor& layer : context.image().manifest.layers) total += layer.size_bytes;
  if (total > limit) {
    context.add_config("layers", fmt::format("{} as they are stored; at most {} are wanted",
                                             human_size(total), human_size(limit)));
  }
}

void check_layer_count(AuditContext& context) {
  const std::uint64_t limit = context.limits().layers;
  if (limit == 0) return context.skip("the profile has no max_layers");
  const std::size_t count = context.image().manifest.layers.size();
  if (count > limit) {
    context.add_config("layers", fmt::format("there are {}; at most {} are wanted", count, limit));
  }
}

void add_layer(AuditContext& context, std::size_t layer, std::string detail) {
  context.add({.place = fmt::format("layer {}", layer + 1),
               .detail = std::move(detail),
               .cause = cause_of_layer(context.image().config, layer)});
}

void check_empty_layers(AuditContext& context) {
  const auto& layers = context.tree().layers();
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    if (layers[layer]->size() == 0) add_layer(context, layer, "there is nothing in it");
  }
}

void check_duplicate_layers(AuditContext& context) {
  std::map<Digest, std::size_t> first;
  const auto& ids = context.image().config.diff_ids;
  for (std::size_t layer = 0; layer < ids.size(); ++layer) {
    const auto [found, is_new] = first.emplace(ids[layer], layer);
    if (!is_new) {
      add_layer(context, layer, fmt::format("it is the same as layer {}", found->second + 1));
    }
  }
}

void check_waste(AuditContext& context) {
  const TreeFacts& facts = context.tree_facts();
  if (facts.stored_bytes <= facts.visible_bytes) return;
  const std::uint64_t hidden = facts.stored_bytes - facts.visible_bytes;
  if (hidden < least_waste_bytes || hidden < facts.stored_bytes / 10) return;
  context.add_config("layers", fmt::format("{} of {} are replaced or deleted by upper layers",
                                           human_size(hidden), human_size(facts.stored_bytes)));
}

constexpr AuditCheck size_table[] = {
    {.id = "size-large",
     .family = "size",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "",
     .title = "The image is larger than the profile wants",
     .remedy = "lade ls -l tells what is large; build in one stage, ship another.",
     .run = check_size},
    {.id = "size-wasted",
     .family = "size",
     .severity = AuditSeverity::info,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "Much of what is pulled is not to be seen",
     .remedy = "Remove files in the RUN that makes them; lade build --squash.",
     .run = check_waste},
    {.id = "layer-count",
     .family = "size",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "",
     .title = "There are more layers than the profile wants",
     .remedy = "Join RUN and COPY instructions that belong together.",
     .run = check_layer_count},
    {.id = "layer-empty",
     .family = "size",
     .severity = AuditSeverity::info,
     .input = AuditInput::files,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "A layer is empty",
     .remedy = "Remove the RUN that changes nothing.",
     .run = check_empty_layers},
    {.id = "layer-duplicate",
     .family = "size",
     .severity = AuditSeverity::info,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "A layer is there twice",
     .remedy = "Remove the instruction that does it again.",
     .run = check_duplicate_layers},
};

}  // namespace

std::span<const AuditCheck> size_checks() { return size_table; }

}  // namespace lade::sbom
