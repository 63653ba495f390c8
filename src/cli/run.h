/* run -- what each command does; which words and options it takes is in commands.c. */
#ifndef EK_CLI_RUN_H
#define EK_CLI_RUN_H

#include "cli/cli.h"

/* In server/. */
bool ek_run_init(struct ek_cli *cli, struct ek_err *err);
bool ek_run_sample_remove(struct ek_cli *cli, struct ek_err *err);
bool ek_run_serve(struct ek_cli *cli, struct ek_err *err);
bool ek_run_check(struct ek_cli *cli, struct ek_err *err);
bool ek_run_config_show(struct ek_cli *cli, struct ek_err *err);

bool ek_run_drive(struct ek_cli *cli, struct ek_err *err);
bool ek_run_sample(struct ek_cli *cli, struct ek_err *err);

bool ek_run_explain_conversation(struct ek_cli *cli, struct ek_err *err);
bool ek_run_explain_assignment(struct ek_cli *cli, struct ek_err *err);
bool ek_run_explain_teammate(struct ek_cli *cli, struct ek_err *err);
bool ek_run_queue(struct ek_cli *cli, struct ek_err *err);

bool ek_run_policy_export(struct ek_cli *cli, struct ek_err *err);
bool ek_run_policy_check(struct ek_cli *cli, struct ek_err *err);
bool ek_run_policy_apply(struct ek_cli *cli, struct ek_err *err);
bool ek_run_policy_explain(struct ek_cli *cli, struct ek_err *err);
bool ek_run_policy_lint(struct ek_cli *cli, struct ek_err *err);

bool ek_run_fairness(struct ek_cli *cli, struct ek_err *err);

bool ek_run_report(struct ek_cli *cli, struct ek_err *err);

bool ek_run_import(struct ek_cli *cli, struct ek_err *err);

bool ek_run_mail_show(struct ek_cli *cli, struct ek_err *err);

bool ek_run_trend(struct ek_cli *cli, struct ek_err *err);

bool ek_run_verify(struct ek_cli *cli, struct ek_err *err);
bool ek_run_replay(struct ek_cli *cli, struct ek_err *err);
bool ek_run_state_hash(struct ek_cli *cli, struct ek_err *err);
bool ek_run_rebuild(struct ek_cli *cli, struct ek_err *err);
bool ek_run_export(struct ek_cli *cli, struct ek_err *err);
bool ek_run_backup(struct ek_cli *cli, struct ek_err *err);
bool ek_run_restore(struct ek_cli *cli, struct ek_err *err);
bool ek_run_doctor(struct ek_cli *cli, struct ek_err *err);

bool ek_run_help(struct ek_cli *cli, struct ek_err *err);
bool ek_run_version(struct ek_cli *cli, struct ek_err *err);
bool ek_run_completion(struct ek_cli *cli, struct ek_err *err);

#endif
