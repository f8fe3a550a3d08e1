#include "cmd/output/go_template.h"

#include "cmd/output/table.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// "\t" and "\n" outside of actions, where Go leaves them to the shell and docker does not.
void unescape(go_template::Block& block) {
  for (go_template::Node& node : block) {
    for (const auto& [escape, meaning] : {std::pair{"\\t", "\t"}, {"\\n", "\n"}}) {
      for (std::size_t at = 0; (at = node.text.find(escape, at)) != std::string::npos; ++at) {
        node.text.replace(at, 2, meaning);
      }
    }
    unescape(node.then);
    unescape(node.otherwise);
  }
}

}  // namespace

GoTemplate GoTemplate::parse(std::string_view text) {
  GoTemplate result;
  if (text.starts_with("table ")) {
    result.table_ = true;
    text.remove_prefix(6);
  }
  result.block_ = go_template::parse(text);
  unescape(result.block_);
  return result;
}

std::string GoTemplate::render_rows(const std::vector<Json>& rows, const Json& headers) const {
  std::string text;
  if (!table_) {
    for (const Json& row : rows) text += render(row) + "\n";
    return text;
  }
  Table table(split(render(headers), '\t'));
  for (const Json& row : rows) table.add(split(render(row), '\t'));
  return table.text();
}

}  // namespace lade::cmd
