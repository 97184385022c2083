// See number_desk.hpp.
#include "viz/model/number_desk.hpp"

#include <algorithm>

#include "engine/base/text.hpp"

namespace glasspost::viz {

std::vector<Numbered> numbered_users(const Config& config,
                                     const std::map<UserId, std::string>& names, SectionId section,
                                     std::size_t most) {
  std::vector<Numbered> users;
  if (kind_of(section) != SectionKind::kSeq || !config.could_have_section(section)) return users;
  const std::uint32_t first = config.first_user(section).value;
  const std::uint32_t last = config.last_user(section).value;
  for (auto named = names.lower_bound(UserId{first}); named != names.end(); ++named) {
    if (named->first.value > last || users.size() >= most) break;
    users.push_back({named->first, escape_controls(named->second)});
  }
  for (std::uint32_t user = first; user <= last && users.size() < most; ++user) {
    if (!names.contains(UserId{user})) users.push_back({UserId{user}, to_text(UserId{user})});
  }
  return users;
}

}  // namespace glasspost::viz
