#pragma once

#include <optional>
#include <string>

#include "cmd/image_layers.h"
#include "cmd/session.h"
#include "sbom/catalog/cataloger.h"
#include "sbom/format/read_sbom.h"
#include "sbom/model/inventory.h"

namespace lade::cmd {

/// Every cataloger there is; with `declared`, those of lock files too, which tell what was asked
/// for and not what is there.
sbom::Catalogers all_catalogers(bool declared);

/// What an inventory says of the image itself.
sbom::Subject subject_of(const Image& image, const std::string& name);

/// What the word of a user names contains: an image of any transport, whose layers are read once
/// (the next time their notes answer), `dir:PATH` for the files of a directory (unless that is an
/// image in skopeo's form), or `sbom:FILE` for what a document says.
sbom::Inventory read_inventory(Session& session, const std::string& name, const Platform& platform,
                               bool declared);

/// Tells what could not be read: an inventory that lacks something does not keep quiet about it.
void warn_of_remarks(const Session& session, const sbom::Inventory& inventory);

/// The document that `sbom:FILE` names, `-` being stdin; nothing for other words.
std::optional<sbom::SbomDocument> find_document(const std::string& name);

/// A document by the name of its file, "sbom:" before it or not, `-` being stdin.
sbom::SbomDocument read_document(const std::string& file);

}  // namespace lade::cmd
