// An owner of sections on a bench, with its replicas. What the owner says to them waits until
// commit(), so a case decides what is durable and what is not.
#pragma once

#include <utility>
#include <vector>

#include "engine/roles/store/store.hpp"
#include "tests/roles/support/bench.hpp"

namespace glasspost::tests {

class Owner : public Bench {
 public:
  Owner(Address self, RoleBox box, const Config& lived_by) : Bench(self, std::move(box), lived_by) {
    for (Address replica : lived_by.replicas) {
      stores.emplace_back(replica, RoleBox::of(Store(replica)), lived_by);
      stores.back().start();
    }
  }

  // Carries letters between the owner and its replicas until nobody has more to say.
  void commit() {
    while (carry()) {
    }
  }

  // One round of it; false when there was nothing to carry.
  bool carry() {
    Letters rest;
    Letters answers;
    for (v1::Letter& letter : std::exchange(said, {})) {
      Bench* store = store_of(letter);
      if (store == nullptr) {
        rest.push_back(std::move(letter));
        continue;
      }
      store->feed(std::move(letter));
      for (v1::Letter& answer : std::exchange(store->said, {}))
        answers.push_back(std::move(answer));
    }
    said = std::move(rest);
    if (answers.empty()) return false;
    feed(std::move(answers));
    return true;
  }

  // Whatever the owner wants of its replicas is lost.
  void lose() {
    Letters rest;
    for (v1::Letter& letter : std::exchange(said, {})) {
      if (store_of(letter) == nullptr) rest.push_back(std::move(letter));
    }
    said = std::move(rest);
  }

  // Starts, and takes its sections over.
  void serve() {
    start();
    commit();
  }

  // Another life, which takes the sections over from the one before.
  void take_over(RoleBox fresh) {
    restart(std::move(fresh));
    commit();
  }

  std::vector<Bench> stores;

 private:
  Bench* store_of(const v1::Letter& letter) {
    for (Bench& store : stores) {
      if (letter.target() == pack(store.address)) return &store;
    }
    return nullptr;
  }
};

}  // namespace glasspost::tests
