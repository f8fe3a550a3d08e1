#include "libimage/store/manifests.h"

#include <set>

#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

ManifestParts parts_of_index(const RawManifest& raw, const std::string& what) {
  Index index = parse_index(raw.bytes, raw.media_type, what);
  return {.manifests = std::move(index.manifests), .subject = std::move(index.subject)};
}

ManifestParts parts_of_manifest(const RawManifest& raw, const std::string& what) {
  Manifest manifest = parse_manifest(raw.bytes, raw.media_type, what);
  ManifestParts parts{.subject = std::move(manifest.subject)};
  if (media_type::is_config(manifest.config.media_type)) parts.image_id = manifest.config.digest;
  parts.blobs.push_back(std::move(manifest.config));
  for (Descriptor& layer : manifest.layers) {
    if (!media_type::is_foreign_layer(layer.media_type)) parts.blobs.push_back(std::move(layer));
  }
  return parts;
}

}  // namespace

bool is_manifest_or_index(std::string_view type) {
  return media_type::is_manifest(type) || media_type::is_index(type);
}

ManifestParts parts_of(const RawManifest& manifest) {
  const std::string what = "manifest " + manifest.digest.str();
  return media_type::is_index(manifest.media_type) ? parts_of_index(manifest, what)
                                                   : parts_of_manifest(manifest, what);
}

RawManifest read_manifest(const BlobDir& blobs, const Descriptor& descriptor) {
  return {blobs.read(descriptor.digest, manifest_limit_bytes), descriptor.media_type,
          descriptor.digest};
}

std::vector<Digest> find_missing(const BlobDir& blobs, const Descriptor& top) {
  if (!blobs.has(top.digest)) return {top.digest};
  std::vector<Digest> missing;
  std::vector<Descriptor> waiting{top};
  std::set<Digest> seen{top.digest};
  while (!waiting.empty()) {
    const ManifestParts parts = parts_of(read_manifest(blobs, waiting.back()));
    waiting.pop_back();
    for (const Descriptor& blob : parts.blobs) {
      if (!blob.data && !blobs.has(blob.digest) && seen.insert(blob.digest).second) {
        missing.push_back(blob.digest);
      }
    }
    for (const Descriptor& instance : parts.manifests) {
      if (is_manifest_or_index(instance.media_type) && blobs.has(instance.digest) &&
          seen.insert(instance.digest).second) {
        waiting.push_back(instance);
      }
    }
  }
  return missing;
}

Descriptor descriptor_at(const Statement& row, int first) {
  return {row.text(first), Digest::parse(row.text(first + 1)),
          static_cast<std::uint64_t>(row.number(first + 2))};
}

void remember_manifest(Database& database, const Descriptor& manifest, const ManifestParts& parts) {
  const auto text_of = [](const auto& digest) -> std::optional<std::string> {
    return digest ? std::optional(digest->str()) : std::nullopt;
  };
  std::optional<Digest> subject;
  if (parts.subject) subject = parts.subject->digest;
  database.run("INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?)", manifest.digest.str(),
               manifest.media_type, static_cast<std::int64_t>(manifest.size_bytes),
               text_of(parts.image_id), text_of(subject));
}

std::optional<Descriptor> find_manifest(Database& database, const Digest& digest) {
  Statement row = database.query("SELECT media_type, digest, size FROM manifests WHERE digest = ?",
                                 digest.str());
  if (!row.next()) return std::nullopt;
  return descriptor_at(row, 0);
}

std::optional<Digest> find_image_id(Database& database, const Digest& manifest) {
  Statement row = database.query("SELECT image_id FROM manifests WHERE digest = ?", manifest.str());
  if (!row.next() || row.is_null(0)) return std::nullopt;
  return Digest::parse(row.text(0));
}

std::vector<Descriptor> find_referrers(Database& database, const Digest& subject) {
  Statement row = database.query(
      "SELECT media_type, digest, size FROM manifests WHERE subject = ? ORDER BY digest",
      subject.str());
  std::vector<Descriptor> found;
  while (row.next()) found.push_back(descriptor_at(row, 0));
  return found;
}

std::vector<Referrer> find_attached(Database& database, const Digest& subject) {
  std::vector<Referrer> found;
  Statement row = database.query(
      "SELECT media_type, digest, size, tag FROM attached WHERE subject = ? ORDER BY tag",
      subject.str());
  while (row.next()) found.push_back({descriptor_at(row, 0), row.text(3)});
  return found;
}

void attach(Database& database, const std::string& tag, const Digest& subject,
            const Descriptor& manifest) {
  database.run("INSERT OR REPLACE INTO attached VALUES (?, ?, ?, ?, ?)", tag, subject.str(),
               manifest.media_type, manifest.digest.str(),
               static_cast<std::int64_t>(manifest.size_bytes));
}

void forget_manifest(Database& database, const Digest& digest) {
  database.run("DELETE FROM attached WHERE digest = ?", digest.str());
  database.run("DELETE FROM manifests WHERE digest = ?", digest.str());
}

}  // namespace lade
