// Textures for pictures of many small cells, such as one texel a client. The app owns the graphics
// library; views and widgets know only this port. Sampling is nearest: texels stay sharp squares.
#pragma once

#include <span>
#include <string_view>

#include <imgui.h>

namespace glasspost::viz {

// A change to a texture: whole rows, so that a live field uploads only what changed.
struct TexturePatch {
  int width = 0, height = 0;      // of the whole texture, in texels; a new size makes a new one
  int first_row = 0, rows = 0;    // what `pixels` holds
  std::span<const ImU32> pixels;  // rows * width colours, as ImGui packs them
};

class TextureHost {
 public:
  virtual ~TextureHost() = default;
  // The texture called `key`, after the patch. Rows never given are transparent. A patch of 0 rows
  // changes nothing. A texture that no frame asks for during a minute is dropped.
  virtual ImTextureID put(std::string_view key, const TexturePatch& patch) = 0;
};

}  // namespace glasspost::viz
