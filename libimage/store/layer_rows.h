#pragma once

#include <optional>
#include <vector>

#include "libimage/store/database.h"
#include "libimage/store/store.h"

namespace lade {

// Rows: facts about layer blobs, which need not be in the store.

/// What is not given stays as it was.
void remember_layer(Database& database, const Descriptor& blob, const Digest& diff_id,
                    std::optional<std::uint64_t> tar_bytes, const std::vector<Frame>& frames);
std::optional<Digest> find_diff_id(Database& database, const Digest& blob);
std::vector<Descriptor> find_layer_blobs(Database& database, const Digest& diff_id);
/// Only of layers that were written or indexed here.
std::optional<LayerFacts> find_layer_facts(Database& database, const Digest& blob);
/// Empty if none are known.
std::vector<Frame> find_frames(Database& database, const Digest& blob);
void forget_layer(Database& database, const Digest& blob);

}  // namespace lade
