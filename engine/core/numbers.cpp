// The sentences.
#include "engine/core/numbers.hpp"

#include <algorithm>

#include "engine/base/ids.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

// No number above this can have been handed out to the user.
std::uint64_t last_of(const v1::NumbersShown& answer) {
  return answer.last() == 0 ? answer.floor() : answer.last();
}

std::string text(std::uint64_t number) {
  return std::to_string(number);
}

std::string section_text(const v1::NumbersShown& answer) {
  return "section " + index_text(SectionId{answer.section()});
}

// What happens to the ceiling when this user goes on.
std::string ceiling_text(const v1::NumbersShown& answer) {
  const bool asked = answer.asked() > answer.ceiling();
  if (last_of(answer) >= answer.ceiling()) {
    return "It must wait until the store has confirmed a ceiling above " + text(answer.ceiling()) +
           (asked ? "; " + text(answer.asked()) + " is asked for." : ".");
  }
  const std::string durable = "The durable ceiling is " + text(answer.ceiling());
  if (asked) return durable + ", and " + text(answer.asked()) + " is asked for already.";
  const std::uint64_t ahead = answer.step() * answer.prefetch() / 100;
  const std::uint64_t from = answer.ceiling() - std::min(ahead, answer.ceiling());
  return durable + "; the next one is asked for when somebody gets a number above " +
         text(std::max(from, answer.highest())) + ".";
}

// How this life of the owner began.
std::string beginning_text(const NumberView& view) {
  return section_text(view.answer) + " over under epoch " + text(view.answer.epoch());
}

std::string moved_text(const NumberView& view) {
  return view.owner + " has just taken " + beginning_text(view) +
         ", and nobody there has got a number since. It began at the ceiling that it found, " +
         text(view.answer.floor()) +
         ": every number up to there may have been handed out before, whoever got it.";
}

std::string silent_text(const NumberView& view) {
  const v1::NumbersShown& answer = view.answer;
  if (answer.floor() == 0) {
    return view.user + " never got one, and no owner of " + section_text(answer) +
           " has handed out any before this one.";
  }
  return view.user + " got none since " + view.owner + " took " + beginning_text(view) +
         ". It began at the ceiling that it found, " + text(answer.floor()) +
         ", which the hottest user of the section had driven there; others have come to " +
         text(answer.highest()) + " since.";
}

std::string nobody_text(const NumberView& view) {
  const std::string why = view.silence.empty()
                              ? view.owner + " is taking the section over"
                              : view.owner + " does not answer (" + view.silence + ")";
  return "Nobody hands out numbers to " + view.user + " now: " + why +
         ". Who serves next begins at the ceiling that the store has, so the next number will be "
         "above every one before, by a jump.";
}

}  // namespace

std::string_view sentence_of(v1::NumbersFailure failure) {
  switch (failure) {
    case v1::NUMBERS_FAILURE_UNKNOWN_USER:
      return "No user of this cluster can have this id.";
    case v1::NUMBERS_FAILURE_NO_SECTION:
      return "There is no such section of numbers.";
    case v1::NUMBERS_FAILURE_OTHER_SECTION:
      return "This user is of another section than the request. Ask one section at a time.";
    case v1::NUMBERS_FAILURE_NOT_OWNER:
      return "Another allocator owns this section. Ask that one.";
    case v1::NUMBERS_FAILURE_BAD_COUNT:
      return "One request takes 1 to 10000 numbers of a user.";
    case v1::NUMBERS_FAILURE_BAD_LIST:
      return "One request has 1 to 10000 users, each once, in rising order of their ids.";
    case v1::NUMBERS_FAILURE_STALE_EPOCH:
      return "This epoch is not the owner's. Ask under the one that it names.";
    case v1::NUMBERS_FAILURE_USED_UP:
      return "This user's numbers are used up: none is above 2^63 - 1.";
    case v1::NUMBERS_FAILURE_BUSY:
      return "Too many requests wait for a higher ceiling. Try again a little later.";
    default:
      return "The allocator refused.";
  }
}

NumberCase case_of(const NumberView& view) {
  const v1::NumbersShown& answer = view.answer;
  if (!view.silence.empty() || !answer.serves()) return NumberCase::kNoOwner;
  if (last_of(answer) >= limits::kNumberMax) return NumberCase::kUsedUp;
  if (answer.last() > 0) {
    return answer.last() == answer.highest() ? NumberCase::kHot : NumberCase::kUsual;
  }
  const bool untouched = answer.highest() == answer.floor() && answer.floor() > 0;
  return untouched ? NumberCase::kMoved : NumberCase::kSilent;
}

std::string_view word_of(NumberCase one) {
  switch (one) {
    case NumberCase::kNoOwner:
      return "no-owner";
    case NumberCase::kUsedUp:
      return "used-up";
    case NumberCase::kMoved:
      return "moved";
    case NumberCase::kSilent:
      return "silent";
    case NumberCase::kUsual:
      return "usual";
    case NumberCase::kHot:
      return "hot";
  }
  return "";
}

std::uint64_t next_number(const NumberView& view) {
  const NumberCase one = case_of(view);
  if (one == NumberCase::kNoOwner || one == NumberCase::kUsedUp) return 0;
  return last_of(view.answer) + 1;
}

std::string why_next(const NumberView& view) {
  const v1::NumbersShown& answer = view.answer;
  const std::string next = "The next number of " + view.user + " is " + text(next_number(view));
  const std::string after_last = next + ", one above the last, " + text(answer.last());
  switch (case_of(view)) {
    case NumberCase::kNoOwner:
      return nobody_text(view);
    case NumberCase::kUsedUp:
      return view.user + " has no next number: the last one, " + text(limits::kNumberMax) +
             ", may have been handed out.";
    case NumberCase::kMoved:
      return next + ": " + moved_text(view) + " " + ceiling_text(answer);
    case NumberCase::kSilent:
      return next + ": " + silent_text(view) + " " + ceiling_text(answer);
    case NumberCase::kUsual:
      return after_last + ". Others of " + section_text(answer) + " have come to " +
             text(answer.highest()) + ". " + ceiling_text(answer);
    case NumberCase::kHot:
      return after_last + ", and that is the highest of " + section_text(answer) + ": " +
             view.user + " drives its ceiling. " + ceiling_text(answer);
  }
  return next;
}

}  // namespace glasspost
