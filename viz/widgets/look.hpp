// ImGui's own style set from the theme, for what ImGui draws itself (text cursor, selection).
#pragma once

namespace glasspost::viz {

// Once a frame, before ImGui::NewFrame: theme and scale may have changed.
void apply_look();

}  // namespace glasspost::viz
