// What is said on a line of the load, server by server: each in the peer's own wire language, as
// plainly and as cheaply as its own clients would.
#pragma once

#include <vector>

#include "engine/apps/glasspost/bench/line_load.hpp"
#include "engine/control/identity.hpp"

namespace glasspost::bench {

// A device of ours: sends, syncs on notice, shows what pages bring. Its key stays in `keys` for the
// next run; both must outlive the load. It says its login with the handshake, or `asks_first`.
TalkFactory glasspost_talk(const std::vector<DeviceIdentity>& devices,
                           std::vector<std::uint64_t>& keys, bool asks_first);

// NATS JetStream: publishes to the partner's subject with a reply for the acknowledgement of the
// stream; hears its own subject.
TalkFactory nats_talk();

// Redis Streams: XADD to the partner's stream; helper number i reads the stream of sender i.
TalkFactory redis_talk(std::size_t senders);

// Redis counters: a text is one pipeline of `batch` INCRs, on keys of random users among so many.
TalkFactory redis_counters(std::uint32_t users, std::uint32_t batch);

// MQTT 3.1.1 with QoS 1 both ways.
TalkFactory mqtt_talk();

// A bare libzmq ROUTER that answers and passes on (zmq_router.hpp): libzmq's own ceiling.
TalkFactory zmq_talk();

}  // namespace glasspost::bench
