// Routes: which role serves which section. They are a table with a version, kept in one register
// (register.hpp). Arbiters change it; every process lives by a copy, in its Config.
//
//   arbiter --register--> store replicas
//   arbiter's process --Frame.routes--> other processes --Frame.routes--> ...
//
// Copies spread with the traffic (WF 3.9): each frame says the version of its sender, and whoever
// knows a newer table puts it into the next frame to that process. process.cpp does so, for all
// roles alike.
#pragma once

#include "glasspost/v1/record.pb.h"

#include "engine/core/config.hpp"

namespace glasspost {

// The register of the table. No owner serves it.
inline constexpr SectionId kRoutesRegister{std::uint32_t{5} << 24};

// The table that a configuration holds.
v1::RouteTable routes_of(const Config& config);

// Takes a newer table over. False: it is not newer, or is none for this cluster (other sections, or
// roles that cannot own them); then nothing has changed.
bool adopt_routes(Config& config, const v1::RouteTable& routes);

// Who serves a section by this table. REQUIRES: the section exists.
Address owner_of(const v1::RouteTable& routes, SectionId section);
void set_owner(v1::RouteTable& routes, SectionId section, Address owner);

// The kind of role that serves a kind of section.
RoleKind owner_kind(SectionKind kind);

}  // namespace glasspost
