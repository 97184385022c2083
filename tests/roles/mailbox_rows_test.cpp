// Rows on their way into an inbox: accepted without a hole, numbered upwards, visible when durable.
#include "engine/core/limits.hpp"
#include "tests/roles/support/inbox.hpp"

namespace glasspost::tests {
namespace {

using List = std::vector<std::uint64_t>;

std::uint64_t confirmed(Inbox& inbox) {
  return inbox.one(v1::Letter::kRowsIndexed).rows_indexed().number();
}

TEST_CASE("a row is numbered by the allocator, made durable, and then shown and confirmed") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 2);
  const v1::Letter asked = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(asked.target() == pack(kSeq1));
  CHECK(asked.take_numbers().section() == section_of(SectionKind::kSeq, 0).value);
  REQUIRE(asked.take_numbers().ranges_size() == 1);
  CHECK(asked.take_numbers().ranges(0).user() == kBob.value);
  CHECK(asked.take_numbers().ranges(0).count() == 2);
  inbox.feed(numbers_letter(asked, 11));
  inbox.commit();
  CHECK(confirmed(inbox) == 2);
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{11, 12});
  const std::vector<Fact> visible = inbox.facts_of(FactKind::kVisible);
  REQUIRE(visible.size() == 2);
  CHECK(visible[1].subject == kBob.value);
  CHECK(visible[1].object == kPair.value);
  CHECK(visible[1].number == 2);
  CHECK(visible[1].value == 12);
}

TEST_CASE("WF 1.9: nothing above the horizon is visible, noticed or confirmed") {
  Inbox inbox = serving_inbox();
  register_route(inbox, kBobPhone);
  index_rows(inbox, kBob, kPair, 1, 1);
  number_rows(inbox, 11);
  CHECK(inbox.take(v1::Letter::kRowsIndexed).empty());
  CHECK(noticed(inbox).empty());
  CHECK(inbox.facts_of(FactKind::kVisible).empty());
  CHECK(pull(inbox, kBobPhone, 0).page().messages_size() == 0);
  CHECK(pull(inbox, kBobPhone, 0).page().key() == 0);
  inbox.commit();
  CHECK(confirmed(inbox) == 1);
  CHECK(noticed(inbox) == List{kBobPhone.connection});
  CHECK(pull(inbox, kBobPhone, 0).page().messages_size() == 1);
}

TEST_CASE("rows that would leave a hole are not taken") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 2, 3);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  CHECK(inbox.facts_of(FactKind::kDropped).size() == 1);
  CHECK(confirmed(inbox) == 0);
  fill(inbox, {kBob, kPair, 1, 1}, 11);
  CHECK(confirmed(inbox) == 1);
  index_rows(inbox, kBob, kPair, 3, 3);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  fill(inbox, {kBob, kPair, 2, 3}, 12);
  CHECK(message_numbers(pull(inbox, kBobPhone, 0).page()) == List{1, 2, 3});
}

TEST_CASE("rows after a number that the inbox lacks are refused, whatever they are") {
  Inbox inbox = serving_inbox();
  v1::Letter letter = rows_letter(kBob, kPair, 1, 1);
  letter.mutable_index_rows()->set_after(4);
  inbox.feed(letter);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  CHECK(inbox.facts_of(FactKind::kDropped).size() == 1);
}

TEST_CASE("rows with a hole in themselves are taken up to it") {
  Inbox inbox = serving_inbox();
  v1::Letter letter = rows_letter(kBob, kPair, 1, 3);
  letter.mutable_index_rows()->mutable_messages()->DeleteSubrange(1, 1);
  inbox.feed(letter);
  number_rows(inbox, 11);
  inbox.commit();
  CHECK(confirmed(inbox) == 1);
  CHECK(message_numbers(pull(inbox, kBobPhone, 0).page()) == List{1});
}

TEST_CASE("doubled rows make one line, and are confirmed again") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 2);
  index_rows(inbox, kBob, kPair, 1, 2);  // while the first are under way
  number_rows(inbox, 11);
  inbox.commit();
  CHECK(confirmed(inbox) == 2);
  index_rows(inbox, kBob, kPair, 1, 2);
  CHECK(confirmed(inbox) == 2);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{11, 12});
}

TEST_CASE("of overlapping rows only the new ones are taken") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 3}, 11);
  inbox.said.clear();
  index_rows(inbox, kBob, kPair, 2, 5);
  const v1::Letter asked = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(asked.take_numbers().ranges(0).count() == 2);
  inbox.feed(numbers_letter(asked, 20));
  inbox.commit();
  CHECK(confirmed(inbox) == 5);
  const v1::SyncPage page = pull(inbox, kBobPhone, 0).page();
  CHECK(message_numbers(page) == List{1, 2, 3, 4, 5});
  CHECK(inbox_numbers(page) == List{11, 12, 13, 20, 21});
}

TEST_CASE("rows of one step ask once, users in order, and later ones wait for the next request") {
  Inbox inbox = serving_inbox();
  inbox.feed({rows_letter(kBob, kPair, 1, 2), rows_letter(kAlice, kPair, 1, 2),
              rows_letter(kAlice, kOtherPair, 1, 1)});
  const v1::Letter asked = inbox.one(v1::Letter::kTakeNumbers);
  REQUIRE(asked.take_numbers().ranges_size() == 2);
  CHECK(asked.take_numbers().ranges(0).user() == kAlice.value);
  CHECK(asked.take_numbers().ranges(0).count() == 3);
  CHECK(asked.take_numbers().ranges(1).user() == kBob.value);
  index_rows(inbox, kBob, kPair, 3, 3);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  inbox.feed(numbers_letter(asked, 5));
  const v1::Letter next = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(next.take_numbers().ticket() != asked.take_numbers().ticket());
  CHECK(next.take_numbers().ranges_size() == 1);
  CHECK(inbox.take(v1::Letter::kAppendLog).size() == 1);  // one batch for all of them
}

TEST_CASE("DESIGN 7.1: a number that is not above every used one is not taken") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);  // 11 and 12 are used
  index_rows(inbox, kBob, kPair, 3, 3);
  for (std::uint64_t late : {1, 11, 12}) {
    number_rows(inbox, late);
    CHECK(inbox.take(v1::Letter::kAppendLog).empty());
  }
  number_rows(inbox, 13);
  inbox.commit();
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{11, 12, 13});
}

TEST_CASE("a used number counts before it is durable, and over a take-over") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 1);
  number_rows(inbox, 11);
  index_rows(inbox, kBob, kPair, 2, 2);
  number_rows(inbox, 11);
  CHECK(inbox.take(v1::Letter::kAppendLog).size() == 1);
  inbox.wait(limits::kStoreRetry);
  inbox.commit();
  inbox.take_over(new_mailbox());
  inbox.said.clear();
  index_rows(inbox, kBob, kPair, 2, 2);
  number_rows(inbox, 11);
  CHECK(inbox.take(v1::Letter::kAppendLog).empty());
  number_rows(inbox, 12);
  inbox.commit();
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 11).page()) == List{12});
}

TEST_CASE("an answer to an old ticket counts no more") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 1);
  const v1::Letter first = inbox.one(v1::Letter::kTakeNumbers);
  inbox.wait(limits::kNumbersRetry);
  const v1::Letter second = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(second.take_numbers().ticket() > first.take_numbers().ticket());
  inbox.feed(numbers_letter(first, 11));
  CHECK(inbox.take(v1::Letter::kAppendLog).empty());
  inbox.feed(numbers_letter(second, 12));
  inbox.feed(numbers_letter(second, 13));  // doubled on the way
  inbox.commit();
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{12});
}

TEST_CASE("an answer that lacks a user is not taken") {
  Inbox inbox = serving_inbox();
  inbox.feed({rows_letter(kBob, kPair, 1, 1), rows_letter(kAlice, kPair, 1, 1)});
  v1::Letter answer = numbers_letter(inbox.one(v1::Letter::kTakeNumbers), 11);
  answer.mutable_numbers_taken()->mutable_ranges()->RemoveLast();
  inbox.feed(answer);
  CHECK(inbox.take(v1::Letter::kAppendLog).empty());
  CHECK(inbox.take(v1::Letter::kTakeNumbers).size() == 1);
}

TEST_CASE("numbers are asked for again until they come, and not afterwards") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 1);
  inbox.wait(limits::kNumbersRetry * 3);
  const Letters asked = inbox.take(v1::Letter::kTakeNumbers);
  CHECK(asked.size() == 4);
  inbox.feed(numbers_letter(asked.back(), 11));
  inbox.commit();
  inbox.wait(limits::kNumbersRetry * 3);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
}

v1::Letter refusal_of(const v1::Letter& asked) {
  v1::Letter letter;
  letter.set_source(asked.target());
  v1::NumbersRefused& refused = *letter.mutable_numbers_refused();
  refused.set_ticket(asked.take_numbers().ticket());
  refused.set_section(asked.take_numbers().section());
  refused.set_failure(v1::NUMBERS_FAILURE_NOT_OWNER);
  return letter;
}

TEST_CASE("WF 3.10: of a pair the other one is asked at once, and after two in vain by the clock") {
  Inbox inbox = serving_inbox();
  const Address seq2{RoleKind::kSeq, 2};
  inbox.config.owners.insert(inbox.config.owners.end(), {kSeq1, seq2});
  inbox.config.choices.seq_routing = SeqRouting::kPair;
  inbox.configure();
  index_rows(inbox, kBob, kPair, 1, 1);
  const v1::Letter first = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(first.target() == pack(kSeq1));
  inbox.feed(refusal_of(first));
  const v1::Letter second = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(second.target() == pack(seq2));
  inbox.feed(refusal_of(first));  // late
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  inbox.feed(refusal_of(second));
  const v1::Letter third = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(third.target() == pack(kSeq1));
  inbox.feed(refusal_of(third));
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  inbox.wait(limits::kNumbersRetry);
  CHECK(inbox.one(v1::Letter::kTakeNumbers).target() == pack(seq2));
  inbox.wait(limits::kNumbersRetry);  // silence, too
  const v1::Letter again = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(again.target() == pack(kSeq1));
  inbox.feed(numbers_letter(again, 11));
  inbox.commit();
  CHECK(confirmed(inbox) == 1);
}

TEST_CASE("WF 3.9: who was not the owner is not asked again until there is a newer table") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 1);
  const v1::Letter asked = inbox.one(v1::Letter::kTakeNumbers);
  inbox.feed(refusal_of(asked));
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  const Address seq2{RoleKind::kSeq, 2};
  inbox.config.seq_owners.assign(inbox.config.seq_owners.size(), seq2);
  ++inbox.config.route_version;
  inbox.configure();  // as it comes with the frame of a refusal
  inbox.feed(refusal_of(asked));
  CHECK(inbox.one(v1::Letter::kTakeNumbers).target() == pack(seq2));
}

TEST_CASE("rows for a mailbox that does not serve, or serves others, are dropped and counted") {
  Inbox inbox;
  inbox.start();
  index_rows(inbox, kBob, kPair, 1, 1);
  inbox.commit();
  index_rows(inbox, UserId{101}, kPair, 1, 1);
  index_rows(inbox, UserId{201}, kPair, 1, 1);
  index_rows(inbox, UserId{0}, kPair, 1, 1);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
  CHECK(inbox.facts_of(FactKind::kDropped).size() == 4);
}

TEST_CASE("too many rows on their way are dropped until there is room") {
  Inbox inbox = serving_inbox();
  Letters letters;
  for (std::uint64_t first = 1; first <= limits::kPendingRowsMax; first += 32)
    letters.push_back(rows_letter(kBob, kPair, first, first + 31));
  inbox.feed(letters);
  const std::uint64_t next = limits::kPendingRowsMax + 1;
  index_rows(inbox, kBob, kPair, next, next);
  CHECK(inbox.facts_of(FactKind::kDropped).size() == 1);
  number_rows(inbox, 1);
  inbox.commit();
  fill(inbox, {kBob, kPair, next, next}, next);
  CHECK(pull(inbox, kBobPhone, next - 1).page().messages_size() == 1);
}

TEST_CASE("a take-over shows what the old owner had, and tells every access role") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  fill(inbox, {kAlice, kPair, 1, 1}, 5);
  fill(inbox, {kBob, kOtherPair, 1, 1}, 30);
  const std::string before = pull(inbox, kBobPhone, 11).page().SerializeAsString();
  index_rows(inbox, kBob, kPair, 3, 3);  // unnumbered rows die with the owner
  inbox.take_over(new_mailbox());
  const Letters serves = inbox.take(v1::Letter::kOwnerServes);
  REQUIRE(serves.size() == 2);
  CHECK(serves[0].target() == pack(kAccess1));
  CHECK(serves[1].target() == pack(kAccess2));
  CHECK(serves[0].owner_serves().section() == section_of(SectionKind::kMailbox, 0).value);
  CHECK(serves[0].owner_serves().epoch() == 2);
  inbox.feed(pull_letter(kBobPhone, 11));
  inbox.feed(bodies_letter(kOtherPair, {1}));
  inbox.feed(bodies_letter(kPair, {2}));
  CHECK(inbox.one(v1::Letter::kRowsPulled).rows_pulled().page().SerializeAsString() == before);
  CHECK(pull(inbox, kBobPhone, 31).failure() == v1::FAILURE_CODE_KEY_UNKNOWN);
  inbox.said.clear();
  fill(inbox, {kBob, kPair, 3, 3}, 31);
  CHECK(confirmed(inbox) == 3);
}

// As two histories meet in one log when stores forget (forgotten.hpp).
TEST_CASE("a row that does not come next in the log is left out, and told") {
  Inbox inbox = serving_inbox();
  fill(inbox, {kBob, kPair, 1, 2}, 11);
  const SectionId section = section_of(SectionKind::kMailbox, 0);
  const SectionLog& log = inbox.role.as<Mailbox>().state().sections.at(section).log;
  v1::MailboxBatch other;
  const auto add = [&other](std::uint64_t inbox_number, std::uint64_t number) {
    v1::InboxRow& row = *other.add_rows();
    row.set_user(kBob.value);
    row.set_inbox_number(inbox_number);
    row.set_conversation(kPair.value);
    row.set_number(number);
  };
  add(12, 3);  // a number that was used
  add(20, 5);  // a hole before it
  add(21, 3);
  v1::Letter letter;
  v1::AppendLog& append = *letter.mutable_append_log();
  append.set_section(section.value);
  append.mutable_batch()->set_epoch(log.claim.epoch);
  append.mutable_batch()->set_position(log.next_position);
  append.mutable_batch()->set_payload(other.SerializeAsString());
  inbox.stores[0].feed(from(kMailbox1, letter));
  inbox.stores[0].said.clear();
  inbox.take_over(new_mailbox());
  CHECK(inbox.facts_of(FactKind::kForgotten).size() == 2);
  inbox.feed(pull_letter(kBobPhone, 0));
  inbox.feed(bodies_letter(kPair, {1, 2, 3}));
  CHECK(inbox_numbers(inbox.one(v1::Letter::kRowsPulled).rows_pulled().page()) == List{11, 12, 21});
}

TEST_CASE("DESIGN 7.1: rows on the replica that nobody was told of are adopted") {
  Inbox inbox = serving_inbox();
  index_rows(inbox, kBob, kPair, 1, 1);
  number_rows(inbox, 11);
  inbox.stores[0].feed(inbox.one(v1::Letter::kAppendLog));
  inbox.stores[0].said.clear();
  inbox.take_over(new_mailbox());
  CHECK(inbox.facts_of(FactKind::kVisible).size() == 1);
  index_rows(inbox, kBob, kPair, 1, 1);
  CHECK(confirmed(inbox) == 1);
  CHECK(inbox_numbers(pull(inbox, kBobPhone, 0).page()) == List{11});
}

TEST_CASE("each section of numbers is asked on its own, and anew when the users are cut anew") {
  Inbox inbox = serving_inbox();
  const auto cut_by = [&inbox](SeqCut cut) {
    inbox.config.seq_cut = cut;
    inbox.config.seq_owners.assign(inbox.config.seq_sections(cut), kSeq1);
    inbox.configure();
  };
  cut_by(SeqCut::kQuarter);
  const UserId far{60};
  const ConversationId far_pair = pair_of(kBob, far);
  inbox.feed({rows_letter(kBob, kPair, 1, 1), rows_letter(far, far_pair, 1, 1)});
  const Letters asked = inbox.take(v1::Letter::kTakeNumbers);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].take_numbers().section() == section_of(SeqCut::kQuarter, 0).value);
  CHECK(asked[1].take_numbers().section() == section_of(SeqCut::kQuarter, 2).value);
  // One answer comes; the other one's rows wait for theirs, and later rows of the first go on.
  inbox.feed(numbers_letter(asked[0], 11));
  index_rows(inbox, kBob, kPair, 2, 2);
  CHECK(inbox.one(v1::Letter::kTakeNumbers).take_numbers().ranges(0).user() == kBob.value);
  cut_by(SeqCut::kWhole);
  const v1::Letter all = inbox.one(v1::Letter::kTakeNumbers);
  CHECK(all.take_numbers().section() == section_of(SectionKind::kSeq, 0).value);
  CHECK(all.take_numbers().ranges_size() == 2);
  inbox.feed(numbers_letter(asked[1], 12));  // by the old cut, too late
  inbox.commit();
  CHECK(inbox.facts_of(FactKind::kVisible).size() == 1);
  inbox.feed(numbers_letter(all, 21));
  inbox.commit();
  CHECK(inbox.facts_of(FactKind::kVisible).size() == 3);
  inbox.wait(limits::kNumbersRetry * 3);
  CHECK(inbox.take(v1::Letter::kTakeNumbers).empty());
}

TEST_CASE("a question that is lost is asked again, however busy another section of numbers is") {
  Inbox inbox = serving_inbox();
  inbox.config.seq_cut = SeqCut::kQuarter;
  inbox.config.seq_owners.assign(inbox.config.seq_sections(SeqCut::kQuarter), kSeq1);
  inbox.configure();
  const UserId far{60};
  const SectionId lost = section_of(SeqCut::kQuarter, 2);
  inbox.feed({rows_letter(kBob, kPair, 1, 1), rows_letter(far, pair_of(kBob, far), 1, 1)});
  std::size_t asked_again = 0;
  std::uint64_t number = 11;
  for (std::uint64_t row = 2; row <= 10; ++row) {
    for (const v1::Letter& asked : inbox.take(v1::Letter::kTakeNumbers)) {
      if (asked.take_numbers().section() == lost.value) {
        ++asked_again;  // and nobody answers
      } else {
        inbox.feed(numbers_letter(asked, number++));
      }
    }
    index_rows(inbox, kBob, kPair, row, row);
    inbox.wait(limits::kNumbersRetry / 3);
  }
  CHECK(asked_again == 3);  // the first question, and after 150 ms each another one
}

}  // namespace
}  // namespace glasspost::tests
