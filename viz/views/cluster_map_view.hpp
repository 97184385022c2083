// The cluster map: processes in fixed columns, links with their traffic, honest particles.
#pragma once

#include <string>
#include <vector>

#include "viz/model/film.hpp"
#include "viz/scene/cluster_map.hpp"
#include "viz/scene/flight_log.hpp"
#include "viz/scene/map_content.hpp"
#include "viz/scene/particles.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class ClusterMapView : public View {
 public:
  explicit ClusterMapView(const Player& player) : player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "cluster-map"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  void draw(Rect area, ViewContext& context) override;
  [[nodiscard]] std::string describe() const override;

 private:
  // A rate beside its link.
  struct Rate {
    Rect place;
    std::string words;
  };

  void follow(const Model& model);
  void choose_scale();
  void draw_links(const Model& model, Rect area, const ViewContext& context) const;
  void draw_bodies() const;
  void draw_dots() const;
  void draw_arrows() const;
  [[nodiscard]] std::vector<Rate> place_rates(Rect area) const;
  void draw_story(const Model& model, const ViewContext& context,
                  const std::vector<Rate>& rates) const;
  void draw_cards(const Model& model, ViewContext& context) const;
  void draw_frame(const Model& model, ViewContext& context) const;
  void draw_foot(const Model& model, const ViewContext& context) const;
  [[nodiscard]] Rect story_label(Vec2 at, float width, const std::vector<Rate>& rates) const;

  // How fast the film runs; 1: as it happened.
  [[nodiscard]] double speed() const { return player_.follows() ? 1 : player_.speed(); }

  const Player& player_;
  MapContent content_;
  MapPlan plan_;
  std::vector<EdgeTraffic> traffic_;
  std::vector<NodeTraffic> nodes_;  // the clients are the last
  FlightLog log_;
  double factor_ = 1;          // of slow motion, as printed
  std::uint64_t per_dot_ = 1;  // N, as printed
  Time now_ = Time(Duration(0));
};

}  // namespace glasspost::viz
