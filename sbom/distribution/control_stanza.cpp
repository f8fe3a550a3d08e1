#include "sbom/distribution/control_stanza.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::size_t most_fields = 256;

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

const ControlStanza::Field* find_field(const ControlStanza& stanza, std::string_view name) {
  const auto found = std::find_if(stanza.fields.begin(), stanza.fields.end(),
                                  [&](const auto& field) { return same_word(field.name, name); });
  return found == stanza.fields.end() ? nullptr : &*found;
}

/// The line, or what a line says after its first one, that begins at `at`, without its end.
std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  std::string_view line = text.substr(at, end == std::string_view::npos ? end : end - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Reads fields into a stanza, one line at a time.
class StanzaReader {
 public:
  StanzaReader(std::string_view text, PackageCollector& collector)
      : text_(text), collector_(collector) {}

  void take_line(std::string_view line, std::size_t at, std::size_t number) {
    if (line.front() == ' ' || line.front() == '\t') {
      if (in_field_) end_ = at + line.size();
      return;
    }
    end_field();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 256) {
      collector_.fault(fmt::format("line {} is no field: {}", number,
                                   printable(line.substr(0, std::min<std::size_t>(40, colon)))));
      return;
    }
    if (stanza_.fields.empty()) stanza_.line = number;
    name_ = line.substr(0, colon);
    begin_ = at + colon + 1;
    end_ = at + line.size();
    number_ = number;
    in_field_ = true;
  }

  /// What was read since the last one.
  const ControlStanza& finish() {
    end_field();
    return stanza_;
  }
  void restart() { stanza_.fields.clear(); }

 private:
  void end_field() {
    if (!in_field_) return;
    in_field_ = false;
    const std::string_view value = trim(text_.substr(begin_, end_ - begin_));
    if (value.size() > collector_.limits().field_bytes) {
      collector_.fault(fmt::format("line {}: {} of {} bytes is longer than {}", number_,
                                   printable(name_), value.size(),
                                   collector_.limits().field_bytes));
    } else if (stanza_.fields.size() < most_fields) {
      stanza_.fields.push_back({name_, value});
    } else {
      collector_.fault(fmt::format("line {}: more than {} fields", number_, most_fields));
    }
  }

  std::string_view text_;
  PackageCollector& collector_;
  ControlStanza stanza_;
  std::string_view name_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t number_ = 0;
  bool in_field_ = false;
};

}  // namespace

std::string_view ControlStanza::value(std::string_view name) const {
  const Field* field = find_field(*this, name);
  return field == nullptr ? std::string_view() : field->value;
}

std::string_view ControlStanza::first_line(std::string_view name) const {
  return trim(line_at(value(name), 0));
}

bool ControlStanza::has(std::string_view name) const { return find_field(*this, name) != nullptr; }

void for_each_stanza(std::string_view text, PackageCollector& collector,
                     const std::function<bool(const ControlStanza&)>& visit) {
  StanzaReader reader(text, collector);
  const auto tell = [&] {
    const ControlStanza& stanza = reader.finish();
    const bool goes_on = stanza.fields.empty() || visit(stanza);
    reader.restart();
    return goes_on;
  };
  std::size_t number = 0;
  std::size_t next = 0;
  for (std::size_t at = 0; at < text.size(); at = next) {
    const std::size_t end = text.find('\n', at);
    next = end == std::string_view::npos ? text.size() : end + 1;
    ++number;
    const std::string_view line = line_at(text, at);
    if (!trim(line).empty()) {
      reader.take_line(line, at, number);
    } else if (!tell()) {
      return;
    }
  }
  tell();
}

void add_list(PackageCollector& collector, std::vector<std::string>& list, std::string_view field) {
  while (!field.empty()) {
    const std::size_t comma = field.find(',');
    collector.add_name(list, trim(field.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    field.remove_prefix(comma + 1);
  }
}

}  // namespace lade::sbom
