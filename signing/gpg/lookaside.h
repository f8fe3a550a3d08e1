#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Signatures of images beside a registry (containers-registries.d(5), "Signature storage"): files
/// or web pages, numbered from 1 without gaps.
namespace lade::signing {

inline constexpr unsigned lookaside_signatures_limit = 128;
inline constexpr std::size_t lookaside_limit_bytes = std::size_t{4} << 20;

/// The address of a signature: file:, http: or https:.
using SignatureAddress = std::function<std::string(unsigned number)>;
/// What an http(s) address holds, `lookaside_limit_bytes` at most; nothing if it is not there.
using SignatureFetch = std::function<std::optional<std::string>(const std::string& url)>;

/// All signatures of a manifest, in order. `unsupported` for an address of another scheme,
/// `invalid` if there are more than are read.
std::vector<std::string> read_lookaside(const SignatureAddress& address,
                                        const SignatureFetch& fetch);

/// Adds a signature behind those that are there, unless it is there already, and returns its path.
/// Others that add at the same time lose nothing. `unsupported` for what is no file: address.
std::string write_lookaside(const SignatureAddress& address, std::string_view signature);

}  // namespace lade::signing
