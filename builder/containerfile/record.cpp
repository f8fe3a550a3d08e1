#include "builder/containerfile/record.h"

#include <algorithm>
#include <iterator>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

/// Takes a quoted field from the start of `rest`.
std::string take_quoted(std::string_view& rest) {
  std::string field;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      field += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      field += rest[i++];
    } else {
      rest.remove_prefix(i + 1);
      if (!rest.empty() && rest.front() != ',') break;
      return field;
    }
  }
  fail(ErrorKind::invalid, "a quoted field is not closed before the next comma");
}

}  // namespace

std::vector<std::string> split_record(std::string_view record) {
  std::vector<std::string> fields;
  for (std::string_view rest = record;;) {
    if (rest.starts_with('"')) {
      fields.push_back(take_quoted(rest));
    } else {
      fields.emplace_back(rest.substr(0, rest.find(',')));
      rest.remove_prefix(fields.back().size());
      if (fields.back().find('"') != std::string::npos) {
        fail(ErrorKind::invalid, "field {} has a quote inside", quote(fields.back()));
      }
    }
    if (rest.empty()) return fields;
    rest.remove_prefix(1);
  }
}

bool parse_boolean(std::string_view key, std::string_view value) {
  constexpr std::string_view yes[] = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::string_view no[] = {"0", "f", "F", "FALSE", "false", "False"};
  if (std::find(std::begin(yes), std::end(yes), value) != std::end(yes)) return true;
  if (std::find(std::begin(no), std::end(no), value) != std::end(no)) return false;
  fail(ErrorKind::invalid, "{} is {}, want true or false", quote(key), quote(value));
}

}  // namespace lade::containerfile
