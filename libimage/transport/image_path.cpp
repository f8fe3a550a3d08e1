#include "libimage/transport/image_path.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"

namespace lade {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// component ("/" component)*, component ::= alphanum (separator alphanum)*,
/// separator ::= [-._:@+] | "--"
bool is_ref_name(std::string_view text) {
  bool want_word = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_alphanumeric(text[i])) {
      want_word = false;
      continue;
    }
    if (want_word) return false;
    if (text[i] != '/' && std::string_view("-._:@+").find(text[i]) == std::string_view::npos) {
      return false;
    }
    if (text.substr(i, 2) == "--") ++i;
    want_word = true;
  }
  return !want_word;
}

ImagePath split_image_path(std::string_view details, std::string_view transport) {
  const auto colon = details.find(':');
  ImagePath result{.path = std::string(details.substr(0, colon))};
  if (result.path.empty()) {
    fail(ErrorKind::invalid, "\"{}:{}\" has no path; wanted {}:path[:reference]", transport,
         details, transport);
  }
  if (colon == std::string_view::npos) return result;
  const std::string_view rest = details.substr(colon + 1);
  if (rest.starts_with('@')) {
    const auto index = parse_int(rest.substr(1));
    if (!index || *index < 0) {
      fail(ErrorKind::invalid, "\"{}:{}\": the source index \"{}\" is not a number from 0",
           transport, details, rest.substr(1));
    }
    result.source_index = static_cast<std::size_t>(*index);
  } else if (!rest.empty()) {
    result.reference = std::string(rest);
  }
  return result;
}

}  // namespace

ImagePath parse_oci_path(std::string_view details, std::string_view transport) {
  ImagePath result = split_image_path(details, transport);
  if (result.reference && !is_ref_name(*result.reference)) {
    fail(ErrorKind::invalid,
         "\"{}:{}\": the reference \"{}\" must be words of letters and digits joined by one of "
         "-._:@+/ (a path with a colon cannot be named)",
         transport, details, *result.reference);
  }
  return result;
}

ImagePath parse_docker_archive_path(std::string_view details) {
  ImagePath result = split_image_path(details, "docker-archive");
  if (!result.reference) return result;
  const Reference reference = Reference::parse(*result.reference);
  if (reference.digest()) {
    fail(ErrorKind::invalid,
         "\"docker-archive:{}\": a docker-archive names images by tag, not by digest", details);
  }
  result.reference = reference.or_latest().str();
  return result;
}

void require_ref_name(std::string_view name, std::string_view where) {
  if (is_ref_name(name)) return;
  fail(ErrorKind::invalid, "{}: \"{}\" is no name for an image there", where, printable(name));
}

void require_writable(const ImagePath& path, std::string_view transport) {
  if (path.source_index) {
    fail(ErrorKind::invalid, "\"{}:{}:@{}\": an image is written under a name, not an index",
         transport, path.path, *path.source_index);
  }
}

}  // namespace lade
