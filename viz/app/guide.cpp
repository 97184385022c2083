// The tour on a live cluster.
#include "viz/app/guide.hpp"

#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/control/topology.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {
constexpr const char* kTexts[] = {"Can you see me through the glass?",
                                  "The mailbox sleeps. Still sent?", "And now the home is gone."};
}  // namespace

Guide::Guide(Session& session, bool tour) : session_(session) {
  if (!tour || session.steward() == nullptr) tour_.skip();
}

bool Guide::lead(Shell& shell, double seconds) {
  if (!tour_.running()) return false;
  // It begins when there is somebody to write with.
  const std::vector<Phone>& phones = session_.deck().phones();
  if (!begun_ && (phones.size() < 2 || !phones[0].logged_in)) return false;
  begun_ = true;
  seconds_ += seconds;
  for (TourDeed deed = tour_.due(seconds_); deed != TourDeed::kNone; deed = tour_.due(seconds_))
    carry_out(deed, shell);
  if (!tour_.running()) {
    shell.show_caption({}, 0, 0);
    return false;
  }
  select_sent(shell);
  const bool skip = shell.take_skip();
  if (skip) {
    tour_.skip();
    tidy_up();
  }
  shell.show_caption(skip ? std::string() : caption(), tour_.step() + 1, tour_steps().size());
  return true;
}

void Guide::tidy_up() {
  if (std::exchange(paused_, false)) {
    session_.steward()->strike(mailbox_, v1::PROCESS_SIGNAL_RESUME);
  }
}

std::string Guide::told() const {
  if (!begun_) return {};
  if (!tour_.running() && seconds_ >= kTourSeconds) return "The tour was shown to its end.";
  return fmt::format("The tour was {} at step {} of {}.", tour_.running() ? "left" : "skipped",
                     tour_.step() + 1, tour_steps().size());
}

void Guide::carry_out(TourDeed deed, Shell& shell) {
  Steward& steward = *session_.steward();
  switch (deed) {
    case TourDeed::kSend:
      return send(shell);
    case TourDeed::kPauseMailbox:
      mailbox_ = owner(true);
      paused_ = true;
      return steward.strike(mailbox_, v1::PROCESS_SIGNAL_PAUSE);
    case TourDeed::kResumeMailbox:
      return tidy_up();
    case TourDeed::kKillHome:
      home_ = owner(false);
      return steward.strike(home_, v1::PROCESS_SIGNAL_KILL);
    case TourDeed::kNone:
      return;
  }
}

// alice writes to bob; the message is selected as soon as it is known under which id it goes.
void Guide::send(Shell& shell) {
  const std::vector<Phone>& phones = session_.deck().phones();
  const UserId alice = user_of(phones[0].book.self());
  const UserId bob = user_of(phones[1].book.self());
  text_ = kTexts[sent_++ % std::size(kTexts)];
  shell.selection().trace = 0;
  session_.deck().compose(0, pair_of(alice, bob), text_);
}

// The newest bubble with the text that was sent.
void Guide::select_sent(Shell& shell) {
  if (text_.empty()) return;
  const Phone& phone = session_.deck().phones()[0];
  const Thread* thread = phone.book.find(phone.book.opened());
  if (thread == nullptr) return;
  for (auto bubble = thread->bubbles.rbegin(); bubble != thread->bubbles.rend(); ++bubble) {
    if (bubble->sender_device != phone.book.self() || bubble->text != text_) continue;
    shell.selection().trace = bubble->trace();
    text_.clear();
    return;
  }
}

std::string Guide::owner(bool of_mailbox) const {
  const std::vector<Phone>& phones = session_.deck().phones();
  const UserId alice = user_of(phones[0].book.self());
  const UserId bob = user_of(phones[1].book.self());
  const Config config = session_.config();
  const SectionId section =
      of_mailbox ? config.mailbox_section(bob) : config.conversation_section(pair_of(alice, bob));
  // Arbiters may have moved it since the cluster was made.
  const auto& told = session_.player().model().ledger().sections();
  const auto moved = told.find(section);
  const Address role = moved == told.end() ? config.owner_of(section) : moved->second.owner;
  for (const ProcessCard& card : session_.player().model().processes().all()) {
    for (Address here : card.roles) {
      if (here == role) return card.name;
    }
  }
  return to_text(role);
}

std::string Guide::caption() const {
  const TourStep& step = tour_steps()[tour_.step()];
  return tr_with(step.caption, step.deed == TourDeed::kKillHome ? home_ : mailbox_);
}

}  // namespace glasspost::viz
