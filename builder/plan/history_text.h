#pragma once

#include <span>
#include <string>
#include <vector>

#include "builder/containerfile/instructions.h"

/// The `created_by` lines of an image's history, worded as BuildKit words them, which is what tools
/// that show layers know how to read.
namespace lade::builder {

/// ["a","b c"] as JSON.
std::string json_list(std::span<const std::string> words);
std::string copy_text(const containerfile::Copy& copy);
std::string add_text(const containerfile::Add& add);
/// `args` are the NAME=value of the ARGs that RUN saw.
std::string run_text(std::span<const std::string> argv, std::span<const std::string> args);
std::string pairs_text(const std::string& keyword, std::span<const containerfile::KeyValue> pairs);

}  // namespace lade::builder
