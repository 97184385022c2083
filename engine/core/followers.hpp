// The replicas of a section's log, as its owner looks after them: each is sealed, given the start
// record and kept up to date, however long it was away. Parts of SectionLog (section_log.hpp).
//
//   kUnsealed -SectionSealed-> kSealed -LogStarted-> kStarted
//                                 |                     |
//                                 +-- copying: ReadLog at another one, CopyLog to it, page by page
//
// What a replica has when it is sealed:
//   - the start epoch of the tail that was taken: the same batches, as far as it goes;
//   - another one: what is above its settled position may be dead.
// Before W replicas have started, one that lacks positions below the tail is given them first: they
// are settled, so they replace what it has there. It drops nothing and keeps its start record: it
// may hold what was acknowledged, and whoever takes over next may find only this one. Afterwards
// the first page gives it our start record and truncates what may be dead; it needs no tail.
// A replica that was away for a short time is sent what is kept; else it is copied to. Copying
// never holds up what is served: one short page is under way a replica and section.
#pragma once

#include "engine/core/section_log.hpp"

namespace glasspost::followers {

// What a batch weighs on its way.
std::size_t bytes_of(const v1::LogBatch& batch);

// Step 4 begins: what every sealed replica has is known. Sends the start record where it can go.
void begin(SectionLog& log, OwnerStep& step);

// A replica was sealed after the others.
void on_late_seal(SectionLog& log, std::uint64_t replica, OwnerStep& step);

// The timer is due: whoever is behind and silent is asked again.
void look_after(SectionLog& log, OwnerStep& step);

// The start record is on this replica.
void on_started(SectionLog& log, std::uint64_t replica, std::uint64_t last, OwnerStep& step);

// A page that was read for another replica, and the answer to it.
void on_copy_page(SectionLog& log, const v1::LogPage& page, OwnerStep& step);
void on_copied(SectionLog& log, std::uint64_t replica, const v1::LogCopied& answer,
               OwnerStep& step);

// A started replica has told how far it is: sends what it lacks if it was away.
void on_confirmed(SectionLog& log, std::uint64_t replica, OwnerStep& step);

// Sends one batch to all that have everything before it.
void send_batch(const SectionLog& log, const v1::LogBatch& batch, std::uint64_t trace,
                OwnerStep& step);

// Batches that fell below the horizon: kept for whoever lacks them, let go when nobody does.
void keep(SectionLog& log, Archived<v1::LogBatch> batch);
void trim(SectionLog& log, const Config& config);

// Every replica has everything up to the horizon.
bool all_up_to_date(const SectionLog& log, const Config& config);

// The highest position that so many replicas have confirmed.
std::uint64_t quorum_position(const SectionLog& log, std::uint32_t write_quorum);

}  // namespace glasspost::followers
