// How a person names one message on a command line. Two forms:
//
//   alice+bob:5, 1+2:5     the two members, by name or by user id, and the number
//   4294967298:5           the conversation's id, as `send --json` prints it, and the number
//
// A name may be all digits, or hold a +, so the first form can say two things; then nobody guesses.
// The second form says one thing always: no two members are in it.
#pragma once

#include <map>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/base/message_key.hpp"
#include "engine/base/result.hpp"

namespace glasspost {

// Reads either form. Errors: kInvalidArgument if it is no such word, or can be read in two ways:
// the sentence tells both, each in the second form; kNotFound if a member is not known.
Result<MessageKey> parse_message_word(const std::string& word,
                                      const std::map<UserId, std::string>& names);

// A word that parse_message_word reads as this message: 1+2:5, or the second form where a name
// makes that ambiguous. REQUIRES: is_pair(message.conversation).
std::string message_word(const MessageKey& message, const std::map<UserId, std::string>& names);

}  // namespace glasspost
