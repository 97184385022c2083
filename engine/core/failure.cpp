// The sentences.
#include "engine/core/failure.hpp"

namespace glasspost {

std::string_view sentence_of(v1::FailureCode code) {
  switch (code) {
    case v1::FAILURE_CODE_LOGIN_REQUIRED:
      return "This connection is not logged in. Send login with your token, then this again. "
             "Before a login a frame has at most 4096 bytes.";
    case v1::FAILURE_CODE_TOKEN_INVALID:
      return "This token is not valid here, or was ended by a logout. Ask for a new one.";
    case v1::FAILURE_CODE_TOKEN_EXPIRED:
      return "This token has expired. Ask for a new one.";
    case v1::FAILURE_CODE_BAD_REQUEST:
      return "The frame is no envelope that can be read, or holds text that is not UTF-8, or asks "
             "nothing that is answered here. See docs/protocol.md.";
    case v1::FAILURE_CODE_TOO_LARGE:
      return "A text may have at most 8192 bytes, and must have one.";
    case v1::FAILURE_CODE_NO_CONVERSATION:
      return "There is no such conversation for you.";
    case v1::FAILURE_CODE_CLIENT_ID_REUSED:
      return "This client id was used here with another text. Give every message a new one.";
    case v1::FAILURE_CODE_TOO_OLD:
      return "This client id is 0, or older than the newest 1024 of this device here. Count "
             "upwards from 1.";
    case v1::FAILURE_CODE_KEY_UNKNOWN:
      return "This sync key is above everything in your inbox. Sync from key 0.";
    case v1::FAILURE_CODE_BUSY:
      return "The server is busy. Try again a little later.";
    case v1::FAILURE_CODE_UNAVAILABLE:
      return "This part of the server is being taken over. Try again a little later.";
    case v1::FAILURE_CODE_NAME_UNKNOWN:
      return "Nobody has this name.";
    case v1::FAILURE_CODE_PASSWORD_WRONG:
      return "Name, password and device do not go together. An administrator sets passwords with "
             "`glasspost user passwd`.";
    case v1::FAILURE_CODE_TOO_MANY:
      return "Too many texts without an answer, or too many tries of this name. Wait as long as "
             "this says.";
    default:
      return "The server refused.";
  }
}

std::uint32_t retry_after_ms(v1::FailureCode code) {
  switch (code) {
    case v1::FAILURE_CODE_LOGIN_REQUIRED:
      return 1;
    case v1::FAILURE_CODE_BUSY:
    case v1::FAILURE_CODE_TOO_MANY:
      return 200;
    case v1::FAILURE_CODE_UNAVAILABLE:
      return 300;
    default:
      return 0;
  }
}

}  // namespace glasspost
