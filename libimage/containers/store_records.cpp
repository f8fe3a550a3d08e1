#include "libimage/containers/store_records.h"

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::size_t id_limit_bytes = 128;

bool is_id_byte(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == '.';
}

/// Ids become names of files.
std::string checked_id(std::string id, const std::string& what) {
  const bool good = !id.empty() && id.size() <= id_limit_bytes && id.front() != '.' &&
                    std::all_of(id.begin(), id.end(), is_id_byte);
  if (!good) fail(ErrorKind::corrupt, "{}: \"{}\" is no id", what, printable(id));
  return id;
}

std::optional<Digest> find_digest(const Json& object, std::string_view key,
                                  const std::string& what) {
  const auto text = find_string(object, key, what);
  return text ? Digest::try_parse(*text) : std::nullopt;
}

ContainersImage parse_image(const Json& object, const std::string& what) {
  ContainersImage image{.id = checked_id(get_string(object, "id", what), what)};
  image.digest = find_digest(object, "digest", what);
  image.names = find_strings(object, "names", what);
  image.layer = find_string(object, "layer", what).value_or("");
  image.big_data = find_strings(object, "big-data-names", what);
  return image;
}

ContainersLayer parse_layer(const Json& object, const std::string& what) {
  ContainersLayer layer{.id = checked_id(get_string(object, "id", what), what)};
  layer.parent = find_string(object, "parent", what).value_or("");
  layer.diff_id = find_digest(object, "diff-digest", what);
  // -1 and 0 say that nobody knows
  const auto size = find_int(object, "diff-size", what);
  if (size && *size > 0) layer.size_bytes = static_cast<std::uint64_t>(*size);
  if (const Json* flags = find_object(object, "flags", what)) {
    layer.incomplete = find_bool(*flags, "incomplete", what).value_or(false);
  }
  return layer;
}

/// The objects of a list, each with what it is called in errors.
template <class Use>
void for_each_record(std::string_view text, std::string_view what, Use use) {
  const Json document = parse_json(text, what);
  if (document.is_null()) return;
  if (!document.is_array()) fail(ErrorKind::invalid, "{} is not a JSON array", what);
  std::size_t number = 0;
  for (const Json& object : document) {
    const std::string where = fmt::format("{}, entry {}", what, number++);
    if (!object.is_object()) fail(ErrorKind::invalid, "{} is not a JSON object", where);
    use(object, where);
  }
}

}  // namespace

bool ContainersImage::has(std::string_view big_data_name) const {
  return std::find(big_data.begin(), big_data.end(), big_data_name) != big_data.end();
}

std::vector<ContainersImage> parse_containers_images(std::string_view text, std::string_view what) {
  std::vector<ContainersImage> images;
  for_each_record(text, what, [&](const Json& object, const std::string& where) {
    images.push_back(parse_image(object, where));
  });
  return images;
}

std::map<std::string, ContainersLayer> parse_containers_layers(std::string_view text,
                                                               std::string_view what) {
  std::map<std::string, ContainersLayer> layers;
  for_each_record(text, what, [&](const Json& object, const std::string& where) {
    ContainersLayer layer = parse_layer(object, where);
    const std::string id = layer.id;
    if (!layers.emplace(id, std::move(layer)).second) {
      fail(ErrorKind::corrupt, "{}: layer {} is there twice", where, id);
    }
  });
  return layers;
}

std::string big_data_file_name(std::string_view big_data_name) {
  const bool plain = std::all_of(big_data_name.begin(), big_data_name.end(), [](char byte) {
    return byte == '.' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
  });
  return plain ? std::string(big_data_name) : "=" + to_base64(big_data_name);
}

}  // namespace lade
