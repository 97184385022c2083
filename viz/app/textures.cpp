// Plain OpenGL 1.1 calls: one texture a key, rows replaced in place.
#include "viz/app/textures.hpp"

#include <bit>
#include <cassert>
#include <cstdint>
#include <vector>

#include <GLFW/glfw3.h>

namespace glasspost::viz {
namespace {

constexpr double kKeepSeconds = 60;

#ifndef GL_CLAMP_TO_EDGE
constexpr int kClampToEdge = 0x812F;  // OpenGL 1.2, which some headers leave out
#else
constexpr int kClampToEdge = GL_CLAMP_TO_EDGE;
#endif

unsigned int make(int width, int height) {
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, kClampToEdge);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, kClampToEdge);
  const std::vector<ImU32> empty(static_cast<std::size_t>(width) *
                                 static_cast<std::size_t>(height));
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               empty.data());
  return name;
}

}  // namespace

GlTextures::~GlTextures() {
  for (const auto& [key, kept] : kept_)
    glDeleteTextures(1, &kept.name);
}

ImTextureID GlTextures::put(std::string_view key, const TexturePatch& patch) {
  assert(patch.width > 0 && patch.height > 0);
  assert(patch.first_row >= 0 && patch.first_row + patch.rows <= patch.height);
  assert(patch.pixels.size() == static_cast<std::size_t>(patch.width) * patch.rows);
  Kept& kept = kept_[std::string(key)];
  if (kept.width != patch.width || kept.height != patch.height) {
    if (kept.name != 0) glDeleteTextures(1, &kept.name);
    kept = {make(patch.width, patch.height), patch.width, patch.height, now_};
  }
  kept.asked = now_;
  if (patch.rows > 0) {
    glBindTexture(GL_TEXTURE_2D, kept.name);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, patch.first_row, patch.width, patch.rows, GL_RGBA,
                    GL_UNSIGNED_BYTE, patch.pixels.data());
  }
  // ImGui's OpenGL backend carries the texture's number in a pointer.
  return std::bit_cast<ImTextureID>(static_cast<std::uintptr_t>(kept.name));
}

void GlTextures::forget_old(double seconds) {
  now_ = seconds;
  for (auto it = kept_.begin(); it != kept_.end();) {
    if (now_ - it->second.asked > kKeepSeconds) {
      glDeleteTextures(1, &it->second.name);
      it = kept_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace glasspost::viz
