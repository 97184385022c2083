// Which letters carry a password or a token. Neither may enter a fact, a journal or a log, so
// whoever writes letters' bytes anywhere asks here first.
#pragma once

#include "glasspost/v1/letter.pb.h"

namespace glasspost {

// Whether the bytes of this letter must not be shown or kept.
inline bool carries_secret(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kClient:
      return letter.client().has_login() || letter.client().has_login_done();
    case v1::Letter::kLoginCheck:
    case v1::Letter::kLoginChecked:
    case v1::Letter::kUserAdded:
    case v1::Letter::kSetPassword:
    case v1::Letter::kHashPassword:
    case v1::Letter::kPasswordHashed:
      return true;
    default:
      return false;
  }
}

}  // namespace glasspost
