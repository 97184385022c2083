// On how many of a person's devices a message is shown: what the ticks of a phone and the words
// beside a message stand for. From facts alone, whoever runs those devices.
#pragma once

#include <cstddef>

#include "viz/model/model.hpp"

namespace glasspost::viz {

struct ShownOn {
  std::size_t devices = 0;          // that show it
  std::size_t of = 0;               // devices that the person has, as far as is known
  bool on_all_that_are_in = false;  // every device that is logged in now shows it, and one does
};

// A device of a program that does not tell what it shows counts as one that does not show it.
ShownOn shown_on(const Model& model, const MessageStory& story, UserId user);

}  // namespace glasspost::viz
