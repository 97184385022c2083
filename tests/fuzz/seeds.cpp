// Where fuzzers begin: inputs from real runs, written into a folder for each target.
//
//   glasspost_fuzz_seeds build/fuzz/corpus
//
// A house (house.hpp) is played through once with all that devices ask; its frames, envelopes, log
// records and batches are the seeds, as the targets take them apart (fuzz.hpp: Pieces). Facts come
// from a seed of the virtual world. The same files every time.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "glasspost/v1/control.pb.h"

#include "engine/base/bytes.hpp"
#include "engine/control/message_stream.hpp"
#include "engine/control/topology.hpp"
#include "engine/core/keys.hpp"
#include "engine/live/speaker.hpp"
#include "engine/live/zmtp.hpp"
#include "engine/storage/log_record.hpp"
#include "engine/telemetry/labels.hpp"
#include "engine/telemetry/recorder.hpp"
#include "engine/virtual/run.hpp"
#include "tests/fuzz/house.hpp"

namespace glasspost::fuzz {
namespace {

namespace fs = std::filesystem;

// Folders of seeds.
class Corpus {
 public:
  explicit Corpus(fs::path folder) : folder_(std::move(folder)) {}

  // The same bytes are kept once.
  void add(const std::string& target, const std::string& bytes) {
    if (!known_[target].insert(bytes).second) return;
    fs::create_directories(folder_ / target);
    const std::string name = std::to_string(known_[target].size());
    std::ofstream out(folder_ / target / name, std::ios::binary);
    out << bytes;
    must(out.good(), "a seed can be written");
  }

  std::size_t size() const {
    std::size_t all = 0;
    for (const auto& [target, seeds] : known_)
      all += seeds.size();
    return all;
  }

 private:
  fs::path folder_;
  std::map<std::string, std::set<std::string>> known_;
};

std::string byte(unsigned value) {
  return std::string(1, static_cast<char>(value));
}

// As Pieces::piece reads it.
std::string piece(std::string_view bytes) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(bytes.size()));
  out.raw(bytes);
  return out.take();
}

// What is said on the lines of a house, and what its store is told to put.
class Recording final : public HouseListener {
 public:
  void frame(NodeId from, NodeId to, const std::string& bytes) override {
    v1::Frame frame;
    must(frame.ParseFromString(bytes), "a frame can be read");
    const Speaker speaker{from, BootId{frame.source_boot()}};
    frames.emplace_back(to, piece(routing_id_of(speaker)) + piece(bytes));
  }
  void envelope(std::uint64_t, const v1::ClientEnvelope& said) override {
    envelopes.push_back(said.SerializeAsString());
  }
  void stepped(Address role, const Input&, const Outbox& out) override {
    if (role.kind == RoleKind::kStore && !out.puts.empty()) puts.push_back(out.puts);
  }

  std::vector<std::pair<NodeId, std::string>> frames;
  std::vector<std::string> envelopes;
  std::vector<std::vector<Put>> puts;
};

v1::ClientEnvelope history_of(ConversationId conversation, std::uint64_t from, bool backward) {
  v1::ClientEnvelope envelope;
  envelope.set_request(300 + from);
  envelope.mutable_history()->set_conversation(conversation.value);
  envelope.mutable_history()->set_from(from);
  envelope.mutable_history()->set_backward(backward);
  envelope.mutable_history()->set_messages_max(3);
  return envelope;
}

v1::ClientEnvelope lookup_of(const std::string& name) {
  v1::ClientEnvelope envelope;
  envelope.set_request(400);
  envelope.mutable_lookup()->set_name(name);
  return envelope;
}

v1::ClientEnvelope login_of_carol() {
  v1::ClientEnvelope envelope;
  envelope.set_request(500);
  envelope.mutable_login()->set_name("Carol");
  envelope.mutable_login()->set_password("the password of carol");
  envelope.mutable_login()->set_device(1);
  return envelope;
}

v1::ClientEnvelope logout() {
  v1::ClientEnvelope envelope;
  envelope.set_request(600);
  envelope.mutable_logout();
  return envelope;
}

// What devices say in a life, each with the number of its connection (1 to 3).
std::vector<std::pair<std::uint64_t, std::string>> words_of_devices(const House& house) {
  const ConversationId pair = pair_of(kAlice, kBob);
  std::vector<std::pair<std::uint64_t, v1::ClientEnvelope>> said{
      {2, login_with(house.token(kAlice, 1))},
      {3, login_with(house.token(kBob, 1))},
      {1, sync_from(0)},
      {2, text_to(pair, 1, "hello bob")},
      {3, text_to(pair, 1, "\xe4\xbd\xa0\xe5\xa5\xbd alice")},
      {2, text_to(pair, 2, "a second text")},
      {2, text_to(pair, 1, "hello bob")},
      {2, text_to(pair, 1, "another text under the same id")},
      {2, text_to(pair_of(kAlice, kCarol), 3, "hello carol")},
      {2, text_to(pair_of(kAlice, UserId{9}), 4, "hello nobody")},
      {3, sync_from(0)},
      {2, sync_from(2)},
      {3, history_of(pair, 1, false)},
      {3, history_of(pair, 0, true)},
      {2, lookup_of("B\xc3\xb6"
                    "b")},
      {2, lookup_of("bob")},
      {1, login_of_carol()},
      {1, sync_from(0)},
      {3, logout()},
      {3, login_with(house.token(kBob, 1))},
      {3, login_with(house.token(kBob, 2))},
  };
  std::vector<std::pair<std::uint64_t, std::string>> words;
  words.reserve(std::size(said));
  for (const auto& [connection, envelope] : said)
    words.emplace_back(connection, envelope.SerializeAsString());
  return words;
}

void play(House& house, Recording& heard) {
  house.listen(&heard);
  for (std::uint64_t connection = 1; connection <= 3; ++connection)
    house.open(connection);
  for (const auto& [connection, bytes] : words_of_devices(house)) {
    house.say(connection, bytes);
    house.wait(std::chrono::milliseconds(30));
  }
  for (const Address role : {Address{RoleKind::kConversation, 1}, Address{RoleKind::kMailbox, 1},
                             Address{RoleKind::kSeq, 1}, Address{RoleKind::kStore, 1}}) {
    house.boot(house.directory().at(role));
    house.wait(std::chrono::seconds(1));
  }
  house.say(2, sync_from(0).SerializeAsString());
  house.wait(std::chrono::seconds(1));
  house.close(2);
  house.listen(nullptr);
}

// A sliding part of a list, so that a seed is a story and not only a word.
template <class Each>
void add_runs(Corpus& corpus, const std::string& target, std::size_t count, std::size_t length,
              const Each& each) {
  for (std::size_t first = 0; first < count; ++first) {
    std::string run;
    for (std::size_t at = first; at < std::min(count, first + length); ++at)
      run += each(at);
    corpus.add(target, run);
  }
}

void add_envelopes(Corpus& corpus, const House& house) {
  const auto words = words_of_devices(house);
  const auto in_house = [&words](std::size_t at) {
    return byte(static_cast<unsigned>(words[at].first - 1)) + piece(words[at].second);
  };
  // Access alone lets whoever it is told to by a token's first byte.
  const auto at_access = [&words](std::size_t at) {
    const unsigned how = static_cast<unsigned>(words[at].first - 1) | (at % 3 == 0 ? 4U : 0U) |
                         static_cast<unsigned>(at % 2) << 5;
    return byte(how) + piece(words[at].second);
  };
  add_runs(corpus, "house", words.size(), 1, in_house);
  add_runs(corpus, "house", words.size(), 6, in_house);
  add_runs(corpus, "client_envelope", words.size(), 1, at_access);
  add_runs(corpus, "client_envelope", words.size(), 8, at_access);
}

void add_frames(Corpus& corpus, const Recording& heard) {
  const auto frame = [&heard](std::size_t at) { return heard.frames[at].second; };
  add_runs(corpus, "frame", heard.frames.size(), 1, frame);
  add_runs(corpus, "frame", heard.frames.size(), 3, frame);
  // More letters than a frame of ours ever holds.
  v1::Frame crowded;
  crowded.set_source_node(1);
  crowded.set_source_boot(1);
  for (int count = 0; count < 300; ++count)
    crowded.add_letters();
  corpus.add("frame", piece("1.1") + piece(crowded.SerializeAsString()));
}

void add_zmtp(Corpus& corpus, const Recording& heard, const House& house) {
  using zmtp::Role;
  for (const auto& [ours, theirs] :
       {std::pair{Role::kServer, Role::kClient}, std::pair{Role::kClient, Role::kServer}}) {
    std::string words;
    if (ours == Role::kServer) {
      for (const auto& [connection, bytes] : words_of_devices(house)) {
        if (words.size() < 300) zmtp::append_frame(words, bytes);
      }
    } else {
      for (const std::string& bytes : heard.envelopes) {
        if (words.size() < 300) zmtp::append_frame(words, bytes);
      }
    }
    zmtp::append_frame(words, std::string(300, 'l'));
    zmtp::append_ping(words, 300, "context");
    zmtp::append_pong(words, "context");
    zmtp::append_ping(words, 0, {});
    std::string greeting;
    zmtp::append_greeting(greeting);
    zmtp::append_ready(greeting, theirs, "a name");
    std::string end;
    zmtp::append_error(end, "no more");
    const unsigned side = ours == Role::kServer ? 0 : 1;
    for (const std::string& cuts : {std::string(), std::string("\x01\x07", 2)}) {
      const std::string head = byte(static_cast<unsigned>(cuts.size())) + cuts;
      corpus.add("zmtp", byte(side) + head + greeting + words + end);
      corpus.add("zmtp", byte(side | 2) + head + words);
      corpus.add("zmtp", byte(side | 6) + head + words);
      corpus.add("zmtp", byte(side) + head + greeting + end);
    }
  }
}

void add_logs(Corpus& corpus, const Recording& heard, const House& house) {
  std::string log;
  for (const std::vector<Put>& batch : heard.puts) {
    const std::string record = write_record(batch);
    corpus.add("log_record", byte(0) + record);
    corpus.add("log_record", byte(1) + piece(std::string_view(record).substr(12)));
    if (log.size() + record.size() < 2'000) log += record;
  }
  corpus.add("log_record", byte(0) + log);
  const std::vector<Put> erasing{{Put::Kind::kErase, "key", ""},
                                 {Put::Kind::kEraseRange, "first", "last"}};
  corpus.add("log_record", byte(0) + write_record(erasing));
  corpus.add("log_record", byte(0) + write_record({}));

  const MemoryStore& disk = house.disk({RoleKind::kStore, 1});
  for (const auto& [kind, mode] :
       {std::pair{SectionKind::kConversation, 0U}, std::pair{SectionKind::kMailbox, 1U}}) {
    const SectionId section = section_of(kind, 0);
    std::string story;
    for (const StoreRow& row : disk.range(keys::log_batch(section, 0),
                                          keys::log_batch(section, 1'000), 1'000, 1'000'000)) {
      v1::LogBatch batch;
      must(batch.ParseFromString(row.value), "a batch can be read");
      if (!batch.payload().empty()) story += piece(batch.payload());
      for (const unsigned how : {0U, 1U, 6U, 7U})
        corpus.add("replay", byte(mode) + byte(how) + story);
    }
    for (const StoreRow& row : disk.range(keys::checkpoint_part(section, 0),
                                          keys::checkpoint_part(section, 1'000), 1'000, 1'000'000))
      corpus.add("replay", byte(mode + 2) + byte(40) + row.value);
  }
}

// Facts of a run, and what their numbers stand for.
struct Story {
  std::vector<Fact> facts;
  RunLabels labels;
};

Story story_of_a_world() {
  Story story;
  const RunReport first = run_seed(7, FaultProfile::kNone, std::chrono::seconds(2));
  const auto listener = [&story](const std::vector<Fact>& facts) {
    story.facts.insert(story.facts.end(), facts.begin(), facts.end());
  };
  run_plan(first.scenario, first.plan, listener);
  story.labels = labels_of(first.scenario);
  // Short seeds make fast fuzzers.
  story.labels.processes.resize(1);
  story.labels.choices.clear();
  story.labels.users = {{kAlice, "alice"}};
  return story;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void add_recordings(Corpus& corpus, const Story& story, const fs::path& folder) {
  const std::string path = (folder / "seed.gpr").string();
  for (const std::size_t facts_a_chunk : {1U, 20U}) {
    Result<std::unique_ptr<Recorder>> recorder = Recorder::create(
        {.path = path, .force = true, .facts_a_chunk = facts_a_chunk, .chunks_an_index = 2},
        story.labels);
    must(static_cast<bool>(recorder), "a recording can be made");
    const std::span<const Fact> facts(story.facts);
    bool written = static_cast<bool>((*recorder)->add(facts.subspan(40, 2)));
    written = written && (*recorder)->label(story.labels);
    written = written && (*recorder)->add(facts.subspan(42, 1));
    written = written && (*recorder)->finish();
    must(written, "a recording can be written");
    const std::string whole = read_file(path);
    const std::string how = byte(0) + std::string("\x02\x00", 2);
    const std::string how_mended = byte(1) + std::string("\x02\x00", 2);
    corpus.add("recording", how + whole);
    corpus.add("recording", how + whole.substr(0, whole.size() - 70));
    corpus.add("recording",
               how + whole.substr(0, whole.size() / 2) + "?" + whole.substr(whole.size() / 2 + 1));
    corpus.add("recording", how_mended + whole.substr(gpr::kFileHeadBytes));
  }
  fs::remove(path);
}

void add_hub(Corpus& corpus, const Story& story) {
  v1::HubReply reply;
  *reply.mutable_labels() = to_proto(story.labels);
  append_facts(*reply.mutable_facts(), story.facts.data() + 40, 3);
  reply.set_until_us(story.facts[42].time_us);
  const std::string first = piece(reply.SerializeAsString());
  v1::HubReply next;
  append_facts(*next.mutable_facts(), story.facts.data() + 42, 3);
  next.set_lost(5);
  next.set_until_us(story.facts[44].time_us);
  corpus.add("hub", byte(0) + first);
  corpus.add("hub", byte(0) + first + piece(next.SerializeAsString()));

  std::vector<Fact> shown;
  for (const Fact& fact : story.facts) {
    if (fact.kind == FactKind::kShown && shown.size() < 2) shown.push_back(fact);
  }
  shown.push_back(story.facts.front());
  v1::HubRequest request;
  append_facts(*request.mutable_publish()->mutable_facts(), shown.data(), shown.size());
  request.mutable_publish()->set_lost(2);
  corpus.add("hub", byte(1) + piece(request.SerializeAsString()));
  v1::HubRequest subscribe;
  subscribe.mutable_subscribe()->set_backlog(10);
  corpus.add("hub", byte(1) + piece(request.SerializeAsString()) +
                        piece(subscribe.SerializeAsString()) + piece(request.SerializeAsString()));
}

void add_control(Corpus& corpus) {
  std::vector<v1::ControlRequest> requests(1);
  requests.emplace_back().mutable_status();
  requests.emplace_back().mutable_choices();
  requests.emplace_back().mutable_shut_down();
  for (const v1::ProcessSignal signal :
       {v1::PROCESS_SIGNAL_KILL, v1::PROCESS_SIGNAL_PAUSE, v1::PROCESS_SIGNAL_RESTART}) {
    v1::SignalProcess& strike = *requests.emplace_back().mutable_signal();
    strike.set_process("mailbox-1");
    strike.set_signal(signal);
  }
  for (const ChoiceInfo& info : choice_registry()) {
    for (const std::string_view value : info.offers) {
      v1::ChangeChoice& change = *requests.emplace_back().mutable_change_choice();
      change.set_key(std::string(info.key));
      change.set_value(std::string(value));
    }
  }
  v1::AskRole& ask = *requests.emplace_back().mutable_ask_role();
  ask.set_role(pack({RoleKind::kAccount, 1}));
  ask.mutable_letter()->mutable_add_user()->set_name("alice");
  requests.emplace_back().mutable_deed()->set_fact(std::string(sizeof(Fact), 'f'));
  const auto message = [&requests](std::size_t at) {
    std::string bytes;
    requests[at].set_number(at);
    append_message(bytes, requests[at]);
    return bytes;
  };
  for (std::size_t at = 0; at < requests.size(); ++at) {
    corpus.add("control", byte(0) + message(at));
    corpus.add("control", byte(2) + std::string("\x02\x00", 2) + message(at) +
                              message((at + 1) % requests.size()));
  }
}

void add_topologies(Corpus& corpus) {
  for (const char* preset : {"classroom", "quick", "bench", "unwatched"}) {
    for (const char* placement : {"split", "merged"}) {
      TopologyRequest request;
      request.preset = preset;
      request.placement = placement;
      const Result<Topology> topology = make_topology(request);
      must(static_cast<bool>(topology), "a topology can be made");
      corpus.add("topology", topology_text(*topology));
    }
  }
  corpus.add("topology", "250ms");
  corpus.add("topology", "18446744073709551615");
}

}  // namespace
}  // namespace glasspost::fuzz

int main(int count, char** words) {
  using namespace glasspost::fuzz;
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER   writes the seeds of every fuzz target below it\n",
                 words[0]);
    return 2;
  }
  const std::filesystem::path folder = words[1];
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Corpus corpus(folder);
  House house(true);
  Recording heard;
  play(house, heard);
  const Story story = story_of_a_world();
  add_envelopes(corpus, house);
  add_frames(corpus, heard);
  add_zmtp(corpus, heard, house);
  add_logs(corpus, heard, house);
  add_recordings(corpus, story, folder);
  add_hub(corpus, story);
  add_control(corpus);
  add_topologies(corpus);
  std::printf("%zu seeds in %s\n", corpus.size(), folder.c_str());
  return 0;
}
