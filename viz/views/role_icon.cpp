// Icons of roles.
#include "viz/views/role_icon.hpp"

namespace glasspost::viz {

IconId icon_of_role(std::uint32_t fact_role) {
  // The numbers are those of RoleKind (engine/core/address.hpp).
  switch (fact_role >> 24) {
    case 1:
      return IconId::kAccess;
    case 2:
      return IconId::kLogic;
    case 3:
      return IconId::kGroup;
    case 4:
      return IconId::kMailbox;
    case 5:
      return IconId::kFanout;
    case 6:
      return IconId::kSeq;
    case 7:
      return IconId::kStore;
    case 8:
      return IconId::kShow;
    case 9:
      return IconId::kToken;
    default:
      return IconId::kClient;
  }
}

}  // namespace glasspost::viz
