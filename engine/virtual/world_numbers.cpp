// See world_numbers.hpp.
#include "engine/virtual/world_numbers.hpp"

#include <vector>

#include "engine/roles/seq/seq.hpp"
#include "engine/virtual/shape.hpp"

namespace glasspost {
namespace {

// With the newest routes that an allocator has heard of.
Config newest_config(const World& world) {
  Config newest = make_config(world.scenario());
  const std::vector<Address> owners = newest.owners;
  for (Address owner : owners) {
    const RoleBox* role = owner.kind == RoleKind::kSeq ? world.role(owner) : nullptr;
    if (role == nullptr) continue;
    const Config& heard = role->as<Seq>().state().config;
    if (heard.route_version > newest.route_version) newest = heard;
  }
  return newest;
}

}  // namespace

NumberView look_at_numbers(const World& world, UserId user) {
  const Config config = newest_config(world);
  const SectionId section = config.seq_section(user);
  const Address owner = config.owner_of(section);
  NumberView view;
  view.user = to_text(user);
  view.owner = to_text(owner);
  const RoleBox* role = world.role(owner);
  if (role == nullptr) {
    view.silence = view.owner + " does not answer: its process is down or frozen";
  } else {
    view.answer = role->as<Seq>().shown(user.value);
  }
  view.answer.set_section(section.value);
  return view;
}

}  // namespace glasspost
