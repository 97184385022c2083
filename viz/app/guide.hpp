// Leads the tour: carries out its deeds on the cluster, and puts its captions over the picture.
#pragma once

#include "viz/app/session.hpp"
#include "viz/app/shell.hpp"
#include "viz/app/tour.hpp"

namespace glasspost::viz {

class Guide {
 public:
  Guide(Session& session, bool tour);
  ~Guide() { tidy_up(); }
  Guide(const Guide&) = delete;
  Guide& operator=(const Guide&) = delete;

  // Once a frame, before the shell draws. True while a caption stands.
  bool lead(Shell& shell, double seconds);
  // How it went, as a sentence; empty if there was none.
  std::string told() const;

 private:
  // Whoever leaves in the middle finds no process standing still.
  void tidy_up();
  void carry_out(TourDeed deed, Shell& shell);
  void send(Shell& shell);
  void select_sent(Shell& shell);
  std::string caption() const;
  // The process that owns the inbox of bob, or the conversation of alice and bob.
  std::string owner(bool of_mailbox) const;

  Session& session_;
  Tour tour_;
  double seconds_ = 0;
  bool begun_ = false;
  std::uint64_t sent_ = 0;
  std::string text_;  // sent, and not yet selected
  std::string mailbox_, home_;
  bool paused_ = false;  // the mailbox, by the tour
};

}  // namespace glasspost::viz
