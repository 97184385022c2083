// What talks have in common: those on the ZeroMQ wire, and those that cut what arrives into pieces.
#pragma once

#include <string>
#include <string_view>

#include "engine/apps/glasspost/bench/line_load.hpp"
#include "engine/live/zmtp.hpp"

namespace glasspost::bench {

// The client's end of a ZMTP connection. Who derives hears `ready` and `frame`.
class ZmtpTalk : public Talk, public zmtp::Sink {
 public:
  void bytes(Line& line, std::string_view bytes) override {
    line_ = &line;
    codec_.feed(bytes, *this);
  }
  void ping(std::string_view, std::uint16_t) override {}
  void pong(std::string_view) override {}
  void violation(zmtp::Violation, std::string_view sentence) override {
    line_->broken(std::string(sentence));
  }
  std::string& output() override { return line_->out(); }

 protected:
  Line* line_ = nullptr;  // the one whose bytes are read

 private:
  static constexpr std::size_t kFrameBytesMax = 65'536;
  zmtp::Codec codec_{zmtp::Role::kClient, kFrameBytesMax};
};

// Keeps what has arrived until a piece of it is whole.
class PiecesTalk : public Talk {
 public:
  void bytes(Line& line, std::string_view bytes) override {
    kept_ += bytes;
    std::size_t at = 0;
    while (at < kept_.size()) {
      const std::size_t size = take_first(line, std::string_view(kept_).substr(at));
      if (size == 0) break;
      at += size;
    }
    kept_.erase(0, at);
  }

 protected:
  // Does what the first piece says and returns its bytes; 0 if it is not whole, or broke the line.
  virtual std::size_t take_first(Line& line, std::string_view rest) = 0;

 private:
  std::string kept_;
};

}  // namespace glasspost::bench
