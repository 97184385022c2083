// The controls of the sheet, each in its states.
#include <array>

#include "viz/app/sheet.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

float caption(Rect place, float y, Str words) {
  text({place.x, y + em(0.5F)}, tr(words), {Step::kMicro, Face::kMedium, theme().text_3});
  return y + em(1.6F);
}

float buttons(Rect place, float y, int& segment) {
  const Theme& t = theme();
  const Rect row{place.x, y, place.w, em(2.14F)};
  const float gap = em(kCardPad);
  button("primary", row.column(0, 3, gap), tr(Str::kSheetLockIn), {true, false, {}, {}, {}, {}});
  button("normal", row.column(1, 3, gap), tr(Str::kSheetGoTo));
  ButtonLook off;
  off.off_because = tr(Str::kSheetOffWhy);
  button("off", row.column(2, 3, gap), tr(Str::kSheetHeal), off);
  y += row.h + em(kWide);
  text({row.column(0, 3, gap).x, y}, tr(Str::kSheetPrimary), style::axis());
  text({row.column(1, 3, gap).x, y}, tr(Str::kSheetNormal), style::axis());
  y += em(1.0F);
  const Rect focused = Rect{place.x, y, place.w, em(2.14F)}.column(0, 3, gap);
  ButtonLook on;
  on.active = true;
  button("focused", focused, tr(Str::kSheetFocused), on);
  focus_ring(focused, em(kCardRound));
  float x = focused.right() + em(kWide);
  x += pill({x, focused.cy()}, tr(Str::kSheetFailover),
            {t.warn_text, t.warn, 0, false, Marker::kNone});
  x += em(kWide);
  x += pill({x, focused.cy()}, tr(Str::kSheetFilm)) + em(kWide);
  kbd({x, focused.cy()}, "Ctrl P");
  y += em(2.9F);
  const std::array<std::string, 3> options{std::string(tr(Str::kSheetOff)),
                                           std::string(tr(Str::kSheetBucket)),
                                           std::string(tr(Str::kSheetQueue))};
  segmented("segments", {place.x, y, place.w, em(1.79F)}, options, segment);
  return y + em(3.1F);
}

float tooltip_sample(Rect place, float y) {
  y = caption(place, y, Str::kSheetTip);
  Tip sample;
  sample.what = tr(Str::kSheetTipWhat);
  sample.value = "84 ms";
  sample.value_colour = theme().warn_text;
  sample.why = tr(Str::kSheetTipWhy);
  sample.keys = {{"H", std::string(tr(Str::kSheetHealKey))},
                 {"B", std::string(tr(Str::kSheetPin))},
                 {"F", std::string(tr(Str::kSheetFocus))}};
  tip_box({place.x, y, place.w, em(7.3F)}, sample);
  return y + em(8.7F);
}

float broken_sample(Rect place, float y) {
  y = caption(place, y, Str::kSheetBroken);
  BrokenPromise broken;
  broken.sentence = tr(Str::kSheetBrokenWhat);
  broken.promise = tr(Str::kSheetBrokenPromise);
  broken.witnesses = {"ev 48 112  store-1 wrote 102", "ev 48 131  store-1 wrote 101"};
  broken_card({place.x, y, place.w, em(7.93F)}, broken);
  return y + em(9.2F);
}

}  // namespace

float sheet_controls(Rect place, int& segment) {
  float y = buttons(place, place.y + em(kTiny), segment);
  y = tooltip_sample(place, y);
  y = broken_sample(place, y);
  y = caption(place, y, Str::kSheetEmpty);
  empty_state({place.x, y, place.w, em(9.7F)}, IconId::kSpaceTime, tr(Str::kSheetEmptyLine),
              tr(Str::kSheetEmptyButton));
  y = caption(place, y + em(10.9F), Str::kSheetWaitLoss);
  waiting_state({place.x, y + em(0.4F)}, tr(Str::kSheetWaitLine));
  loss_state({place.x, y + em(2.2F)}, tr(Str::kSheetLossLine));
  return y + em(4) - place.y;
}

}  // namespace glasspost::viz
