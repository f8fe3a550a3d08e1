#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/text.h"
#include "libimage/image/image_tree.h"
#include "signing/attest/predicate_types.h"

namespace lade::cmd {
namespace {

struct TreeFlags {
  std::string image;
  std::string artifact_type;
  bool annotations = false;
  std::string format;
};

/// What an attestation says, as far as its annotations tell: "" or " (slsaprovenance)".
std::string says(const ImageTree& tree) {
  for (const char* key : {"in-toto.io/predicate-type", "dev.sigstore.bundle.predicateType"}) {
    const auto found = tree.descriptor.annotations.find(key);
    if (found == tree.descriptor.annotations.end()) continue;
    return fmt::format(" ({})", signing::predicate_word(found->second));
  }
  return {};
}

std::string title(const ImageTree& tree) {
  std::string text = tree.type() + says(tree);
  if (tree.descriptor.platform) text += " " + tree.descriptor.platform->str();
  text += " " + tree.descriptor.digest.str();
  if (tree.kind == ImageTree::Kind::missing) return text + " (not there)";
  text += " " + human_size(tree.size_bytes);
  return tree.created.empty() ? text : text + " " + printable(tree.created);
}

/// `lead` is what stands before each line of it but the first.
void draw(std::string& text, const ImageTree& tree, const std::string& lead, bool annotations) {
  text += printable(title(tree)) + "\n";
  const std::size_t count = tree.instances.size() + tree.referrers.size();
  if (annotations) {
    for (const auto& [key, value] : tree.descriptor.annotations) {
      text += fmt::format("{}{} {}={}\n", lead, count > 0 ? "│" : " ", printable(key),
                          printable(value));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_instance = i < tree.instances.size();
    const ImageTree& child =
        is_instance ? tree.instances[i] : tree.referrers[i - tree.instances.size()];
    const bool last = i + 1 == count;
    text += lead + (last ? "└── " : "├── ");
    draw(text, child, lead + (last ? "    " : "│   "), annotations);
  }
}

Json list_of(const std::vector<ImageTree>& trees);

Json record_of(const ImageTree& tree) {
  Json record = Json::object();
  record["type"] = tree.type();
  record["descriptor"] = to_json(tree.descriptor);
  record["present"] = tree.kind != ImageTree::Kind::missing;
  record["sizeBytes"] = tree.size_bytes;
  if (!tree.created.empty()) record["created"] = tree.created;
  if (!tree.tag.empty()) record["tag"] = tree.tag;
  record["manifests"] = list_of(tree.instances);
  record["referrers"] = list_of(tree.referrers);
  return record;
}

Json list_of(const std::vector<ImageTree>& trees) {
  Json list = Json::array();
  for (const ImageTree& tree : trees) list.push_back(record_of(tree));
  return list;
}

void run(Session& session, const TreeFlags& flags) {
  const auto source = session.open_image(flags.image);
  const ImageTree tree = read_tree(*source, {.artifact_type = flags.artifact_type});
  if (!flags.format.empty()) {
    Json record = record_of(tree);
    record["name"] = source->name();
    return session.print(format_record(record, flags.format));
  }
  std::string text = source->name() + "\n└── ";
  draw(text, tree, "    ", flags.annotations);
  session.print(text);
}

}  // namespace

void declare_tree(CLI::App& app, Session& session) {
  explain(app,
          "Shows what belongs to an image: of an index its images, and of each what refers to it "
          "(signatures, attestations, SBOMs and other artifacts), and to that in turn, with type, "
          "digest, size and date. Artifacts refer by their subject, by cosign's tags, or as "
          "BuildKit's attestations beside the images of an index.",
          "  lade tree docker://quay.io/me/app:1\n"
          "  lade tree --artifact-type application/spdx+json --format json app\n"
          "  lade tree --annotations oci:layout:1.0");
  const auto flags = std::make_shared<TreeFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("--artifact-type", flags->artifact_type, "Only referrers of this type")
      ->type_name("TYPE");
  app.add_flag("--annotations", flags->annotations, "Show annotations, too");
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
