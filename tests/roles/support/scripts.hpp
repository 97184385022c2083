// A scripted history of inputs for every role, for the laws that hold for all of them. Each one is
// told with the verbs of that role and taken from its bench.
#pragma once

#include <functional>
#include <vector>

#include "tests/roles/support/allocator.hpp"
#include "tests/roles/support/device.hpp"
#include "tests/roles/support/door.hpp"
#include "tests/roles/support/home.hpp"
#include "tests/roles/support/inbox.hpp"
#include "tests/roles/support/registry.hpp"
#include "tests/roles/support/replica.hpp"

namespace glasspost::tests {

struct Script {
  std::function<RoleBox()> make;
  MemoryStore disk;  // as it was at the start of this life
  std::vector<Moment> moments;
};

inline Script script_of(const Bench& bench, std::function<RoleBox()> make) {
  return {std::move(make), bench.disk_at_start, bench.history};
}

// So often that a short script meets parts, records and blocks of the index.
inline Config checkpointing(Config config) {
  config.checkpoint_tail_bytes = 40;
  config.checkpoint_part_bytes = 30;
  return config;
}

inline Script store_script(const std::function<RoleBox()>& make) {
  Replica replica = started_replica(5);
  append(replica, 5, 1, "one");
  replica.reboot();
  prepare(replica, ballot_of(2));
  accept(replica, ballot_of(2), 1);
  accept(replica, ballot_of(1), 2);
  append(replica, 5, 2, "two");
  append(replica, 5, 4, "gap");
  append(replica, 5, 3, "three");
  replica.ask(append_letter(part(5, 4, "rows")));
  replica.ask(append_letter(blocks(5, 5, {{7, 0}})));
  replica.ask(append_letter(record(5, 6, 3, 4, 4)));
  raise_ceiling(replica, 5, 100);
  read_log(replica, 5, 1, 9);
  seal(replica, 6);
  append(replica, 5, 7, "late");
  start_log(replica, 6, 6, {batch(6, 6, "adopted")});
  append(replica, 6, 7, "seven");
  index_of(replica, 6, 7, 0);
  seal(replica, 2, section_of(SectionKind::kSeq, 0));
  prepare(replica, ballot_of(1));
  prepare(replica, ballot_of(3));
  seal(replica, 9);
  copy_log(replica, 9, 6, 7, {batch(6, 8, "eight"), part(6, 9, "rows")});
  copy_log(replica, 9, 9, 7, {batch(9, 8, "another eight")});
  return script_of(replica, make);
}

inline Script seq_script(const std::function<RoleBox()>& make) {
  Allocator allocator = serving_allocator(10);
  take(allocator, 3, 4);
  allocator.take_over(make());
  take(allocator, 3, 2);
  ask(allocator, 4, {{3, 2}, {7, 30}});
  ask(allocator, 5, {{7, 0}});
  allocator.lose();
  allocator.wait(limits::kStoreRetry);
  allocator.commit();
  ask(allocator, 6, {{90, 1}});
  return script_of(allocator, make);
}

inline Script conversation_script(const std::function<RoleBox()>& make) {
  Home home = serving_home(checkpointing(small_config()));
  send_many(home, kPair, 3);
  indexed(home, kAlice, kPair, 3);
  indexed(home, kBob, kPair, 2);
  home.wait(limits::kIndexRecord);
  home.commit();
  submit(home, kBobPhone, kOtherPair, 1, "no member");
  home.take_over(make());
  home.feed({submit_letter(kAlicePhone, kPair, 4, "four"),
             submit_letter(kAlicePhone, kOtherPair, 5, "five"),
             submit_letter(kAlicePhone, kPair, 4, "four")});
  submit(home, kAlicePhone, kPair, 4, "reused");
  home.commit();
  history(home, kBobPhone, {.backward = true, .max = 2});
  home.feed(fetch_letter(kPair, {1, 4, 9}));
  indexed(home, kBob, kPair, 4);
  home.wait(limits::kIndexRetry);
  indexed(home, kAlice, kPair, 4);
  home.wait(limits::kIndexRecord);
  submit(home, kBobPhone, kPair, 1, "not durable");
  home.lose();
  home.wait(limits::kStoreRetry);
  return script_of(home, make);
}

inline Script mailbox_script(const std::function<RoleBox()>& make) {
  Config config = small_config();
  config.choices.notice_window = Duration(50'000);
  Inbox inbox = serving_inbox(checkpointing(config));
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  inbox.take_over(make());
  register_route(inbox, kBobPhone);
  inbox.feed(pull_letter(kBobPhone, 0));
  index_rows(inbox, kBob, kPair, 2, 4);
  index_rows(inbox, kAlice, kPair, 2, 2);
  index_rows(inbox, kAlice, kPair, 1, 3);
  inbox.wait(limits::kNumbersRetry);
  const Letters asked = inbox.take(v1::Letter::kTakeNumbers);
  inbox.feed(numbers_letter(asked.front(), 20));
  inbox.feed(numbers_letter(asked.back(), 20));
  inbox.commit();
  inbox.feed(bodies_letter(kPair, {1, 2}));
  register_route(inbox, {.user = kBob, .connection = 5, .session = 2});
  inbox.wait(Duration(50'000));
  inbox.said.clear();
  pull(inbox, kBobPhone, 12);
  inbox.tell({.address = kAccess1, .boot = BootId{2}});
  forget_route(inbox, kAlicePhone);
  inbox.feed(pull_letter(kAlicePhone, 0, 1));
  return script_of(inbox, make);
}

inline Script access_script(const std::function<RoleBox()>& make) {
  Door door;
  log_in(door, kAlicePhone);
  log_in(door, kBobPhone);
  const std::uint64_t connection = kAlicePhone.connection;
  for (const v1::ClientEnvelope& envelope :
       {ask_send(2, "hi"), ask_sync(3, 1), ask_history(4), ask_lookup(5, "Bob"), ask_logout(6)}) {
    request(door, connection, envelope);
  }
  door.feed({submitted_letter(kAlicePhone, 2), pulled_letter(kAlicePhone, 3, 9)});
  door.feed(read_letter(kBobPhone, 4));
  door.feed(found_letter(kAlicePhone, 5, kBob));
  door.feed(notify_letter(kBobPhone, 12));
  door.feed(login_over_letter(kAlicePhone.device()));
  request(door, connection, ask_sync(7, 0));
  connect(door, 4);
  request(door, 4, ask_login(1, "token"));
  disconnect(door, kBobPhone.connection);
  return script_of(door, make);
}

inline Script logic_script(const std::function<RoleBox()>& make) {
  Bench logic({RoleKind::kLogic, 1}, make(), small_config());
  logic.start();
  v1::Letter count;
  count.mutable_user_count()->set_count(7);
  logic.feed(submit_letter(kAlicePhone, kPair, 1, "hi"));
  logic.feed(from(kAccount1, count));
  logic.feed(history_letter(kBobPhone, {.from = 3}));
  logic.feed({submit_letter(kAlicePhone, kOtherPair, 2, "hi"),
              submit_letter(kAlicePhone, ConversationId{5}, 3, "hi")});
  logic.wait(limits::kUserCountPeriod);
  logic.feed(from(kAccount1, count));
  logic.feed(submit_letter(kAlicePhone, kOtherPair, 4, "hi"));
  return script_of(logic, make);
}

inline Script account_script(const std::function<RoleBox()>& make) {
  Registry registry;
  add_user(registry, "Alice", 2);
  registry.restart(make());
  const v1::UserAdded again = add_user(registry, "ALICE");
  add_user(registry, "Bob", 3);
  add_user(registry, "");
  check(registry, again.tokens(1));
  check(registry, "forged");
  end_login(registry, device_of(UserId{1}, 2));
  check(registry, again.tokens(1));
  look_up(registry, "bob");
  user_count(registry);
  return script_of(registry, make);
}

inline Script client_script(const std::function<RoleBox()>& make) {
  Device device = ready_device();
  compose(device, "before the restart");
  device.restart(make());
  device.wait(limits::kLoginRetry);
  answer_login(device);
  compose(device, "two");
  answer_sync(device, page_of(1, 2, 11));
  text_stored(device, 1);
  notice(device, 20);
  answer_sync(device, page_of(2, 3, 19));
  device.wait(limits::kRetryCeiling);
  refuse_text(device, 2, v1::FAILURE_CODE_LOGIN_REQUIRED);
  answer_login(device);
  refuse_text(device, 2, v1::FAILURE_CODE_TOO_OLD);
  airplane(device, true);
  compose(device, "three");
  airplane(device, false);
  answer_login(device);
  return script_of(device, make);
}

}  // namespace glasspost::tests
