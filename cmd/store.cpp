#include <algorithm>

#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/snapshot_owner.h"
#include "libimage/base/text.h"
#include "libimage/store/gc.h"

namespace lade::cmd {
namespace {

struct StoreFlags {
  bool mend = false;
  bool quick = false;
  std::string format;
};

bool is_healthy(const std::vector<StoreFlaw>& flaws) {
  return std::all_of(flaws.begin(), flaws.end(),
                     [](const StoreFlaw& flaw) { return flaw.garbage; });
}

std::string text_of(const std::vector<StoreFlaw>& flaws) {
  std::string text;
  for (const StoreFlaw& flaw : flaws) {
    text += fmt::format("{}: {}{}\n", printable(flaw.where), printable(flaw.what),
                        flaw.mended ? " (mended)" : "");
  }
  return is_healthy(flaws) ? text + "The store is healthy.\n" : text;
}

Json record_of(const std::vector<StoreFlaw>& flaws) {
  Json list = Json::array();
  for (const StoreFlaw& flaw : flaws) {
    list.push_back(Json{{"where", flaw.where},
                        {"what", flaw.what},
                        {"mended", flaw.mended},
                        {"garbage", flaw.garbage}});
  }
  return {{"healthy", is_healthy(flaws)}, {"flaws", list}};
}

void check(Session& session, const StoreFlags& flags) {
  session.heed_signals();
  if (flags.mend) become_owner_of_snapshots(session);
  const auto flaws = check_store(*session.store(), {.contents = !flags.quick, .mend = flags.mend});
  session.print(flags.format.empty() ? text_of(flaws)
                                     : format_record(record_of(flaws), flags.format));
  if (!is_healthy(flaws)) session.exit_code = 1;
}

}  // namespace

void declare_store(CLI::App& app, Session& session) {
  explain(
      app,
      "\"store check\" reads every blob and compares it with its digest, and looks whether "
      "names, layers' indexes and cache records fit what is there. The exit code is 0 if all "
      "is well and 1 if flaws were found, mended or not. What a process that died left behind is "
      "no flaw; it is told, and removed by --mend.",
      "  lade store check\n"
      "  lade store check --quick --format json\n"
      "  lade store check --mend");
  app.require_subcommand(1);
  const auto flags = std::make_shared<StoreFlags>();
  CLI::App* sub = app.add_subcommand("check", "Verify everything in the store");
  sub->add_flag("--mend", flags->mend,
                "Drop damaged blobs and what depends on them, make indexes anew");
  sub->add_flag("--quick", flags->quick, "Do not read the contents of blobs");
  sub->add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  add_expansion_flags(*sub, session);
  sub->callback([&session, flags] { check(session, *flags); });
}

}  // namespace lade::cmd
