// The colours of a phone's own screen: light in every theme, because a phone is a phone.
#pragma once

#include <imgui.h>

namespace glasspost::viz::skin {

inline constexpr ImU32 kScreen = IM_COL32(0xEB, 0xEC, 0xEF, 0xFF);
inline constexpr ImU32 kBar = IM_COL32(0xF7, 0xF7, 0xF9, 0xFF);
inline constexpr ImU32 kRule = IM_COL32(0xD5, 0xD8, 0xDD, 0xFF);
inline constexpr ImU32 kText = IM_COL32(0x16, 0x1A, 0x20, 0xFF);
inline constexpr ImU32 kFaint = IM_COL32(0x5B, 0x64, 0x70, 0xFF);
inline constexpr ImU32 kOwn = IM_COL32(0xA2, 0xE0, 0xB7, 0xFF);    // bubble of one's own
inline constexpr ImU32 kOther = IM_COL32(0xFF, 0xFF, 0xFF, 0xFF);  // of somebody else
inline constexpr ImU32 kField = IM_COL32(0xFF, 0xFF, 0xFF, 0xFF);
inline constexpr ImU32 kTick = IM_COL32(0x00, 0x70, 0x4F, 0xFF);
inline constexpr ImU32 kWaiting = IM_COL32(0x8A, 0x58, 0x00, 0xFF);
inline constexpr ImU32 kRefused = IM_COL32(0xB0, 0x4A, 0x00, 0xFF);
inline constexpr ImU32 kBadge = IM_COL32(0xB0, 0x4A, 0x00, 0xFF);  // unread, with its number
inline constexpr ImU32 kOnColour = IM_COL32(0xFF, 0xFF, 0xFF, 0xFF);
inline constexpr ImU32 kSelected = IM_COL32(0x00, 0x72, 0xB2, 0xFF);

// A colour for a person's picture; with the initial on it, it is never the only sign.
inline ImU32 portrait(unsigned user) {
  constexpr ImU32 kColours[] = {IM_COL32(0x00, 0x72, 0xB2, 0xFF), IM_COL32(0x8A, 0x4F, 0x7D, 0xFF),
                                IM_COL32(0x7A, 0x55, 0x00, 0xFF), IM_COL32(0x00, 0x70, 0x4F, 0xFF),
                                IM_COL32(0xB0, 0x4A, 0x00, 0xFF), IM_COL32(0x41, 0x4B, 0x57, 0xFF)};
  return kColours[user % 6];
}

}  // namespace glasspost::viz::skin
