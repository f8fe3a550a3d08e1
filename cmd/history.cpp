#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/output/table.h"
#include "cmd/platform_flags.h"
#include "libimage/base/text.h"
#include "libimage/image/image.h"

namespace lade::cmd {
namespace {

struct HistoryFlags {
  std::string image;
  bool no_trunc = false;
  bool quiet = false;
  bool human = true;
  std::string format;
  PlatformFlags platform;
};

constexpr std::size_t created_by_columns = 45;

Json row_of(const HistoryEntry& entry, std::uint64_t size_bytes, const HistoryFlags& flags,
            Timestamp now) {
  const std::string size = flags.human ? human_size(size_bytes) : std::to_string(size_bytes);
  Json row;
  row["ID"] = "<missing>";
  row["Created"] = "N/A";
  row["CreatedAt"] = nullptr;
  row["CreatedSince"] = "N/A";
  if (entry.created) {
    row["CreatedAt"] = to_rfc3339(*entry.created);
    row["CreatedSince"] = age_in_words(*entry.created, now);
    row["Created"] = row[flags.human ? "CreatedSince" : "CreatedAt"];
  }
  const bool whole = flags.no_trunc || flags.format == "json";
  row["CreatedBy"] =
      whole ? entry.created_by : shorten(printable(entry.created_by), created_by_columns);
  row["Size"] = size;
  row["SizeBytes"] = size_bytes;
  row["Comment"] = entry.comment;
  row["EmptyLayer"] = entry.empty_layer;
  return row;
}

/// Newest first; the topmost step stands for the image and has its id.
std::vector<Json> rows_of(const Image& image, const HistoryFlags& flags, Timestamp now) {
  std::vector<Json> rows;
  std::size_t layer = 0;
  for (const HistoryEntry& entry : image.config.history) {
    const bool has_layer = !entry.empty_layer && layer < image.manifest.layers.size();
    const std::uint64_t size_bytes = has_layer ? image.manifest.layers[layer++].size_bytes : 0;
    rows.insert(rows.begin(), row_of(entry, size_bytes, flags, now));
  }
  // layers that the history does not tell of
  for (; layer < image.manifest.layers.size(); ++layer) {
    rows.insert(rows.begin(), row_of({}, image.manifest.layers[layer].size_bytes, flags, now));
  }
  const Digest& id = image.manifest.config.digest;
  const bool whole = flags.no_trunc || flags.format == "json";
  if (!rows.empty()) rows.front()["ID"] = whole ? id.str() : id.short_hex();
  return rows;
}

void run(Session& session, const HistoryFlags& flags) {
  const auto source = session.open_image(flags.image);
  const Image image = read_image(*source, flags.platform.wanted());
  Listing listing{"history",
                  "table {{.ID}}\t{{.Created}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"};
  if (flags.quiet) listing.default_format = "{{.ID}}";
  listing.headers = {{"ID", "IMAGE"},
                     {"Created", "CREATED"},
                     {"CreatedAt", "CREATED AT"},
                     {"CreatedSince", "CREATED"},
                     {"CreatedBy", "CREATED BY"},
                     {"Size", "SIZE"},
                     {"SizeBytes", "SIZE"},
                     {"Comment", "COMMENT"},
                     {"EmptyLayer", "EMPTY LAYER"}};
  listing.rows = rows_of(image, flags, session.now());
  session.print(format_listing(listing, flags.format));
}

}  // namespace

void declare_history(CLI::App& app, Session& session) {
  explain(app,
          "Shows the steps an image was made by, the newest first. SIZE is that of the step's "
          "layer as it is stored, compressed.",
          "  lade history alpine:3.18\n"
          "  lade history --no-trunc --format '{{.CreatedBy}}' oci:layout:latest");
  const auto flags = std::make_shared<HistoryFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_flag("--no-trunc", flags->no_trunc, "Show ids and commands in full");
  app.add_flag("-q,--quiet", flags->quiet, "Show ids alone");
  app.add_flag("-H,--human,!--no-human", flags->human,
               "Ages and rounded sizes; --human=false: times and bytes");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
