#include "cmd/command.h"

namespace lade::cmd {
namespace {

constexpr std::string_view build_group = "Build";
constexpr std::string_view image_group = "Images";
constexpr std::string_view registry_group = "Registries";
constexpr std::string_view signing_group = "Signatures";
constexpr std::string_view content_group = "Contents";
constexpr std::string_view store_group = "Store";

constexpr Command table[] = {
    {"build", build_group, "Build an image from a Containerfile", declare_build},
    {"images", image_group, "List the images in the store", declare_images},
    {"inspect", image_group, "Show an image's manifest and configuration", declare_inspect},
    {"tree", image_group, "Show an image with all that refers to it", declare_tree},
    {"referrers", image_group, "List the signatures, SBOMs and others of an image",
     declare_referrers},
    {"history", image_group, "Show how an image came about, layer by layer", declare_history},
    {"ls", image_group, "List the files of an image, without unpacking it", declare_ls},
    {"cat", image_group, "Print a file of an image, without unpacking it", declare_cat},
    {"copy", image_group, "Copy an image between stores, archives and directories", declare_copy},
    {"sync", image_group, "Keep the images of registries and directories in step", declare_sync},
    {"pull", image_group, "Bring images from registries into the store", declare_pull},
    {"push", image_group, "Send an image of the store to a registry", declare_push},
    {"export", image_group, "Write an image's root file system or a runtime bundle",
     declare_export},
    {"index", image_group, "Put images for several platforms under one name", declare_index},
    {"manifest", image_group, "The same as index", declare_index},
    {"validate", image_group, "Check an image against the OCI specification", declare_validate},
    {"tag", image_group, "Give an image another name", declare_tag},
    {"untag", image_group, "Take a name from an image", declare_untag},
    {"rmi", image_group, "Remove images from the store", declare_rmi},
    {"delete", registry_group, "Delete images from a registry or a layout", declare_delete},
    {"list-tags", registry_group, "List the tags of a repository", declare_list_tags},
    {"list-repos", registry_group, "List the repositories of a registry", declare_list_repos},
    {"login", registry_group, "Log in to a registry", declare_login},
    {"logout", registry_group, "Forget the credentials for a registry", declare_logout},
    {"sign", signing_group, "Sign images", declare_sign},
    {"verify", signing_group, "Check the signatures and attestations of images", declare_verify},
    {"attest", signing_group, "Attach signed statements to images", declare_attest},
    {"trail", signing_group, "Tell what became of an image, and who says so", declare_trail},
    {"reproduce", signing_group, "Build an image again and say what differs", declare_reproduce},
    {"key", signing_group, "Make, read and convert the keys that signatures are made with",
     declare_key},
    {"sign-blob", signing_group, "Sign a file", declare_sign_blob},
    {"verify-blob", signing_group, "Check the signature of a file", declare_verify_blob},
    {"policy", signing_group, "Check policies, and tell what they say of an image", declare_policy},
    {"standalone-sign", signing_group, "Sign a manifest with a key of gpg's",
     declare_standalone_sign},
    {"standalone-verify", signing_group, "Check a manifest's signature by a key of gpg's",
     declare_standalone_verify},
    {"manifest-digest", signing_group, "Print the digest of a manifest", declare_manifest_digest},
    {"sbom", content_group, "List the packages that an image contains", declare_sbom},
    {"licenses", content_group, "Tell under which licences an image's packages are",
     declare_licenses, true},
    {"scan", content_group, "Look up an image's packages in databases of vulnerabilities",
     declare_scan, true},
    {"secrets", content_group, "Find the passwords, keys and tokens that an image gives away",
     declare_secrets, true},
    {"db", content_group, "Import and keep the data on vulnerabilities", declare_db},
    {"audit", content_group, "Judge whether an image is fit to ship", declare_audit, true},
    {"prune", store_group, "Remove what nothing refers to", declare_prune},
    {"store", store_group, "Check and mend the store", declare_store},
    {"info", store_group, "Tell what Lade finds on this machine", declare_info},
    {"man", store_group, "Print the manual page of a command", declare_man},
    {"version", store_group, "Tell version, commit and libraries", declare_version},
};

}  // namespace

std::span<const Command> commands() { return table; }

}  // namespace lade::cmd
