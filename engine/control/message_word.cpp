// Every way to read a word, and what is said when there is not exactly one.
#include "engine/control/message_word.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"

namespace glasspost {
namespace {

using Names = std::map<UserId, std::string>;

Error no_such_word(const std::string& word) {
  return {Code::kInvalidArgument, "'" + escape_controls(word) +
                                      "' names no message: write the two members and the number, "
                                      "like alice+bob:5 or 1+2:5; `glasspost send` tells it"};
}

// A member by name, and by number; both if a name is all digits.
std::vector<UserId> read_member(std::string_view word, const Names& names) {
  std::vector<UserId> found;
  for (const auto& [user, name] : names) {
    if (name == word) found.push_back(user);
  }
  const Result<std::uint64_t> number = parse_u64(word);
  if (number && *number >= 1 && *number < (std::uint64_t{1} << 31)) {
    const UserId numbered{static_cast<std::uint32_t>(*number)};
    if (found.empty() || found.front() != numbered) found.push_back(numbered);
  }
  return found;
}

// The conversations that a word can mean, each once. `halves` are all pairs of what is around a +.
struct Readings {
  std::vector<ConversationId> pairs;
  bool to_oneself = false;
  std::string unknown;  // a half that nobody is called; of the first +
};

Readings read_pair(std::string_view members, const Names& names) {
  Readings readings;
  for (std::size_t plus = members.find('+'); plus != std::string_view::npos;
       plus = members.find('+', plus + 1)) {
    const std::string_view halves[] = {members.substr(0, plus), members.substr(plus + 1)};
    const std::vector<UserId> one = read_member(halves[0], names);
    const std::vector<UserId> other = read_member(halves[1], names);
    if (readings.unknown.empty() && one.empty()) readings.unknown = halves[0];
    if (readings.unknown.empty() && other.empty()) readings.unknown = halves[1];
    for (UserId left : one) {
      for (UserId right : other) {
        if (left == right) {
          readings.to_oneself = true;
          continue;
        }
        const ConversationId pair = pair_of(left, right);
        if (std::find(readings.pairs.begin(), readings.pairs.end(), pair) == readings.pairs.end()) {
          readings.pairs.push_back(pair);
        }
      }
    }
  }
  return readings;
}

// "user 1 (alice)".
std::string in_words(UserId user, const Names& names) {
  const auto found = names.find(user);
  return to_text(user) + (found == names.end() ? "" : " (" + escape_controls(found->second) + ")");
}

std::string explicit_word(const MessageKey& message) {
  return std::to_string(message.conversation.value) + ":" + std::to_string(message.number);
}

std::string choice_of(ConversationId pair, std::uint64_t number, const Names& names) {
  return explicit_word({pair, number}) + " for " + in_words(lower_member(pair), names) + " and " +
         in_words(higher_member(pair), names);
}

Error not_one_reading(const std::string& word, const Readings& readings, std::uint64_t number,
                      const Names& names) {
  if (readings.pairs.size() > 1) {
    return {Code::kInvalidArgument, "'" + escape_controls(word) +
                                        "' can be read in two ways: write " +
                                        choice_of(readings.pairs[0], number, names) + ", or " +
                                        choice_of(readings.pairs[1], number, names)};
  }
  if (readings.to_oneself) return {Code::kInvalidArgument, "nobody writes to themselves"};
  std::vector<std::string_view> known;
  for (const auto& [user, name] : names)
    known.push_back(name);
  const std::string near = near_match(readings.unknown, known);
  return {Code::kNotFound, "nobody here is called '" + escape_controls(readings.unknown) + "'" +
                               (near.empty() ? "; `glasspost user list` names everybody"
                                             : "; did you mean " + escape_controls(near) + "?")};
}

}  // namespace

Result<MessageKey> parse_message_word(const std::string& word, const Names& names) {
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos) return no_such_word(word);
  const std::string_view members = std::string_view(word).substr(0, colon);
  const Result<std::uint64_t> number = parse_u64(std::string_view(word).substr(colon + 1));
  if (!number || *number == 0) return no_such_word(word);
  if (members.find('+') == std::string_view::npos) {
    const Result<std::uint64_t> id = parse_u64(members);
    if (!id) return no_such_word(word);
    if (is_pair(ConversationId{*id})) return MessageKey{ConversationId{*id}, *number};
    return Error{Code::kInvalidArgument,
                 std::to_string(*id) +
                     " is no conversation of two users; `glasspost send --json` "
                     "prints the id of one"};
  }
  const Readings readings = read_pair(members, names);
  if (readings.pairs.size() == 1) return MessageKey{readings.pairs.front(), *number};
  return not_one_reading(word, readings, *number, names);
}

std::string message_word(const MessageKey& message, const Names& names) {
  std::string usual = std::to_string(lower_member(message.conversation).value) + "+" +
                      std::to_string(higher_member(message.conversation).value) + ":" +
                      std::to_string(message.number);
  const Result<MessageKey> read = parse_message_word(usual, names);
  return read && *read == message ? usual : explicit_word(message);
}

}  // namespace glasspost
