// Access: where devices are connected. It knows who is behind each connection and nothing about
// messages.
//
//   device asks   access sends           answered by          device gets
//   Login         LoginCheck   -> account       LoginChecked   LoginDone
//   SendText      Submit       -> logic, home   Submitted      TextSent
//   Sync          PullRows     -> mailbox       RowsPulled     SyncPage
//   History       ReadHistory  -> logic, home   HistoryRead    HistoryPage
//   Lookup        LookupName   -> account       NameFound      LookupDone
//   Logout        EndLogin     -> account       LoginIsOver    LoginEnded
//                 unasked, from the mailbox:    NotifyDevice   Notice
//
// A device's transport reconnects by itself and the device may not notice, so a request on a
// connection that is not logged in is answered LOGIN_REQUIRED and dropped; the connection stays.
// Invariants:
//   I1  user and device of everything sent inwards come from the session, never from the device's
//       words.
//   I2  an answer goes to the connection that asked, and only while the same device is logged in
//       there.
//   I3  a device is logged in on at most one connection of this process.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "engine/core/archive_message.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/role.hpp"

namespace glasspost {

class Access {
 public:
  static constexpr std::uint32_t kStateVersion = 2;

  // Who is logged in on a connection.
  struct Session {
    DeviceId device;                  // 0: nobody yet
    std::uint64_t number = 0;         // from account: newer sessions of a device fence older ones
    std::uint64_t login_request = 0;  // of the login that is being checked, 0 if none
    // Under way inside the house, and since when; kNever: nothing is.
    std::uint64_t sync_request = 0;
    Time sync_asked = kNever;
    std::uint64_t history_request = 0;
    Time history_asked = kNever;
    Time token_asked = kNever;
    Time password_asked = kNever;
    std::uint64_t lookup_request = 0;
    Time lookup_asked = kNever;
    // Texts under way inside the house: asked when, by (conversation, client id).
    std::map<std::pair<std::uint64_t, std::uint64_t>, Time> sending;

    template <class Archive>
    void fields(Archive& archive) {
      archive(device, number, login_request, sync_request, sync_asked, history_request,
              history_asked, token_asked, password_asked, lookup_request, lookup_asked, sending);
    }
  };

  struct State {
    Address self;
    Config config;
    std::map<std::uint64_t, Session> sessions;        // by connection
    std::map<DeviceId, std::uint64_t> connection_of;  // of devices that are logged in

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, sessions, connection_of);
    }
  };

  explicit Access(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  // What a step of this role passes around.
  struct Turn {
    const Seen& seen;
    Outbox& out;
  };

  // access.cpp: connections, logins, and what the house says.
  void on_letter(const v1::Letter& letter, Turn& turn);
  void on_login_checked(const v1::LoginChecked& checked, Turn& turn);
  void on_login_over(const v1::LoginIsOver& over, Turn& turn);
  void on_replaced(const v1::RouteReplaced& replaced, Turn& turn);
  void on_owner_serves(const v1::OwnerServes& serves, Turn& turn);
  void on_connection(const Peer& peer, Turn& turn);
  void end_session(std::uint64_t connection, std::uint64_t request, v1::EndReason reason,
                   Turn& turn);
  void forget_session(std::uint64_t connection, Turn& turn);
  void send_route(std::uint64_t connection, const Session& session, Turn& turn);

  // request.cpp: what devices ask.
  void on_client(const v1::Letter& letter, Turn& turn);
  void on_login(std::uint64_t connection, const v1::ClientEnvelope& asked, Turn& turn);
  void on_password(std::uint64_t connection, const v1::ClientEnvelope& asked, Turn& turn);
  bool may_send(Session& session, const v1::SendText& text, Time now) const;
  void on_request(std::uint64_t connection, Session& session, const v1::Letter& letter, Turn& turn);
  void on_sync(std::uint64_t connection, Session& session, const v1::Letter& letter, Turn& turn);
  void on_history(std::uint64_t connection, Session& session, const v1::Letter& letter, Turn& turn);
  void on_lookup(std::uint64_t connection, Session& session, const v1::ClientEnvelope& asked,
                 Turn& turn);
  void on_send_text(const v1::Origin& origin, Session& session, const v1::Letter& letter,
                    Turn& turn);

  // answer.cpp: what goes back to devices.
  void on_submitted(const v1::Letter& letter, Turn& turn);
  void on_rows_pulled(const v1::RowsPulled& pulled, Turn& turn);
  void on_history_read(const v1::HistoryRead& read, Turn& turn);
  void on_name_found(const v1::NameFound& found, Turn& turn);
  void on_notify(const v1::NotifyDevice& notify, std::uint64_t trace, Turn& turn);

  v1::Origin origin_of(std::uint64_t connection, const Session& session, std::uint64_t request,
                       const Turn& turn) const;
  bool is_current(const v1::Origin& origin, const Turn& turn) const;
  Send& say(std::uint64_t connection, std::uint64_t request, std::uint64_t trace, Turn& turn);
  void fail(std::uint64_t connection, std::uint64_t request, v1::FailureCode code, Turn& turn,
            std::uint32_t retry_after_ms = 0);

  State state_;
};

extern template RoleBox RoleBox::of(Access);

}  // namespace glasspost
