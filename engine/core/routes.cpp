// The route table: between its wire form and a configuration.
#include "engine/core/routes.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

using Packed = google::protobuf::RepeatedField<std::uint64_t>;

constexpr SectionKind kKinds[] = {SectionKind::kConversation, SectionKind::kMailbox,
                                  SectionKind::kSeq};

Packed& column(v1::RouteTable& routes, SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return *routes.mutable_conversation_owners();
    case SectionKind::kMailbox:
      return *routes.mutable_mailbox_owners();
    case SectionKind::kSeq:
      break;
  }
  return *routes.mutable_seq_owners();
}

const Packed& column(const v1::RouteTable& routes, SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return routes.conversation_owners();
    case SectionKind::kMailbox:
      return routes.mailbox_owners();
    case SectionKind::kSeq:
      break;
  }
  return routes.seq_owners();
}

std::vector<Address>& column(Config& config, SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return config.conversation_owners;
    case SectionKind::kMailbox:
      return config.mailbox_owners;
    case SectionKind::kSeq:
      break;
  }
  return config.seq_owners;
}

constexpr std::uint32_t kLastCut = static_cast<std::uint32_t>(SeqCut::kQuadruple);

bool may_own(const Config& config, SectionKind kind, Address role) {
  const auto& owners = config.owners;
  return role.kind == owner_kind(kind) &&
         std::find(owners.begin(), owners.end(), role) != owners.end();
}

}  // namespace

RoleKind owner_kind(SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return RoleKind::kConversation;
    case SectionKind::kMailbox:
      return RoleKind::kMailbox;
    case SectionKind::kSeq:
      break;
  }
  return RoleKind::kSeq;
}

v1::RouteTable routes_of(const Config& config) {
  v1::RouteTable routes;
  routes.set_version(config.route_version);
  for (SectionId section : config.sections())
    column(routes, kind_of(section)).Add(pack(config.owner_of(section)));
  routes.set_seq_cut(static_cast<std::uint32_t>(config.seq_cut));
  routes.set_seq_cut_before(static_cast<std::uint32_t>(config.seq_cut_before));
  routes.set_seq_cut_version(config.seq_cut_version);
  return routes;
}

bool adopt_routes(Config& config, const v1::RouteTable& routes) {
  if (routes.version() <= config.route_version) return false;
  if (routes.version() > limits::kCountMax) return false;  // nobody could make the next one
  const auto cut = static_cast<SeqCut>(routes.seq_cut());
  const auto before = static_cast<SeqCut>(routes.seq_cut_before());
  if (routes.seq_cut() > kLastCut || routes.seq_cut_before() > kLastCut) return false;
  if (routes.seq_cut_version() > routes.version()) return false;
  for (SectionKind kind : kKinds) {
    const Packed& owners = column(routes, kind);
    const bool numbers = kind == SectionKind::kSeq;
    const std::size_t sections = numbers ? config.seq_sections(cut) : column(config, kind).size();
    if (static_cast<std::size_t>(owners.size()) != sections) return false;
    const auto fits = [&](std::uint64_t owner) { return may_own(config, kind, unpack(owner)); };
    if (!std::all_of(owners.begin(), owners.end(), fits)) return false;
  }
  for (SectionKind kind : kKinds) {
    std::vector<Address>& owners = column(config, kind);
    owners.clear();
    for (std::uint64_t owner : column(routes, kind))
      owners.push_back(unpack(owner));
  }
  config.seq_cut = cut;
  config.seq_cut_before = before;
  config.seq_cut_version = routes.seq_cut_version();
  config.route_version = routes.version();
  return true;
}

Address owner_of(const v1::RouteTable& routes, SectionId section) {
  return unpack(column(routes, kind_of(section)).Get(static_cast<int>(index_of(section))));
}

void set_owner(v1::RouteTable& routes, SectionId section, Address owner) {
  column(routes, kind_of(section)).Set(static_cast<int>(index_of(section)), pack(owner));
}

}  // namespace glasspost
