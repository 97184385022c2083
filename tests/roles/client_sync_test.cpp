// A device's inbox: pages come in, rows and key are stored together, nothing is shown twice.
#include "engine/core/limits.hpp"
#include "tests/roles/support/device.hpp"

namespace glasspost::tests {
namespace {

using List = std::vector<std::uint64_t>;

std::vector<v1::ClientEnvelope> syncs(Device& device) {
  return asked(device, v1::ClientEnvelope::kSync);
}

// A device that has asked what is new and waits for the answer.
Device waiting_device() {
  Device device = ready_device();
  notice(device, 1);
  device.said.clear();
  return device;
}

TEST_CASE("promise 3: the rows of a page and its key are stored in one batch, the key last") {
  Device device = waiting_device();
  answer_sync(device, page_of(1, 2, 11));
  REQUIRE(device.out.puts.size() == 5);
  CHECK(device.out.puts[0].key == keys::device_message(kPair, 1));
  CHECK(device.out.puts[1].key == keys::device_conversation(kPair));
  CHECK(device.out.puts[2].key == keys::device_message(kPair, 2));
  CHECK(device.out.puts[4].key == keys::device_self());
  CHECK(shown(device) == List{1, 2});
  const std::vector<Fact> passed = device.facts_of(FactKind::kKeyPassed);
  REQUIRE(passed.size() == 1);
  CHECK(passed[0].object == 0);
  CHECK(passed[0].number == 12);
  notice(device, 13);
  REQUIRE(device.out.sends.size() == 1);
  CHECK(device.out.sends[0].letter.client().sync().key() == 12);
}

TEST_CASE("promise 1: what comes again is not shown again") {
  Device device = waiting_device();
  answer_sync(device, page_of(1, 3, 11));
  notice(device, 20);
  answer_sync(device, page_of(2, 4, 18));
  CHECK(shown(device) == List{1, 2, 3, 4});
  CHECK(device.state().duplicates == 2);
  CHECK(device.state().key == 20);
}

TEST_CASE("after a restart the device goes on from its key and shows nothing twice") {
  Device device = waiting_device();
  answer_sync(device, page_of(1, 3, 11));
  device.restart(new_device());
  answer_login(device);
  const auto sync = syncs(device);
  REQUIRE(sync.size() == 1);
  CHECK(sync[0].sync().key() == 13);
  answer_sync(device, page_of(2, 4, 14));
  CHECK(shown(device) == List{4});
}

TEST_CASE("a page that answers an older sync is ignored") {
  Device device = waiting_device();
  const std::uint64_t older = device.state().sync_request;
  device.wait(limits::kSyncRetry);
  answer_sync(device, page_of(1, 1, 11), older);
  CHECK(shown(device).empty());
  CHECK(device.state().key == 0);
  answer_sync(device, page_of(1, 1, 11));
  answer_sync(device, page_of(2, 2, 12), request_id(RequestKind::kSync, 1));
  CHECK(shown(device) == List{1});
}

TEST_CASE("while there is more the device asks on at once, then rests") {
  Device device = waiting_device();
  v1::SyncPage page = page_of(1, 2, 11);
  page.set_more(true);
  answer_sync(device, page);
  const auto next = syncs(device);
  REQUIRE(next.size() == 1);
  CHECK(next[0].sync().key() == 12);
  answer_sync(device, page_of(3, 3, 13));
  CHECK(syncs(device).empty());
  device.wait(limits::kSyncPeriod / 2 - Duration(1));
  CHECK(syncs(device).empty());
  device.wait(limits::kSyncPeriod / 2 + Duration(1));
  CHECK(!syncs(device).empty());  // without any notice
}

TEST_CASE("a notice makes the device sync, unless it has that already or is syncing") {
  Device device = waiting_device();
  notice(device, 30);
  CHECK(syncs(device).empty());
  answer_sync(device, page_of(1, 1, 29));
  CHECK(syncs(device).size() == 1);  // 30 was noticed meanwhile
  answer_sync(device, page_of(2, 2, 30));
  CHECK(syncs(device).empty());
  notice(device, 30);
  notice(device, 7);
  CHECK(syncs(device).empty());
  notice(device, 31);
  CHECK(syncs(device).size() == 1);
}

TEST_CASE("a sync without an answer is asked again") {
  Device device = waiting_device();
  device.wait(limits::kSyncRetry * 3);
  const auto again = syncs(device);
  REQUIRE(again.size() == 3);
  CHECK(again[0].request() != again[1].request());
}

TEST_CASE("LOGIN_REQUIRED to a sync: the device logs in and asks again") {
  Device device = waiting_device();
  refuse(device, device.state().sync_request, v1::FAILURE_CODE_LOGIN_REQUIRED);
  CHECK(asked(device, v1::ClientEnvelope::kLogin).size() == 1);
  notice(device, 40);
  device.wait(limits::kSyncRetry);
  CHECK(syncs(device).empty());
  answer_login(device);
  CHECK(syncs(device).size() == 1);
}

TEST_CASE("promise 4: of two conversations each is shown by its own numbers") {
  Device device = waiting_device();
  v1::SyncPage page = page_of(1, 2, 11);
  page.mutable_messages(1)->set_conversation(kOtherPair.value);
  page.mutable_messages(1)->set_number(1);
  answer_sync(device, page);
  const std::vector<Fact> facts = device.facts_of(FactKind::kShown);
  REQUIRE(facts.size() == 2);
  CHECK(facts[0].object == kPair.value);
  CHECK(facts[0].value == 11);
  CHECK(facts[1].object == kOtherPair.value);
  CHECK(facts[1].number == 1);
}

}  // namespace
}  // namespace glasspost::tests
