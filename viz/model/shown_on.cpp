// Counting screens.
#include "viz/model/shown_on.hpp"

#include <algorithm>

namespace glasspost::viz {

ShownOn shown_on(const Model& model, const MessageStory& story, UserId user) {
  ShownOn found;
  const auto shows = [&story](DeviceId device) {
    return std::any_of(story.shown.begin(), story.shown.end(),
                       [device](const DeviceSeen& seen) { return seen.device == device; });
  };
  for (const DeviceSeen& seen : story.shown) {
    if (user_of(seen.device) == user) ++found.devices;
  }
  const std::vector<DeviceId> logged_in = model.connections().logged_in(user);
  found.of = std::max({model.devices_of(user), found.devices, logged_in.size()});
  found.on_all_that_are_in =
      found.devices > 0 && std::all_of(logged_in.begin(), logged_in.end(), shows);
  return found;
}

}  // namespace glasspost::viz
