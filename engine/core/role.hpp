// A role as hosts hold it: any role, by value. Copying a RoleBox copies the role, so a snapshot, a
// rewind and a branch are assignments.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/archive.hpp"
#include "engine/base/result.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// What every role offers. Its memory is one plain struct, shown to anyone, changed by step alone.
template <class R>
concept Role = std::copyable<R> &&
    requires(R role, const R& seen_role, const Input& input, const Seen& seen, Outbox& out) {
  typename R::State;
  { R::kStateVersion } -> std::convertible_to<std::uint32_t>;
  { seen_role.state() } -> std::same_as<const typename R::State&>;
  { seen_role.broken_invariant() } -> std::same_as<std::string>;
  role.restore(typename R::State{});
  role.step(input, seen, out);
};

// Holds one role of any kind.
class RoleBox {
 public:
  // A function and not a constructor: a constructor template would be asked whether a RoleBox is a
  // role.
  template <Role R>
  static RoleBox of(R role);
  RoleBox(const RoleBox& other) : held_(other.held_->clone()) {}
  RoleBox& operator=(const RoleBox& other) {
    if (this != &other) held_ = other.held_->clone();
    return *this;
  }
  RoleBox(RoleBox&&) = default;
  RoleBox& operator=(RoleBox&&) = default;
  ~RoleBox() = default;

  void step(const Input& input, const Seen& seen, Outbox& out) { held_->step(input, seen, out); }

  // The state as canonical bytes, with a version.
  std::string save() const { return held_->save(); }

  // Replaces the state. Errors: kCorruption; the state is then unchanged.
  Status load(std::string_view bytes) { return held_->load(bytes); }

  // Equal states have equal hashes, in every build.
  std::uint64_t hash() const { return held_->hash(); }

  // The first invariant that does not hold, as a sentence; empty when all hold.
  std::string broken_invariant() const { return held_->broken_invariant(); }

  // The role itself. REQUIRES: it is an R.
  template <Role R>
  const R& as() const {
    const R* found = static_cast<const R*>(held_->role());
    return *found;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual std::unique_ptr<Base> clone() const = 0;
    virtual void step(const Input& input, const Seen& seen, Outbox& out) = 0;
    virtual std::string save() const = 0;
    virtual Status load(std::string_view bytes) = 0;
    virtual std::uint64_t hash() const = 0;
    virtual std::string broken_invariant() const = 0;
    virtual const void* role() const = 0;
  };

  template <Role R>
  struct Holder final : Base {
    explicit Holder(R held) : value(std::move(held)) {}
    std::unique_ptr<Base> clone() const override { return std::make_unique<Holder>(value); }
    void step(const Input& input, const Seen& seen, Outbox& out) override {
      value.step(input, seen, out);
    }
    std::string save() const override { return save_state(value.state(), R::kStateVersion); }
    Status load(std::string_view bytes) override {
      Result<typename R::State> loaded = load_state<typename R::State>(bytes, R::kStateVersion);
      if (!loaded) return loaded.error();
      value.restore(std::move(*loaded));
      return ok();
    }
    std::uint64_t hash() const override { return hash_state(value.state()); }
    std::string broken_invariant() const override { return value.broken_invariant(); }
    const void* role() const override { return &value; }
    R value;
  };

  explicit RoleBox(std::unique_ptr<Base> held) : held_(std::move(held)) {}

  std::unique_ptr<Base> held_;
};

// Saving, loading and hashing a state is much code. For the roles of the house it is made once, in
// engine/roles/roster.cpp, and each role's header says so.
template <Role R>
RoleBox RoleBox::of(R role) {
  return RoleBox(std::make_unique<Holder<R>>(std::move(role)));
}

}  // namespace glasspost
