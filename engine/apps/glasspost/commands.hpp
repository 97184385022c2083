// The commands of the glasspost program. Each adds itself to the parser and leaves its exit code.
#pragma once

namespace CLI {
class App;
}

namespace glasspost {

// Exit codes of every command.
inline constexpr int kExitFine = 0;
inline constexpr int kExitFailed = 1;    // a promise or check failed
inline constexpr int kExitWrongUse = 2;  // or bad input
inline constexpr int kExitCannotTell = 3;
inline constexpr int kExitInterrupted = 130;  // as shells have it

// glasspost sim: whole clusters in virtual time.
void add_sim_command(CLI::App& app, int& exit_code);

// glasspost node: one process of a cluster; the supervisor calls it.
void add_node_command(CLI::App& app, int& exit_code);

// glasspost hub: the process that gathers facts; the supervisor calls it.
void add_hub_command(CLI::App& app, int& exit_code);

// glasspost up: a cluster, new or as it was.
void add_up_command(CLI::App& app, int& exit_code);

// glasspost down, status, logs, kill, pause, resume, restart, set, reset.
void add_cluster_commands(CLI::App& app, int& exit_code);

// glasspost doctor: is this machine fit?
void add_doctor_command(CLI::App& app, int& exit_code);

// glasspost user add, list, passwd, kick.
void add_user_commands(CLI::App& app, int& exit_code);

// glasspost chat, send.
void add_person_commands(CLI::App& app, int& exit_code);

// glasspost where: which places a message has reached.
void add_where_command(CLI::App& app, int& exit_code);

// glasspost seq show: why a user's next number will be what it will be.
void add_seq_command(CLI::App& app, int& exit_code);

// glasspost bench: this build beside its peers; and the bare servers that it starts.
void add_bench_command(CLI::App& app, int& exit_code);
void add_router_command(CLI::App& app, int& exit_code);
void add_seq_server_command(CLI::App& app, int& exit_code);

// glasspost load: many people at once.
void add_load_command(CLI::App& app, int& exit_code);

// glasspost record: what a running cluster tells, into a file.
void add_record_command(CLI::App& app, int& exit_code);

// glasspost metrics: a running cluster's numbers, for Prometheus.
void add_metrics_command(CLI::App& app, int& exit_code);

// glasspost replay, check: what a recording holds, and whether the promises held in it.
void add_recording_commands(CLI::App& app, int& exit_code);

// glasspost choices: the design choices and what each trades.
void add_choices_command(CLI::App& app, int& exit_code);

}  // namespace glasspost
