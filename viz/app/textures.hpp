// The textures that views ask for, kept by name; the OpenGL half of viz/widgets/texture.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "viz/widgets/texture.hpp"

namespace glasspost::viz {

class GlTextures : public TextureHost {
 public:
  ~GlTextures() override;
  ImTextureID put(std::string_view key, const TexturePatch& patch) override;
  // Once a frame, with the window's seconds: drops what nobody asked for during a minute.
  void forget_old(double seconds);

 private:
  struct Kept {
    unsigned int name = 0;
    int width = 0, height = 0;
    double asked = 0;
  };
  std::map<std::string, Kept, std::less<>> kept_;
  double now_ = 0;
};

}  // namespace glasspost::viz
