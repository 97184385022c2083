// A device's login, and its texts until the server has them.
#include "engine/core/limits.hpp"
#include "tests/roles/support/device.hpp"

namespace glasspost::tests {
namespace {

using List = std::vector<std::uint64_t>;

List ids(std::uint64_t first, std::uint64_t last) {
  List list;
  for (; first <= last; ++first)
    list.push_back(first);
  return list;
}

TEST_CASE("a device logs in with its token as soon as it starts") {
  Device device;
  const auto logins = asked(device, v1::ClientEnvelope::kLogin);
  REQUIRE(logins.size() == 1);
  CHECK(logins[0].login().token() == "alice's token");
  compose(device, "hi");
  CHECK(texts_sent(device).empty());
  answer_login(device);
  CHECK(texts_sent(device) == List{1});
  CHECK(asked(device, v1::ClientEnvelope::kSync).size() == 1);
}

TEST_CASE("WF 8.3: without an answer a login is tried again, slower and slower, with jitter") {
  Device device;
  std::vector<Duration> waits;
  for (int i = 0; i < 40; ++i) {
    REQUIRE(device.timers.size() == 1);
    waits.push_back(device.timers.begin()->second - device.now);
    device.wait(waits.back());
  }
  CHECK(asked(device, v1::ClientEnvelope::kLogin).size() == 41);
  CHECK(waits[0] <= limits::kLoginRetry);
  Duration longest = waits[0];
  for (std::size_t i = 0; i < waits.size(); ++i) {
    CHECK(waits[i] >= limits::kLoginRetry / 2);
    CHECK(waits[i] <= limits::kRetryCeiling);
    if (i > 0) CHECK(waits[i] != waits[i - 1]);
    longest = std::max(longest, waits[i]);
  }
  CHECK(longest > limits::kRetryCeiling / 2);
  answer_login(device);
  answer_sync(device, {});
  device.wait(limits::kRetryCeiling * 3);
  CHECK(asked(device, v1::ClientEnvelope::kLogin).empty());
}

TEST_CASE("an answer to an older login is ignored") {
  Device device;
  const std::uint64_t older = device.state().login_request;
  device.wait(limits::kLoginRetry);
  v1::ClientEnvelope envelope;
  envelope.set_request(older);
  envelope.mutable_login_done();
  hear(device, envelope);
  CHECK(device.state().login == Client::Login::kOut);
  refuse(device, older, v1::FAILURE_CODE_TOKEN_INVALID);
  CHECK(device.state().login == Client::Login::kOut);
  answer_login(device);
  CHECK(device.state().login == Client::Login::kIn);
}

TEST_CASE("a worthless token is not tried again") {
  for (v1::FailureCode code : {v1::FAILURE_CODE_TOKEN_INVALID, v1::FAILURE_CODE_TOKEN_EXPIRED}) {
    Device device;
    refuse(device, device.state().login_request, code);
    CHECK(device.state().login == Client::Login::kRefused);
    device.said.clear();
    device.wait(limits::kRetryCeiling * 3);
    compose(device, "hi");
    CHECK(device.said.empty());
  }
}

TEST_CASE("LoginEnded stops the device until its person starts again") {
  Device device = ready_device();
  compose(device, "hi");
  device.said.clear();
  end_of_login(device);
  CHECK(device.take(v1::Letter::kLoginEnded).size() == 1);  // the person hears of it
  notice(device, 50);
  compose(device, "ho");
  device.wait(limits::kRetryCeiling * 3);
  CHECK(device.said.empty());
  airplane(device, true);
  airplane(device, false);
  CHECK(asked(device, v1::ClientEnvelope::kLogin).size() == 1);
  answer_login(device);
  CHECK(texts_sent(device) == List{1, 2});
}

TEST_CASE("promise 6: a text is on disk, with its client id, before it leaves the device") {
  Device device = ready_device();
  compose(device, "hi");
  REQUIRE(device.out.sends.size() == 1);
  const v1::SendText& sent = device.out.sends[0].letter.client().send_text();
  CHECK(sent.client_id() == 1);
  CHECK(sent.text() == "hi");
  CHECK(sent.conversation() == kPair.value);
  REQUIRE(device.out.puts.size() == 2);
  CHECK(device.out.puts[0].key == keys::device_unsent(1));
  CHECK(device.out.puts[1].key == keys::device_self());
  CHECK(unpack(device.out.sends[0].letter.target()).kind == RoleKind::kAccess);
}

TEST_CASE("a text is sent again with the same client id until it is acknowledged") {
  Device device = ready_device();
  compose(device, "hi");
  texts_sent(device);
  for (int i = 0; i < 5; ++i) {
    device.wait(limits::kRetryCeiling);
    const List again = texts_sent(device);
    CHECK(!again.empty());
    for (std::uint64_t id : again)
      CHECK(id == 1);
  }
  text_stored(device, 1);
  CHECK(device.out.puts.size() == 1);
  CHECK(device.disk.get(keys::device_unsent(1)) == std::nullopt);
  device.wait(limits::kRetryCeiling * 2);
  CHECK(texts_sent(device).empty());
  compose(device, "hi");
  CHECK(texts_sent(device) == List{2});
}

TEST_CASE("retries of a text wait longer and longer") {
  Device device = ready_device();
  compose(device, "hi");
  texts_sent(device);
  device.wait(std::chrono::seconds(60));
  const std::size_t tries = texts_sent(device).size();
  CHECK(tries >= 15);  // at least one every four seconds
  CHECK(tries <= 34);  // and seldom more
}

TEST_CASE("DESIGN 6.1: after LOGIN_REQUIRED the device logs in and sends with the same client id") {
  Device device = ready_device();
  compose(device, "one");
  compose(device, "two");
  CHECK(texts_sent(device) == List{1, 2});
  refuse_text(device, 1, v1::FAILURE_CODE_LOGIN_REQUIRED);
  refuse_text(device, 2, v1::FAILURE_CODE_LOGIN_REQUIRED);
  CHECK(asked(device, v1::ClientEnvelope::kLogin).size() == 1);
  CHECK(texts_sent(device).empty());
  answer_login(device);
  CHECK(texts_sent(device) == List{1, 2});
  CHECK(asked(device, v1::ClientEnvelope::kSync).size() == 1);
}

TEST_CASE("texts that are not acknowledged survive a restart, and their client ids too") {
  Device device = ready_device();
  compose(device, "one");
  compose(device, "two");
  compose(device, "three");
  text_stored(device, 2);
  device.restart(new_device());
  compose(device, "four");
  answer_login(device);
  const auto sent = asked(device, v1::ClientEnvelope::kSendText);
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].send_text().client_id() == 1);
  CHECK(sent[0].send_text().text() == "one");
  CHECK(sent[0].send_text().conversation() == kPair.value);
  CHECK(sent[1].send_text().client_id() == 3);
  CHECK(sent[2].send_text().client_id() == 4);
  CHECK(sent[2].send_text().text() == "four");
}

TEST_CASE("a client id is never used again, also when its text is gone") {
  Device device = ready_device();
  compose(device, "one");
  text_stored(device, 1);
  device.restart(new_device());
  answer_login(device);
  compose(device, "two");
  CHECK(texts_sent(device) == List{2});
}

TEST_CASE("DESIGN 5.1: at most 64 texts wait for an answer, oldest first") {
  Device device = ready_device();
  for (int i = 0; i < 70; ++i)
    compose(device, "text");
  CHECK(texts_sent(device) == ids(1, 64));
  text_stored(device, 10);
  CHECK(texts_sent(device) == List{65});
  text_stored(device, 1);
  text_stored(device, 2);
  CHECK(texts_sent(device) == List{66, 67});
  text_stored(device, 2);  // doubled on the way
  CHECK(texts_sent(device).empty());
  device.wait(limits::kRetryCeiling);
  List again = texts_sent(device);
  again.resize(64);
  List window = ids(3, 67);
  window.erase(window.begin() + 7);  // without 10
  CHECK(again == window);
}

TEST_CASE("final refusals are given up, and the person hears of it") {
  for (v1::FailureCode code : {v1::FAILURE_CODE_NO_CONVERSATION, v1::FAILURE_CODE_TOO_LARGE,
                               v1::FAILURE_CODE_CLIENT_ID_REUSED, v1::FAILURE_CODE_TOO_OLD}) {
    Device device = ready_device();
    compose(device, "one");
    compose(device, "two");
    texts_sent(device);
    refuse_text(device, 1, code);
    const std::vector<Fact> gave_up = device.facts_of(FactKind::kGaveUp);
    REQUIRE(gave_up.size() == 1);
    CHECK(gave_up[0].subject == kAlicePhone.device().value);
    CHECK(gave_up[0].object == static_cast<std::uint64_t>(code));
    CHECK(gave_up[0].number == 1);
    CHECK(device.disk.get(keys::device_unsent(1)) == std::nullopt);
    device.wait(limits::kRetryCeiling);
    for (std::uint64_t id : texts_sent(device))
      CHECK(id == 2);
  }
}

TEST_CASE("refusals that pass are not given up") {
  Device device = ready_device();
  compose(device, "hi");
  for (v1::FailureCode code :
       {v1::FAILURE_CODE_BUSY, v1::FAILURE_CODE_UNAVAILABLE, static_cast<v1::FailureCode>(99)}) {
    texts_sent(device);
    refuse_text(device, 1, code);
    CHECK(texts_sent(device).empty());  // not at once
    device.wait(limits::kRetryCeiling);
    CHECK(!texts_sent(device).empty());
  }
  CHECK(device.facts_of(FactKind::kGaveUp).empty());
}

TEST_CASE("a refusal of another kind of request gives no text up") {
  Device device = ready_device();
  compose(device, "hi");
  refuse(device, request_id(RequestKind::kSync, 1), v1::FAILURE_CODE_NO_CONVERSATION);
  CHECK(device.facts_of(FactKind::kGaveUp).empty());
  CHECK(device.state().unsent.size() == 1);
}

TEST_CASE("in airplane mode the device neither speaks nor hears, and loses nothing") {
  Device device = ready_device();
  airplane(device, true);
  compose(device, "one");
  notice(device, 50);
  answer_sync(device, page_of(1, 1, 50));
  device.wait(std::chrono::seconds(30));
  CHECK(device.said.empty());
  CHECK(shown(device).empty());
  airplane(device, false);
  CHECK(asked(device, v1::ClientEnvelope::kLogin).size() == 1);
  CHECK(device.said.empty());
  answer_login(device);
  CHECK(texts_sent(device) == List{1});
  CHECK(asked(device, v1::ClientEnvelope::kSync).size() == 1);
}

TEST_CASE("nothing is sent that would make a text which still waits too old") {
  Device device = ready_device();
  for (std::uint64_t id = 1; id <= limits::kClientIdsKept + 200; ++id)
    compose(device, "text");
  std::uint64_t highest = 0;
  // Everything is answered but the first.
  for (List sent = texts_sent(device); !sent.empty(); sent = texts_sent(device)) {
    for (const std::uint64_t id : sent) {
      highest = std::max(highest, id);
      if (id != 1) text_stored(device, id);
    }
  }
  CHECK(highest == limits::kClientIdsKept);
  text_stored(device, 1);
  CHECK(!texts_sent(device).empty());
}

}  // namespace
}  // namespace glasspost::tests
