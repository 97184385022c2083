// The cluster map and the connection field as they are drawn, in frames that nobody sees.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/viz/imgui_frame.hpp"
#include "viz/model/film.hpp"
#include "viz/views/cluster_map_view.hpp"
#include "viz/views/field_view.hpp"
#include "viz/views/map_parts.hpp"
#include "viz/widgets/text.hpp"

namespace glasspost::viz {
namespace {

constexpr Rect kPlace{10, 10, 918, 398};

RunLabels labels_of(bool merged) {
  RunLabels labels;
  std::uint16_t node = 0;
  for (const auto& [kind, count] :
       std::vector<std::pair<RoleKind, std::uint64_t>>{{RoleKind::kAccess, 2},
                                                       {RoleKind::kLogic, 1},
                                                       {RoleKind::kConversation, 2},
                                                       {RoleKind::kMailbox, 2},
                                                       {RoleKind::kSeq, 1},
                                                       {RoleKind::kStore, 1},
                                                       {RoleKind::kAccount, 1}}) {
    for (std::uint64_t number = 1; number <= count; ++number) {
      const Address role{kind, number};
      if (merged && node > 0) {
        labels.processes[0].roles.push_back(role);
      } else {
        labels.processes.push_back({NodeId{++node}, merged ? "server" : to_text(role), {role}});
      }
    }
  }
  return labels;
}

Fact logged_in(std::int64_t time_us, std::uint32_t connection) {
  return {.time_us = time_us,
          .kind = FactKind::kLoggedIn,
          .node = 1,
          .subject = device_of(UserId{connection}, 1).value,
          .object = connection};
}

// A film with so many connections at the first access process.
struct Show {
  Show(bool merged, std::uint32_t connections) {
    film.name(labels_of(merged));
    FactBatch batch;
    for (std::uint32_t i = 1; i <= connections; ++i)
      batch.facts.push_back(logged_in(1'000, i));
    batch.until = time_from_us(2'000);
    add(batch);
  }
  void add(const FactBatch& batch) {
    film.append(batch);
    player.advance(1);
  }

  Film film;
  Player player{film};
};

// Remembers which rows were given.
class RowCounter : public TextureHost {
 public:
  ImTextureID put(std::string_view, const TexturePatch& patch) override {
    rows.push_back(patch.rows);
    first_rows.push_back(patch.first_row);
    return nullptr;
  }
  std::vector<int> rows, first_rows;
};

struct Stand {
  Selection selection;
  Actions actions;
  RowCounter textures;
  ViewContext context;
  Stand() {
    context.selection = &selection;
    context.actions = &actions;
    context.textures = &textures;
  }
};

TEST_CASE("no text of the cluster map is cut, large or small, split or merged") {
  for (const bool merged : {false, true}) {
    for (const float size : {1.0F, 1.25F, 2.0F}) {
      set_scale(size);
      ImguiFrames frames;
      const Show show(merged, 7);
      Stand stand;
      ClusterMapView view(show.player);
      const std::uint64_t before = cut_texts();
      const Rect place{10, 10, kPlace.w * size, kPlace.h * size};
      for (int i = 0; i < 3; ++i)
        frames.frame([&] { view.draw(place, stand.context); });
      CHECK(cut_texts() == before);
    }
  }
  set_scale(1);
}

TEST_CASE("a click on a card selects its process, another click lets it go") {
  ImguiFrames frames;
  const Show show(false, 7);
  Stand stand;
  ClusterMapView view(show.player);
  const auto draw = [&] { view.draw(kPlace, stand.context); };
  frames.frame(draw);
  // The only card in the column of logic stands in its middle.
  const MapContent content = map_content(show.player.model().processes().all());
  std::vector<MapCard> cards;
  for (const MapNode& node : content.nodes)
    cards.push_back({node.column, 0});
  const MapPlan plan = plan_cluster_map(kPlace, em_exact(), cards, content.edges, false);
  const int logic = content.node(static_cast<std::uint32_t>(RoleKind::kLogic) << 24 | 1);
  const Rect card = plan.cards[static_cast<std::size_t>(logic)];
  frames.click({card.cx(), card.cy()}, draw);
  CHECK(stand.selection.process == "logic-1");
  frames.click({card.cx(), card.cy()}, draw);
  CHECK(stand.selection.process.empty());
}

TEST_CASE("a process with a fault is ill for as long as the fault lasts, and says which") {
  ProcessCard store;
  store.node = NodeId{9};
  store.name = "store-1";
  store.health = Health::kRunning;
  RunLabels labels = labels_of(false);
  Model model;
  model.name(labels);
  model.apply({.time_us = 1'000, .kind = FactKind::kFault, .subject = 7, .object = 9});
  model.apply({.time_us = 5'000, .kind = FactKind::kHealed, .subject = 7, .object = 9});
  const CardHealth during =
      card_health(store, model.deeds(), RoleKind::kStore, time_from_us(2'000));
  CHECK(during.state == State::kWaiting);
  CHECK(during.fault.find("store-1") != std::string::npos);
  const CardHealth after = card_health(store, model.deeds(), RoleKind::kStore, time_from_us(6'000));
  CHECK(after.state == State::kHealthy);
  CHECK(after.fault.empty());
}

TEST_CASE("the field gives the rows that changed, and no others") {
  ImguiFrames frames;
  Show show(false, 100'000);
  Stand stand;
  FieldView view(show.player);
  const auto draw = [&] { view.draw({0, 0, 474, 400}, stand.context); };
  frames.frame(draw);
  REQUIRE(stand.textures.rows.size() == 1);
  CHECK(stand.textures.rows.back() > 200);  // all of it
  frames.frame(draw);
  CHECK(stand.textures.rows.back() == 0);  // nothing happened
  FactBatch batch;
  batch.facts.push_back(
      {.time_us = 3'000, .kind = FactKind::kClosed, .node = 1, .subject = 50'000});
  batch.until = time_from_us(4'000);
  show.add(batch);
  frames.frame(draw);
  CHECK(stand.textures.rows.back() == 1);
  CHECK(stand.textures.first_rows.back() == 49'999 / 474);
}

TEST_CASE("in reduced motion nothing moves by itself") {
  ImguiFrames frames;
  const Show show(false, 7);
  Stand stand;
  stand.context.reduced_motion = true;
  ClusterMapView view(show.player);
  frames.frame([&] { view.draw(kPlace, stand.context); });
  CHECK_FALSE(stand.context.animating);
}

}  // namespace
}  // namespace glasspost::viz
