// Client: the step machine of one device. Consoles, chat and load generators drive it; the virtual
// world runs thousands. It is written from docs/protocol.md alone, like a stranger's client.
//
//   person --ComposeText--> client --SendText--> access       until TextSent, with the same client
//   id access --Notice-------> client --Sync(key)--> access      until a page says there is no more
//
// A device keeps on its own disk: texts not yet acknowledged, the sync key, and what it has shown.
// It stores a page's messages and its key in one batch, so after a crash it goes on where it was.
// Invariants:
//   I1  a client id is used for one text only, and is on disk before the text leaves the device.
//   I2  the key never falls, and is never stored before the rows below it.
//   I3  of a conversation, a message is shown at most once, and its numbers only rise.
#pragma once

#include <cstdint>
#include <map>

#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/role.hpp"

namespace glasspost {

// What the host gives a device: a token, or, to get one, a name and a password.
struct ClientOptions {
  DeviceId device;
  std::string token;
  std::string name = {};
  std::string password = {};
};

class Client {
 public:
  static constexpr std::uint32_t kStateVersion = 2;

  // Where the login stands.
  enum class Login : std::uint8_t {
    kOut = 0,      // trying
    kIn = 1,       // logged in, as far as we know
    kRefused = 2,  // the token is worthless
    kEnded = 3     // logged out or replaced; only a person starts again
  };

  // A text that is not acknowledged yet.
  struct Unsent {
    ConversationId conversation;
    std::string text;
    bool on_its_way = false;  // sent, and not yet overdue
    Time sent_at = Time(Duration(0));
    std::uint32_t tries = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(conversation, text, on_its_way, sent_at, tries);
    }
  };

  struct State {
    Address self;
    bool airplane = false;
    Login login = Login::kOut;
    std::uint32_t login_tries = 0;
    std::uint64_t requests = 0;                     // login and sync requests made in this life
    std::uint64_t login_request = 0;                // waiting for its answer
    std::uint64_t sync_request = 0;                 // waiting for its answer, 0 if none
    std::uint64_t key = 0;                          // everything up to it is stored here
    std::uint64_t newest = 0;                       // newest inbox number heard of
    bool send_timer = false;                        // the next look for overdue texts is arranged
    std::uint64_t client_ids = 0;                   // client ids given so far
    std::map<std::uint64_t, Unsent> unsent;         // by client id
    std::map<ConversationId, std::uint64_t> shown;  // highest number shown
    std::uint64_t duplicates = 0;                   // rows that came again
    std::uint64_t top_row = 0;       // highest inbox number shown since the key began at 0, or here
    std::uint64_t shown_before = 0;  // when this life began: the numbers in `shown`, added up
    std::uint64_t shown_since = 0;   // messages shown in this life

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, airplane, login, login_tries, requests, login_request, sync_request, key,
              newest, send_timer, client_ids, unsent, shown, duplicates, top_row, shown_before,
              shown_since);
    }
  };

  Client(Address self, ClientOptions options) : options_(std::move(options)) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t { kLoginTimer = 1, kSendTimer = 2, kSyncTimer = 3 };

  struct Turn {
    const Seen& seen;
    Outbox& out;
  };

  void on_start(Turn& turn);
  void on_letter(const v1::Letter& letter, Turn& turn);
  void on_timer(TimerId timer, Turn& turn);
  v1::FailureCode check(const v1::ComposeText& compose) const;
  void on_compose(const v1::ComposeText& compose, Turn& turn);
  void on_airplane(bool on, Turn& turn);
  void on_envelope(const v1::ClientEnvelope& envelope, Turn& turn);

  // Login.
  void log_in(Turn& turn);
  void on_login_done(std::uint64_t request, const v1::LoginDone& done, Turn& turn);
  void on_failure(std::uint64_t request, const v1::Failure& failure, Turn& turn);

  // Sending.
  void send_waiting(Turn& turn);
  void on_send_timer(Turn& turn);
  void send_one(std::uint64_t client_id, Unsent& unsent, Turn& turn);
  void on_sent(const v1::TextSent& sent, Turn& turn);
  void give_up(std::uint64_t client_id, v1::FailureCode code, Turn& turn);

  // Syncing.
  void sync(Turn& turn);
  void on_page(std::uint64_t request, const v1::SyncPage& page, Turn& turn);
  void show(const v1::Message& message, Turn& turn);

  void save_self(Turn& turn) const;
  v1::ClientEnvelope& say(std::uint64_t request, Turn& turn) const;

  ClientOptions options_;  // a token that a password brought comes here: secrets are no state
  State state_;
};

extern template RoleBox RoleBox::of(Client);

}  // namespace glasspost
