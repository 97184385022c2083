// The connection field: one texel a connection, one texture a server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/model/film.hpp"
#include "viz/scene/field_grid.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class FieldView : public View {
 public:
  explicit FieldView(const Player& player) : player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "connection-field"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  // What of a block has been uploaded.
  struct Uploaded {
    std::uint64_t version = 0;
    int columns = 0, rows = 0, texels = 0;
    ThemeName theme = ThemeName::kDark;
    std::vector<ConnectionState> states;
  };

  ImTextureID upload(std::size_t block, const ConnectionBlock& connections, TextureHost& host);
  void draw_block(const Model& model, std::size_t block, ViewContext& context);
  void draw_hover(const Model& model, const Item& item, std::size_t block,
                  ViewContext& context) const;
  void draw_legend(const Connections& connections, Rect area, std::uint64_t hidden) const;

  const Player& player_;
  FieldPlan plan_;
  std::vector<Uploaded> uploaded_;
};

}  // namespace glasspost::viz
