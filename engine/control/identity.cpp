// Reading tokens.
#include "engine/control/identity.hpp"

#include <optional>

#include "engine/base/text.hpp"
#include "engine/core/token.hpp"

namespace glasspost {

Result<DeviceIdentity> find_identity(const RunDirectory& directory, const std::string& user,
                                     unsigned index) {
  const Result<std::string> token = directory.read(directory.token_file(user, index));
  // Asked for only where a token is: a key that is not there would be made.
  const Result<MacKey> key = token ? directory.token_key() : Result<MacKey>(token.error());
  if (!key) {
    return Error{Code::kNotFound, "there is no token for device " + std::to_string(index) +
                                      " of '" + escape_controls(user) + "' in " + directory.path() +
                                      "/tokens; make one with `glasspost user add`"};
  }
  const std::optional<TokenClaims> claims = read_token(*key, *token);
  if (!claims) {
    return Error{Code::kCorruption, "the token of '" + escape_controls(user) +
                                        "' was made by another cluster; make a new one with "
                                        "`glasspost user add`"};
  }
  return DeviceIdentity{user, index, claims->device, *token};
}

std::map<UserId, std::string> known_names(const RunDirectory& directory) {
  std::map<UserId, std::string> names;
  const Result<MacKey> key = directory.token_key();
  if (!key) return names;
  for (const std::string& name : directory.token_names()) {
    const Result<std::string> token = directory.read(directory.token_file(name, 1));
    const std::optional<TokenClaims> claims = token ? read_token(*key, *token) : std::nullopt;
    if (claims) names[user_of(claims->device)] = name;
  }
  return names;
}

}  // namespace glasspost
