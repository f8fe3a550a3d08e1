#include "sbom/license/dep5.h"

#include <algorithm>
#include <utility>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

struct ControlField {
  std::string name{};  ///< in small letters
  std::string_view first{};
  std::vector<std::string_view> more{};  ///< the lines behind, as they stand
};

using ControlParagraph = std::vector<ControlField>;

bool is_blank(std::string_view line) { return trim(line).empty(); }

/// The paragraphs of a control file, leniently.
std::vector<ControlParagraph> read_paragraphs(std::string_view text) {
  std::vector<ControlParagraph> paragraphs;
  ControlParagraph current;
  const auto finish = [&] {
    if (!current.empty()) paragraphs.push_back(std::exchange(current, {}));
  };
  while (!text.empty() && paragraphs.size() < Dep5::paragraph_limit) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (is_blank(line)) {
      finish();
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (!current.empty()) current.back().more.push_back(line);
    } else if (const auto colon = line.find(':');
               line.front() != '#' && colon != std::string_view::npos) {
      current.push_back({to_lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1)), {}});
    }
  }
  finish();
  return paragraphs;
}

const ControlField* find_field(const ControlParagraph& paragraph, std::string_view name) {
  const auto found = std::find_if(paragraph.begin(), paragraph.end(),
                                  [&](const ControlField& field) { return field.name == name; });
  return found == paragraph.end() ? nullptr : &*found;
}

/// The words of all its lines.
std::vector<std::string> words_of(const ControlField& field) {
  std::vector<std::string> words;
  const auto add = [&](std::string_view line) {
    std::string word;
    for (const char c : line) {
      if (c != ' ' && c != '\t') {
        word += c;
      } else if (!word.empty()) {
        words.push_back(std::exchange(word, {}));
      }
    }
    if (!word.empty()) words.push_back(word);
  };
  add(field.first);
  for (const std::string_view line : field.more) add(line);
  return words;
}

std::vector<std::string> lines_of(const ControlParagraph& paragraph, std::string_view name) {
  std::vector<std::string> lines;
  const ControlField* const field = find_field(paragraph, name);
  if (field == nullptr) return lines;
  if (!field->first.empty()) lines.emplace_back(field->first);
  for (const std::string_view line : field->more) {
    if (trim(line) != ".") lines.emplace_back(trim(line));
  }
  return lines;
}

std::string first_line(const ControlParagraph& paragraph, std::string_view name) {
  const ControlField* const field = find_field(paragraph, name);
  return field == nullptr ? "" : std::string(field->first);
}

Dep5License read_license(const ControlField& field) {
  Dep5License license{std::string(field.first), {}};
  for (std::string_view line : field.more) {
    line.remove_prefix(1);
    if (trim(line) != ".") license.text.append(line);
    license.text += '\n';
  }
  return license;
}

}  // namespace

bool matches_dep5(std::string_view pattern, std::string_view path) {
  // where to go on when the last "*" takes one character more
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  std::size_t at = 0;
  std::size_t p = 0;
  while (at < path.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = at;
    } else if (p < pattern.size() &&
               ((!escaped && pattern[p] == '?') || pattern[p + (escaped ? 1 : 0)] == path[at])) {
      p += escaped ? 2 : 1;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

const Dep5Files* Dep5::find_files(std::string_view path) const {
  const auto found = std::find_if(files.rbegin(), files.rend(), [&](const Dep5Files& paragraph) {
    return std::any_of(paragraph.patterns.begin(), paragraph.patterns.end(),
                       [&](const std::string& pattern) { return matches_dep5(pattern, path); });
  });
  return found == files.rend() ? nullptr : &*found;
}

std::string_view Dep5::text_of(std::string_view name) const {
  const std::string wanted = to_lower(name);
  for (const Dep5License& alone : licenses) {
    if (to_lower(alone.name) == wanted && !alone.text.empty()) return alone.text;
  }
  for (const Dep5Files& paragraph : files) {
    const Dep5License& own = paragraph.license;
    if (to_lower(own.name) == wanted && !own.text.empty()) return own.text;
  }
  return {};
}

std::optional<Dep5> find_dep5(std::string_view text) {
  const std::vector<ControlParagraph> paragraphs =
      read_paragraphs(text.substr(0, Dep5::text_limit_bytes));
  if (paragraphs.empty() || (find_field(paragraphs[0], "format") == nullptr &&
                             find_field(paragraphs[0], "format-specification") == nullptr)) {
    return std::nullopt;
  }
  Dep5 dep5{first_line(paragraphs[0], "upstream-name"),
            first_line(paragraphs[0], "source"),
            lines_of(paragraphs[0], "copyright"),
            {},
            {},
            {}};
  for (const ControlParagraph& paragraph : paragraphs) {
    const ControlField* const files = find_field(paragraph, "files");
    const ControlField* const license = find_field(paragraph, "license");
    if (files != nullptr) {
      dep5.files.push_back({words_of(*files), lines_of(paragraph, "copyright"),
                            license == nullptr ? Dep5License{} : read_license(*license)});
    } else if (license != nullptr && &paragraph == &paragraphs.front()) {
      dep5.license = read_license(*license);
    } else if (license != nullptr) {
      dep5.licenses.push_back(read_license(*license));
    }
  }
  return dep5;
}

}  // namespace lade::sbom
