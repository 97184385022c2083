// The fifty icons, drawn: polylines, circles and arcs in units of half the size, no font, no
// bitmap. Icons stand with a word, except in toolbars.
#pragma once

#include <cstdint>

#include <imgui.h>

namespace glasspost::viz {

enum class IconId : std::uint8_t {
  kAccess,
  kLogic,
  kGroup,
  kFanout,
  kMailbox,
  kSeq,
  kStore,
  kClient,
  kKill,
  kFreeze,
  kWait,
  kDrop,
  kDelay,
  kCut,
  kClockJump,
  kPause,
  kPlay,
  kStepBack,
  kStepOn,
  kFirst,
  kNow,
  kPin,
  kFind,
  kCheck,
  kCross,
  kHelp,
  kEnlarge,
  kMore,
  kShow,
  kCovered,
  kLocked,
  kHint,
  kBranch,
  kFault,
  kPromise,
  kToggle,
  kTwin,
  kLab,
  kField,
  kMetrics,
  kSpaceTime,
  kStorage,
  kPredict,
  kCheckpoint,
  kBlastRadius,
  kToken,
  kLight,
  kDark,
  kGain,
  kCost,
};
inline constexpr int kIconCount = 50;

// Centred on `centre`, `size` pixels high (em(1) beside body text). Colour 0: theme().text.
void icon(IconId id, ImVec2 centre, float size, ImU32 colour = 0);
[[nodiscard]] const char* icon_name(IconId id);

}  // namespace glasspost::viz
