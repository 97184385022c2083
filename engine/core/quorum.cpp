// The words for quorums.
#include "engine/core/quorum.hpp"

#include "engine/base/text.hpp"

namespace glasspost {

Result<Quorum> parse_quorum(std::string_view word) {
  std::string options;
  for (const QuorumOption& option : kQuorumOptions) {
    if (option.word == word) return option.quorum;
    options += (options.empty() ? "" : " | ") + std::string(option.word);
  }
  return Error{Code::kInvalidArgument,
               "store.quorum cannot be '" + escape_controls(word) + "'; it may be " + options};
}

std::string to_text(const Quorum& quorum) {
  return std::to_string(quorum.replicas) + "/" + std::to_string(quorum.read) + "/" +
         std::to_string(quorum.write);
}

}  // namespace glasspost
