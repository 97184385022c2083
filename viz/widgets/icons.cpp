// The icons, as words of a small drawing language that is read once. Units are halves of the size:
// -1 is the left or upper edge, 1 the right or lower. Angles in degrees, 0 at the right, clockwise.
//   P x y ...           a line through the points      Z x y ...          the same, closed
//   F x y ...           a filled convex polygon        B x0 y0 x1 y1      a filled box
//   R x0 y0 x1 y1 r     a rounded frame                C x y r            a circle
//   D x y r             a disc                         A x y r from to    an arc
//   E x y rx ry from to part of an ellipse             W x y r from to    a filled segment
#include "viz/widgets/icons.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "viz/widgets/shapes.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

struct Drawing {
  const char* name;
  const char* words;
};

// In the order of IconId.
constexpr std::array<Drawing, kIconCount> kDrawings{{
    {"access", "R -.8 -.75 .8 -.1 .25 R -.8 .1 .8 .75 .25 D -.45 -.42 .12 D -.45 .42 .12"},
    {"logic", "P -.3 -.75 -.85 0 -.3 .75 P .3 -.75 .85 0 .3 .75"},
    {"group",
     "C -.28 -.42 .34 A -.28 .8 .6 180 360 A .42 -.42 .34 -100 100 P .36 -.08 .4 .1 "
     "A .42 .75 .5 -80 0"},
    {"fanout",
     "P -.65 0 .7 -.65 P -.65 0 .7 0 P -.65 0 .7 .65 D -.7 0 .17 D .74 -.66 .15 D .74 0 .15 "
     "D .74 .66 .15"},
    {"mailbox", "R -.85 -.62 .85 .62 .2 P -.6 -.3 0 .15 .6 -.3"},
    {"seq", "P -.3 -.8 -.5 .8 P .5 -.8 .3 .8 P -.8 -.3 .85 -.3 P -.85 .32 .8 .32"},
    {"store",
     "E 0 -.58 .72 .27 0 360 P -.72 -.58 -.72 .58 P .72 -.58 .72 .58 E 0 0 .72 .27 0 180 "
     "E 0 .58 .72 .27 0 180"},
    {"client", "R -.5 -.9 .5 .9 .2 P -.14 .62 .14 .62"},
    {"kill", "C 0 0 .85 P -.58 -.58 .58 .58 P .58 -.58 -.58 .58"},
    {"freeze",
     "P 0 -.9 0 .9 P -.78 -.45 .78 .45 P -.78 .45 .78 -.45 P -.23 -.85 0 -.6 .23 -.85 "
     "P -.23 .85 0 .6 .23 .85 P .85 -.23 .52 -.3 .62 -.62 P -.85 -.23 -.52 -.3 -.62 -.62 "
     "P .85 .23 .52 .3 .62 .62 P -.85 .23 -.52 .3 -.62 .62"},
    {"slow, wait",
     "P -.6 -.85 .6 -.85 P -.6 .85 .6 .85 P -.42 -.85 -.42 -.5 .42 .5 .42 .85 "
     "P .42 -.85 .42 -.5 -.42 .5 -.42 .85"},
    {"drop",
     "P -.9 -.15 -.4 -.15 D -.08 -.15 .1 D .3 -.15 .1 D .68 -.15 .1 P -.15 .25 .25 .65 "
     "P .25 .25 -.15 .65"},
    {"delay", "C 0 0 .85 P 0 -.45 0 .05 .35 .25"},
    {"cut", "C -.6 -.5 .27 C -.6 .5 .27 P -.38 -.33 .85 .6 P -.38 .33 .85 -.6"},
    {"clock jump", "A -.05 .08 .78 -15 290 P -.05 -.35 -.05 .08 -.4 .08 F .4 -.95 .95 -.7 .5 -.3"},
    {"pause", "B -.5 -.75 -.15 .75 B .15 -.75 .5 .75"},
    {"play", "F -.45 -.75 .7 0 -.45 .75"},
    {"step back", "B -.65 -.7 -.42 .7 F .6 -.7 -.35 0 .6 .7"},
    {"step on", "F -.6 -.7 .35 0 -.6 .7 B .42 -.7 .65 .7"},
    {"first", "B -.85 -.7 -.65 .7 F .02 -.7 -.6 0 .02 .7 F .75 -.7 .08 0 .75 .7"},
    {"now", "F -.75 -.7 -.08 0 -.75 .7 F -.02 -.7 .6 0 -.02 .7 B .65 -.7 .85 .7"},
    {"pin", "D 0 -.42 .45 P 0 -.1 0 .9"},
    {"find", "C -.2 -.2 .57 P .22 .22 .85 .85"},
    {"holds", "P -.8 .05 -.25 .6 .8 -.6"},
    {"dead, close", "P -.58 -.58 .58 .58 P .58 -.58 -.58 .58"},
    {"help", "A 0 -.42 .42 175 405 P .3 -.12 .04 .14 0 .42 D 0 .8 .13"},
    {"enlarge",
     "P .2 -.2 .78 -.78 P .3 -.8 .8 -.8 .8 -.3 P -.2 .2 -.78 .78 P -.3 .8 -.8 .8 -.8 .3"},
    {"more", "D -.65 0 .14 D 0 0 .14 D .65 0 .14"},
    {"show",
     "Z -.95 0 -.65 -.38 -.25 -.6 .25 -.6 .65 -.38 .95 0 .65 .38 .25 .6 -.25 .6 -.65 .38 "
     "D 0 0 .28"},
    {"covered",
     "Z -.95 0 -.65 -.38 -.25 -.6 .25 -.6 .65 -.38 .95 0 .65 .38 .25 .6 -.25 .6 -.65 .38 "
     "D 0 0 .28 P -.7 .8 .7 -.8"},
    {"locked", "R -.6 -.1 .6 .8 .15 A 0 -.22 .4 180 360 P -.4 -.22 -.4 -.1 P .4 -.22 .4 -.1"},
    {"hint", "A 0 -.28 .58 130 410 P -.37 .17 -.3 .48 .3 .48 .37 .17 P -.2 .85 .2 .85"},
    {"branch",
     "P -.45 -.7 -.45 .7 P -.45 .4 .25 .2 .6 -.35 D -.45 -.72 .17 D -.45 .72 .17 D .6 -.4 .17"},
    {"fault", "Z .15 -.95 -.5 .15 -.08 .15 -.15 .95 .5 -.2 .08 -.2"},
    {"promise", "Z 0 -.9 .72 -.62 .66 .12 0 .9 -.66 .12 -.72 -.62"},
    {"toggle", "Z 0 -.85 .85 0 0 .85 -.85 0"},
    {"twin", "R -.85 -.6 -.12 .6 .15 R .12 -.6 .85 .6 .15"},
    {"lab", "P -.4 -.85 .4 -.85 Z -.22 -.85 -.22 -.3 -.8 .8 .8 .8 .22 -.3 .22 -.85 P -.5 .3 .5 .3"},
    {"field",
     "B -.8 -.8 -.4 -.4 B -.2 -.8 .2 -.4 B .4 -.8 .8 -.4 B -.8 -.2 -.4 .2 B -.2 -.2 .2 .2 "
     "B .4 -.2 .8 .2 B -.8 .4 -.4 .8 B -.2 .4 .2 .8 B .4 .4 .8 .8"},
    {"metrics", "P -.85 -.85 -.85 .8 .9 .8 P -.5 .35 -.1 -.2 .2 .1 .8 -.6"},
    {"space-time", "P -.7 -.85 -.7 .85 P .7 -.85 .7 .85 P -.7 -.5 .7 0 -.7 .55"},
    {"storage", "Z 0 -.8 .9 -.3 0 .2 -.9 -.3 P -.9 .2 0 .72 .9 .2"},
    {"predict", "Z -.8 .85 -.65 .3 .5 -.85 .85 -.5 -.3 .65"},
    {"checkpoint", "P -.5 .9 -.5 -.85 .75 -.45 -.5 -.05"},
    {"blast radius",
     "C 0 0 .65 D 0 0 .18 P 0 -.95 0 -.45 P 0 .95 0 .45 P -.95 0 -.45 0 P .95 0 .45 0"},
    {"token", "C -.5 0 .33 P -.17 0 .85 0 .85 .38 P .5 0 .5 .32"},
    {"light",
     "C 0 0 .38 P 0 -.65 0 -.92 P 0 .65 0 .92 P -.65 0 -.92 0 P .65 0 .92 0 P .46 -.46 .65 -.65 "
     "P -.46 -.46 -.65 -.65 P .46 .46 .65 .65 P -.46 .46 -.65 .65"},
    {"dark", "C 0 0 .8 W 0 0 .8 -90 90"},
    {"gains", "F 0 -.55 .6 .5 -.6 .5"},
    {"costs", "F -.6 -.5 .6 -.5 0 .55"},
}};

struct Part {
  char what = 0;
  std::vector<float> numbers;
};

std::vector<Part> parse(const char* words) {
  std::vector<Part> parts;
  std::istringstream in(words);
  std::string word;
  while (in >> word) {
    if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z') {
      parts.push_back({word[0], {}});
    } else {
      parts.back().numbers.push_back(std::stof(word));
    }
  }
  return parts;
}

const std::vector<Part>& parts_of(IconId id) {
  static const auto every = [] {
    std::array<std::vector<Part>, kIconCount> all;
    std::transform(kDrawings.begin(), kDrawings.end(), all.begin(),
                   [](const Drawing& drawing) { return parse(drawing.words); });
    return all;
  }();
  return every.at(static_cast<std::size_t>(id));
}

// One icon being drawn: knows where, how large, which colour.
class Pen {
 public:
  Pen(ImVec2 centre, float size, ImU32 colour)
      : centre_(centre),
        half_(size / 2),
        colour_(colour),
        width_(std::max(0.09F * size, 1.3F)),
        list_(canvas()) {}

  void draw(const Part& part) {
    const std::vector<float>& n = part.numbers;
    switch (part.what) {
      case 'P':
      case 'Z':
        path(n);
        list_.PathStroke(colour_, part.what == 'Z' ? ImDrawFlags_Closed : 0, width_);
        break;
      case 'F':
        path(n);
        list_.PathFillConvex(colour_);
        break;
      case 'B':
        list_.AddRectFilled(at(n[0], n[1]), at(n[2], n[3]), colour_);
        break;
      case 'R':
        list_.AddRect(at(n[0], n[1]), at(n[2], n[3]), colour_, n[4] * half_, 0, width_);
        break;
      case 'C':
        list_.AddCircle(at(n[0], n[1]), n[2] * half_, colour_, 0, width_);
        break;
      case 'D':
        list_.AddCircleFilled(at(n[0], n[1]), std::max(n[2] * half_, 0.9F), colour_);
        break;
      default:
        curve(part.what, n);
    }
  }

 private:
  void curve(char what, const std::vector<float>& n) {
    if (what == 'E') {
      ellipse({n[0], n[1], n[2], n[3]}, n[4], n[5]);
      list_.PathStroke(colour_, 0, width_);
      return;
    }
    ellipse({n[0], n[1], n[2], n[2]}, n[3], n[4]);
    if (what == 'A') {
      list_.PathStroke(colour_, 0, width_);
    } else {
      list_.PathFillConvex(colour_);
    }
  }

  [[nodiscard]] ImVec2 at(float x, float y) const {
    return {centre_.x + x * half_, centre_.y + y * half_};
  }
  void path(const std::vector<float>& n) {
    for (std::size_t i = 0; i + 1 < n.size(); i += 2)
      list_.PathLineTo(at(n[i], n[i + 1]));
  }
  void ellipse(ImVec4 shape, float from, float to) {
    const int steps = std::max(6, static_cast<int>((to - from) / 360 * (10 + half_ * 2)));
    for (int i = 0; i <= steps; ++i) {
      const float degrees = from + (to - from) * static_cast<float>(i) / static_cast<float>(steps);
      const float angle = degrees * std::numbers::pi_v<float> / 180;
      list_.PathLineTo(
          at(shape.x + shape.z * std::cos(angle), shape.y + shape.w * std::sin(angle)));
    }
  }

  ImVec2 centre_;
  float half_;
  ImU32 colour_;
  float width_;
  ImDrawList& list_;
};

}  // namespace

void icon(IconId id, ImVec2 centre, float size, ImU32 colour) {
  // On half pixels strokes of odd width are crisp.
  const ImVec2 snapped(std::floor(centre.x) + 0.5F, std::floor(centre.y) + 0.5F);
  Pen pen(snapped, size, colour != 0 ? colour : theme().text);
  for (const Part& part : parts_of(id))
    pen.draw(part);
}

const char* icon_name(IconId id) {
  return kDrawings.at(static_cast<std::size_t>(id)).name;
}

}  // namespace glasspost::viz
