#include "cmd/expansion_flags.h"

#include "cmd/build_outputs.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {

void add_expansion_flags(CLI::App& app, Session& session) {
  app.add_option_function<std::string>(
         "--max-layer-size",
         [&session](const std::string& text) {
           session.expansion().max_bytes = parse_size(text, "--max-layer-size");
         },
         "How large a compressed layer or archive may become (default: 128g)")
      ->type_name("SIZE");
  app.add_option_function<std::string>(
         "--max-layer-ratio",
         [&session](const std::string& text) {
           const auto ratio = parse_int(text);
           if (!ratio || *ratio <= 0) {
             fail(ErrorKind::invalid, "--max-layer-ratio {}: wanted a whole number above 0",
                  printable(text));
           }
           session.expansion().max_ratio = static_cast<std::uint64_t>(*ratio);
         },
         "How many times as large it may become, once it is past 1 GiB (default: 250)")
      ->type_name("N");
}

}  // namespace lade::cmd
