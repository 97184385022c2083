// Copy-on-write tables: a copy costs one shared pointer however large the table is, and each
// change copies only the page it falls on. This is what lets the engine keep many versions of
// its state. A table and its copies belong to one thread: sharing is told by reference count.
#pragma once

#include "engine/base/paged_array.hpp"  // IWYU pragma: export
#include "engine/base/paged_map.hpp"    // IWYU pragma: export
