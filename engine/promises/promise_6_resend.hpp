// Promise 6: sending again makes no second message. Watches kCommitted and kAcked. A later owner
// may repeat a kCommitted, and a resend brings another kAcked: the same again is fine.
#pragma once

#include <compare>
#include <map>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/promises/judgement.hpp"
#include "engine/promises/message_key.hpp"

namespace glasspost {

// Judged: client ids. Broken when
//   1. one client id has two numbers, committed or acknowledged,
//   2. one client id has two texts, committed or acknowledged,
//   3. one number is committed for two client ids (another text for the same one is 2),
//   4. at the end: a client id was acknowledged and never committed.
// Only 4 concludes from what is missing, so only 4 needs a history without losses.
class Promise6Resend {
 public:
  Promise6Resend();

  void observe(const Fact& fact);
  void lost(std::uint64_t facts) { judgement_.lost(facts); }
  void finish();
  bool broken() const { return judgement_.broken(); }
  Verdict verdict() const { return judgement_.verdict(); }

 private:
  // A device counts its client ids; the home judges them in their conversation.
  struct SendKey {
    ConversationId conversation;
    DeviceId device;
    std::uint64_t client_id = 0;
    auto operator<=>(const SendKey&) const = default;
  };

  struct Send {
    Fact first;              // whichever fact came first
    bool committed = false;  // a kCommitted was seen
  };

  static SendKey send_of(const Fact& fact);
  static std::string to_text(const SendKey& send);

  void judge_send(const Fact& fact);
  void judge_number(const Fact& fact);

  std::map<SendKey, Send> sends_;
  std::map<MessageKey, Fact> committed_;  // the first kCommitted of each number
  Judgement judgement_;
};

}  // namespace glasspost
