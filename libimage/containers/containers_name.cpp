#include "libimage/containers/containers_name.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::size_t least_id_bytes = 3;
constexpr std::size_t id_bytes = 64;

std::string quoted(std::string_view details) {
  return fmt::format("\"containers-storage:{}\"", printable(details));
}

void require_absolute(const std::string& path, std::string_view details) {
  if (!path.starts_with('/')) {
    fail(ErrorKind::invalid, "{}: the store \"{}\" is not an absolute path", quoted(details),
         printable(path));
  }
}

/// What stands between the brackets.
ContainersPlace parse_specifier(std::string_view text, std::string_view details) {
  ContainersPlace place;
  const auto at = text.find('@');
  if (at != std::string_view::npos) {
    place.driver = std::string(text.substr(0, at));
    text.remove_prefix(at + 1);
    if (place.driver.empty()) {
      fail(ErrorKind::invalid, "{}: the driver before \"@\" is empty", quoted(details));
    }
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    add_driver_options(place, split(text.substr(colon + 1), ','));
    text = text.substr(0, colon);
  }
  const auto plus = text.find('+');
  if (plus != std::string_view::npos) {
    place.run_root = std::string(text.substr(plus + 1));
    text = text.substr(0, plus);
    require_absolute(place.run_root, details);
  }
  place.root = std::string(text);
  require_absolute(place.root, details);
  return place;
}

/// "name@digest" is a reference; what else follows "@" is an image id.
void split_off_id(ContainersName& name, std::string& rest, std::string_view details) {
  const auto at = rest.rfind('@');
  if (at == std::string::npos || Digest::try_parse(rest.substr(at + 1))) return;
  name.id = rest.substr(at + 1);
  if (name.id.size() < least_id_bytes || name.id.size() > id_bytes || !is_hex(name.id)) {
    fail(ErrorKind::invalid, "{}: wanted a digest or an image id behind \"@\", got \"{}\"",
         quoted(details), printable(name.id));
  }
  rest.resize(at);
}

}  // namespace

void add_driver_options(ContainersPlace& place, const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    const std::string_view text = trim(option);
    if (text.empty()) continue;
    place.options.emplace_back(text);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = text.substr(0, equals);
    const std::string_view name = key.substr(key.find('.') + 1);
    if (name == "imagestore" || name == "additionalimagestore") {
      place.additional_roots.emplace_back(text.substr(equals + 1));
    }
  }
}

ContainersName parse_containers_name(std::string_view details) {
  ContainersName name;
  std::string rest(details);
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string::npos || end == 1) {
      fail(ErrorKind::invalid, "{}: wanted [[DRIVER@]ROOT[+RUNROOT][:OPTIONS]]NAME",
           quoted(details));
    }
    name.place = parse_specifier(std::string_view(rest).substr(1, end - 1), details);
    rest.erase(0, end + 1);
  }
  if (rest.empty()) fail(ErrorKind::invalid, "{} names no image", quoted(details));
  name.image = rest;
  split_off_id(name, rest, details);
  if (rest.empty()) return name;
  name.may_be_id = name.id.empty() && rest.size() >= least_id_bytes && is_hex(rest);
  try {
    name.reference = Reference::parse(rest).or_latest();
  } catch (Error& error) {
    // a whole id is no name
    if (name.may_be_id) return name;
    error.add_context(quoted(details));
    throw;
  }
  return name;
}

}  // namespace lade
