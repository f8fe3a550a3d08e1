#include "libimage/image/validate.h"

#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct ValidateFlags {
  std::string image;
  bool quick = false;
  std::string format;
};

std::string text_of(const std::vector<Flaw>& flaws) {
  std::string text;
  for (const Flaw& flaw : flaws) {
    text += fmt::format("{}: {}\n", printable(flaw.where), printable(flaw.what));
  }
  return flaws.empty() ? "The image is valid.\n" : text;
}

Json record_of(const std::string& image, const std::vector<Flaw>& flaws) {
  Json list = Json::array();
  for (const Flaw& flaw : flaws) list.push_back(Json{{"where", flaw.where}, {"what", flaw.what}});
  return {{"image", image}, {"valid", flaws.empty()}, {"flaws", list}};
}

void run(Session& session, const ValidateFlags& flags) {
  const auto source = session.open_image(flags.image);
  const auto flaws =
      validate(*source, {.contents = !flags.quick, .expansion = session.expansion()});
  session.print(flags.format.empty() ? text_of(flaws)
                                     : format_record(record_of(flags.image, flaws), flags.format));
  if (!flaws.empty()) session.exit_code = 1;
}

}  // namespace

void declare_validate(CLI::App& app, Session& session) {
  explain(app,
          "Checks an image, and every platform of a multi-platform one, against the OCI image "
          "specification: media types, sizes, digests, configuration against layers, and whether "
          "layers are readable archives of sane paths. The exit code is 0 for a valid image and 1 "
          "if there are flaws, which are listed.",
          "  lade validate app:latest\n"
          "  lade validate --quick oci-archive:app.tar");
  const auto flags = std::make_shared<ValidateFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_flag("--quick", flags->quick, "Do not read the layers");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
