// An allocator and its store alone, each a process on real links, as a cluster has them; and libzmq
// alone, for comparison. `bench seq` starts them and plays the mailboxes (seq_callers.hpp).
#pragma once

#include <cstddef>
#include <string>

#include "engine/core/config.hpp"
#include "engine/core/process.hpp"

namespace glasspost::bench {

inline constexpr std::size_t kSeqCallersMax = 50;

// Ten sections of 100,000 users, all of one allocator.
Config seq_config();

// The allocator is node 1, its store node 2, caller i (from 0) mailbox i + 1 on node i + 3.
Directory seq_directory();

// Where node number `node` listens below a folder.
std::string seq_endpoint(const std::string& folder, unsigned node);

// Runs as "seq" or "store" in this folder until SIGTERM, in this life; those before are known to
// have ended. Its exit code.
int run_seq_server(const std::string& folder, const std::string& role, BootId life);

// A ROUTER at node 1's endpoint that counts in an array and sends each frame back, until it is
// killed: what no server on libzmq can beat. Its exit code.
int run_zmq_counter(const std::string& folder);

}  // namespace glasspost::bench
