// Sentences on standard error, of commands and of processes whose standard error is a log file.
#pragma once

#include <string_view>

namespace glasspost {

// Writes the sentence and ends the line. What it quotes may come from anywhere: nothing in it moves
// a cursor (escape_controls). A full disk or a closed pipe makes it say nothing, never fail: no
// process may end because its log has no room.
void write_error_line(std::string_view sentence);

}  // namespace glasspost
