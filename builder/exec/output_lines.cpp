#include "builder/exec/output_lines.h"

namespace lade::builder {

void OutputLines::add(OutputStream stream, std::string_view text) {
  std::string& begun = begun_[stream == OutputStream::out ? 0 : 1];
  const auto end = text.rfind('\n');
  if (end != std::string_view::npos) {
    task_.output(begun + std::string(text.substr(0, end + 1)));
    begun.clear();
    text.remove_prefix(end + 1);
  }
  begun += text;
  if (begun.size() < line_limit_bytes) return;
  task_.output(begun + "\n");
  begun.clear();
}

void OutputLines::finish() {
  for (std::string& begun : begun_) {
    if (!begun.empty()) task_.output(begun + "\n");
    begun.clear();
  }
}

}  // namespace lade::builder
