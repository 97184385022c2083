// What an administrator may ask of a role, through the supervisor's socket. Each question has one
// answer, sent to where it came from.
#pragma once

#include "glasspost/v1/letter.pb.h"

namespace glasspost {

// Whether this letter is such a question. Everything else that comes from outside is refused:
// whoever holds the control socket may look and manage accounts, not speak as another role.
inline bool is_administrators_question(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kAddUser:
    case v1::Letter::kSetPassword:
    case v1::Letter::kKickUser:
    case v1::Letter::kListUsers:
    case v1::Letter::kLocateMessage:
    case v1::Letter::kLocateRow:
    case v1::Letter::kShowNumbers:
      return true;
    default:
      return false;
  }
}

}  // namespace glasspost
