#include "libimage/store/layer_rows.h"

#include "libimage/store/frame_list.h"
#include "libimage/store/manifests.h"

namespace lade {

void remember_layer(Database& database, const Descriptor& blob, const Digest& diff_id,
                    std::optional<std::uint64_t> tar_bytes, const std::vector<Frame>& frames) {
  std::optional<std::int64_t> tar_size;
  if (tar_bytes) tar_size = static_cast<std::int64_t>(*tar_bytes);
  Statement statement = database.query(
      "INSERT INTO layers (digest, media_type, size, diff_id, tar_bytes, frames) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET "
      "media_type = excluded.media_type, size = excluded.size, diff_id = excluded.diff_id, "
      "tar_bytes = coalesce(excluded.tar_bytes, tar_bytes), "
      "frames = coalesce(excluded.frames, frames)",
      blob.digest.str(), blob.media_type, static_cast<std::int64_t>(blob.size_bytes), diff_id.str(),
      tar_size);
  frames.empty() ? statement.bind_null() : statement.bind_bytes(encode_frames(frames));
  statement.next();
}

std::optional<Digest> find_diff_id(Database& database, const Digest& blob) {
  Statement row = database.query("SELECT diff_id FROM layers WHERE digest = ?", blob.str());
  if (!row.next()) return std::nullopt;
  return Digest::parse(row.text(0));
}

std::vector<Descriptor> find_layer_blobs(Database& database, const Digest& diff_id) {
  Statement row = database.query(
      "SELECT media_type, digest, size FROM layers WHERE diff_id = ? ORDER BY digest",
      diff_id.str());
  std::vector<Descriptor> blobs;
  while (row.next()) blobs.push_back(descriptor_at(row, 0));
  return blobs;
}

std::optional<LayerFacts> find_layer_facts(Database& database, const Digest& blob) {
  Statement row =
      database.query("SELECT diff_id, tar_bytes FROM layers WHERE digest = ?", blob.str());
  if (!row.next() || row.is_null(1)) return std::nullopt;
  return LayerFacts{Digest::parse(row.text(0)), static_cast<std::uint64_t>(row.number(1))};
}

std::vector<Frame> find_frames(Database& database, const Digest& blob) {
  Statement row = database.query("SELECT frames FROM layers WHERE digest = ?", blob.str());
  if (!row.next()) return {};
  return decode_frames(row.text(0));
}

void forget_layer(Database& database, const Digest& blob) {
  database.run("DELETE FROM layers WHERE digest = ?", blob.str());
}

}  // namespace lade
