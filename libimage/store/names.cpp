#include "libimage/store/names.h"

#include "libimage/store/manifests.h"

namespace lade {
namespace {

NamedImage image_at(const Statement& row) {
  return {Reference::parse(row.text(0)),
          descriptor_at(row, 1),
          {row.number(4), static_cast<std::int32_t>(row.number(5))}};
}

}  // namespace

std::vector<NamedImage> list_names(Database& database) {
  Statement row = database.query(
      "SELECT name, media_type, digest, size, updated, updated_ns FROM names ORDER BY name");
  std::vector<NamedImage> names;
  while (row.next()) names.push_back(image_at(row));
  return names;
}

std::optional<NamedImage> find_name(Database& database, const Reference& name) {
  Statement row = database.query(
      "SELECT name, media_type, digest, size, updated, updated_ns FROM names WHERE name = ?",
      name.or_latest().str());
  if (!row.next()) return std::nullopt;
  return image_at(row);
}

std::optional<NamedImage> find_name_of(Database& database, const Digest& target) {
  Statement row = database.query(
      "SELECT name, media_type, digest, size, updated, updated_ns FROM names WHERE digest = ? "
      "ORDER BY name LIMIT 1",
      target.str());
  if (!row.next()) return std::nullopt;
  return image_at(row);
}

std::vector<NamedImage> list_tags(Database& database, const Reference& repository) {
  // a name goes on after its repository with ':' or '@', and with nothing else up to 'A'
  const std::string name = repository.name();
  Statement row = database.query(
      "SELECT name, media_type, digest, size, updated, updated_ns FROM names "
      "WHERE name >= ? AND name < ? ORDER BY name",
      name + ":", name + "A");
  std::vector<NamedImage> tags;
  while (row.next()) tags.push_back(image_at(row));
  return tags;
}

std::optional<Descriptor> set_name(Database& database, const Reference& name,
                                   const Descriptor& target, Timestamp now) {
  const auto former = find_name(database, name);
  database.run("INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?, ?, ?)", name.or_latest().str(),
               target.media_type, target.digest.str(), static_cast<std::int64_t>(target.size_bytes),
               now.seconds, static_cast<std::int64_t>(now.nanoseconds));
  drop_unnamed(database, target.digest);
  if (!former) return std::nullopt;
  return former->target;
}

bool remove_name(Database& database, const Reference& name) {
  return database.run("DELETE FROM names WHERE name = ?", name.or_latest().str()) > 0;
}

void keep_unnamed(Database& database, const Descriptor& target) {
  database.run("INSERT OR REPLACE INTO unnamed VALUES (?, ?, ?)", target.digest.str(),
               target.media_type, static_cast<std::int64_t>(target.size_bytes));
}

std::vector<Descriptor> list_unnamed(Database& database) {
  Statement row = database.query("SELECT media_type, digest, size FROM unnamed ORDER BY digest");
  std::vector<Descriptor> found;
  while (row.next()) found.push_back(descriptor_at(row, 0));
  return found;
}

bool drop_unnamed(Database& database, const Digest& target) {
  return database.run("DELETE FROM unnamed WHERE digest = ?", target.str()) > 0;
}

}  // namespace lade
