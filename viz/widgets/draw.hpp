// All of drawing in one include: theme, text, icons, shapes, plots.
#pragma once

#include "viz/scene/rect.hpp"
#include "viz/widgets/fonts.hpp"
#include "viz/widgets/icons.hpp"
#include "viz/widgets/plot.hpp"
#include "viz/widgets/shapes.hpp"
#include "viz/widgets/text.hpp"
#include "viz/widgets/theme.hpp"
