// Portraits, previews, badges.
#include "viz/views/phone_parts.hpp"

#include <algorithm>
#include <ctime>

#include "viz/widgets/numbers.hpp"
#include "viz/widgets/phone_skin.hpp"
#include "viz/widgets/shapes.hpp"
#include "viz/widgets/wrap.hpp"

namespace glasspost::viz {
namespace {

// The first letter of a name, whatever its alphabet.
std::string initial(std::string_view name) {
  std::size_t end = 0;
  if (!name.empty()) static_cast<void>(next_code_point(name, end));
  std::string letter(name.substr(0, end));
  if (letter.size() == 1 && letter[0] >= 'a' && letter[0] <= 'z') {
    letter[0] = static_cast<char>(letter[0] - 'a' + 'A');
  }
  return letter;
}

}  // namespace

std::string hour_and_minute(std::int64_t time_ms) {
  if (time_ms == 0) return {};
  const std::time_t seconds = time_ms / 1'000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[8];
  std::strftime(text, sizeof(text), "%H:%M", &parts);
  return text;
}

void portrait(Rect rect, UserId user, std::string_view name) {
  fill(rect, skin::portrait(user.value), em(kCardRound));
  text({rect.cx(), rect.cy()}, initial(name), {Step::kLabel, Face::kSemibold, skin::kOnColour},
       Align::kCentre);
}

void preview(Rect rect, std::string_view words, const TextStyle& style) {
  std::string line(words);
  std::replace(line.begin(), line.end(), '\n', ' ');
  const Cut cut =
      ellipsis(line, rect.w, [&style](std::string_view part) { return measure(part, style); });
  text({rect.x, rect.cy()}, cut.text, style);
}

float unread_badge(Rect rect, std::uint64_t unread) {
  const std::string count = num::count(unread);
  const TextStyle style{Step::kMicro, Face::kSemibold, skin::kOnColour};
  const float width = std::max(em(1.3F), measure(count, style) + em(kGap));
  const Rect badge{rect.right() - width, rect.cy() - em(0.65F), width, em(1.3F)};
  fill(badge, skin::kBadge, badge.h / 2);
  text({badge.cx(), badge.cy()}, count, style, Align::kCentre);
  return width + em(kGap);
}

}  // namespace glasspost::viz
