// metrics_rules_test -- the mistakes that metrics made elsewhere, by their names (spec metrics,
// section 8), and which row of which test keeps each away, so that none can go unnoticed.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

const FIGURES = "src/metrics/figures_test.c";
const RULES = "src/metrics/figures_rules_test.c";

/** What went wrong; where it would be seen; a row of it, or its test's name. */
const KEPT: readonly (readonly [mistake: string, file: string, row: string])[] = [
  ["mean of skewed times", "src/metrics/durations_test.c",
    "d.mean == 30.1 && d.median == 5.5 && d.p90 == 19"],
  ["bot counted as response", FIGURES, "M1 bot counted as response: it is not"],
  ["clock switch lost in export", "tests/api_figures_test.ts", "CSV says what JSON says"],
  ["clock switch lost in export", FIGURES, "M1 by the calendar: the clock switch"],
  ["holiday missing", "src/metrics/versions_test.c",
    "ek_versions_elapsed(&v, 2, FRIDAY, MONDAY), 30 * 60"],
  ["holiday missing", "src/api/charts_test.c", "S6 a closed date annotates itself"],
  ["fixed UTC offset", "src/metrics/versions_test.c", "berlin_over_the_clock_change"],
  ["fixed UTC offset", RULES, "midnight_is_local_when_clocks_change"],
  ["re-open restarts nothing or everything", FIGURES,
    "a re-open restarts one clock, not nothing or everything"],
  ["re-open restarts nothing or everything", FIGURES,
    "M1 after a close by a person, opening again is M2's"],
  ["survey credited to assignee at answer time", FIGURES,
    "M23 survey credited to assignee at answer time: it is who answered then"],
  ["rating credited to owner instead of replier", FIGURES,
    "M23 rating credited to owner instead of replier: it is not"],
  ["snooze treated differently by SLA and metric", FIGURES,
    "M1 snooze treated differently by SLA and metric: it stops neither"],
  ["snooze treated differently by SLA and metric", "src/api/api_sla_step_test.c",
    "snooze_is_time_to_sla_and_metric"],
  ["SLA target looked up with today's priority", FIGURES,
    "M18 SLA target looked up with today's priority: a later one rewrites nothing"],
  ["one conversation closed twice counted as two solved", FIGURES,
    "M11 to the last: one conversation closed twice is not counted as two solved"],
  ["creation-date filter on a reply metric", FIGURES,
    "M1 bucket is the reply: a creation-date filter on a reply metric would find it"],
  ["average of averages", RULES, "averages_are_not_averaged"],
  ["open items dropped", FIGURES, "M1 open items dropped: waiting then, answered since"],
  ["immature FCR cohort", FIGURES, "M12 immature cohort: not yet known"],
  ["occupancy over 100 %", RULES, "concurrency_and_occupancy"],
  ["unfinished week compared with a whole", "tests/api_reports_test.ts",
    "unfinished week compared with a whole: it is named"],
  ["impossible value shown", RULES, "what_cannot_be_is_withheld"],
  ["impossible value shown", RULES, "handle_time_within_what_people_worked"],
  ["definition edit rewriting history", RULES, "a_new_version_does_not_rewrite_history"],
  ["definition edit rewriting history", "src/metrics/figures_restated_test.c",
    "a_definition_changes_from_a_day_on"],
  ["rank without interval", RULES, "small_samples"],
  ["rank without interval", "tests/people_rules_test.ts",
    "R8, no answer or table puts people in order"],
];

const text = (file: string): string => readFileSync(join(root(), file), "utf8");

for (const [mistake, file, row] of KEPT) {
  // A test that is there, but that nobody runs, keeps nothing.
  const runs = /^[a-z_]+$/.test(row) ? `cmocka_unit_test(${row})` : row;
  tally.is(`${mistake}: kept away by ${file}`, text(file).includes(runs), runs);
}
tally.same("each of the twenty is there", new Set(KEPT.map(([mistake]) => mistake)).size, 20);
tally.end();
