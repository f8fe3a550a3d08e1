#include "sbom/language/python_origin.h"

#include <vector>

#include "libimage/base/text.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/python_requirement.h"

namespace lade::sbom {

PythonOrigin parse_direct_url(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  PythonOrigin origin{.url = text_of(root, "url")};
  const Json& vcs = member_of(root, "vcs_info");
  if (vcs.is_object()) {
    origin.url = text_of(vcs, "vcs") + "+" + origin.url;
    const std::string commit = text_of(vcs, "commit_id");
    if (!commit.empty()) origin.url += "@" + commit;
  }
  const Json& editable = member_of(member_of(root, "dir_info"), "editable");
  origin.is_editable = editable.is_boolean() && editable.get<bool>();
  const Json& archive = member_of(root, "archive_info");
  std::string sha256 = text_of(member_of(archive, "hashes"), "sha256");
  const std::string hash = text_of(archive, "hash");
  if (sha256.empty() && hash.starts_with("sha256=")) sha256 = hash.substr(7);
  if (sha256.size() == 64 && is_hex(sha256)) origin.sha256 = sha256;
  return origin;
}

std::string origin_note(const PythonOrigin& origin) {
  return origin.url + '\t' + (origin.is_editable ? "editable" : "") + '\t' + origin.sha256;
}

void apply_origin_note(Package& package, std::string_view note) {
  const std::vector<std::string> fields = split(note, '\t');
  if (fields.size() != 3) return;
  if (!fields[0].empty()) package.download = fields[0];
  if (!fields[1].empty()) {
    package.remarks.push_back("editable: its modules lie in " + fields[0]);
  }
  if (!fields[2].empty()) package.hashes.push_back({"sha256", fields[2]});
}

std::string parse_egg_requirements(std::string_view text, std::string_view python_version) {
  std::string names;
  bool counts = true;
  for (const std::string& raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with('[')) {
      const std::size_t colon = line.find(':');
      counts = colon == 1 && line.ends_with(']') &&
               marker_holds(line.substr(2, line.size() - 3), python_version);
    } else if (counts && !line.empty()) {
      if (const auto name = required_name(line, python_version)) names += *name + '\n';
    }
  }
  return names;
}

}  // namespace lade::sbom
