// sections -- where each setting stands: sections in groups, each with the names of its settings
// and, where lists of their own belong to it, what is shown beside them.
import type { SettingName } from "../../gen/settings.ts";
import { may } from "../../feed/session.ts";

export interface Section {
  id: string;
  group: "mine" | "work" | "words" | "workspace";
  names: readonly SettingName[];
  isOpenTo?: () => boolean;
}

export const SECTIONS = [
  { id: "me", group: "mine", names: [] },
  {
    id: "limits",
    group: "work",
    names: [
      "limit",
      "inbox_limit",
      "class_points",
      "class_limit",
      "uncounted_tags",
      "balance_by",
      "fairness_min_hours",
      "day_hours",
    ],
  },
  {
    id: "giving",
    group: "work",
    names: [
      "method",
      "rank",
      "order_keys",
      "attribute_orders",
      "sla_order",
      "overtake_max",
      "wait_max_ms",
      "rr_retry",
      "rr_respect_limits",
      "offer_mode",
      "offer_timeout_ms",
      "shift_gate",
      "shift_margin_ms",
    ],
  },
  {
    id: "newcomers",
    group: "work",
    names: [
      "ramp_steps",
      "ramp_start",
      "intake_max",
      "intake_window_ms",
      "intake_applies",
      "landing_ms",
      "landing_min_absence_ms",
    ],
  },
  {
    id: "auto_away",
    group: "work",
    names: [
      "auto_away_after_ms",
      "auto_reassign_after_ms",
      "auto_reassign_scope",
      "reassign_scope",
      "escalate_manual_away",
      "auto_return",
    ],
  },
  {
    id: "handover",
    group: "work",
    names: [
      "on_reopen",
      "continuity_hold_ms",
      "continuity_memory_ms",
      "release_cooldown_ms",
      "untouched_nudge_after_ms",
      "untouched_return_after_ms",
      "snooze_wake",
      "default_team",
    ],
  },
  {
    id: "overflow",
    group: "work",
    names: [
      "secondary_gate",
      "helper_order",
      "overflow",
      "when_nobody",
      "nobody_alert_after_ms",
      "assign_anyway_after_ms",
    ],
  },
  { id: "rules", group: "work", names: [], isOpenTo: () => may("arrival_rule_read") },
  { id: "enough", group: "work", names: ["enough_allowed", "enough_max_ms"] },
  { id: "sla", group: "work", names: ["calendar", "sla_reply_ms"] },
  { id: "metrics", group: "work", names: [], isOpenTo: () => may("metric_read") },
  { id: "teams", group: "words", names: [] },
  { id: "reasons", group: "words", names: ["away_reason_required", "away_reasons"] },
  { id: "skills", group: "words", names: ["skills"] },
  { id: "tags", group: "words", names: [] },
  { id: "workspace", group: "workspace", names: [], isOpenTo: () => may("server_settings") },
  { id: "sign_in", group: "workspace", names: [], isOpenTo: () => may("server_settings") },
  { id: "retention", group: "workspace", names: [], isOpenTo: () => may("server_settings") },
  { id: "tokens", group: "workspace", names: [], isOpenTo: () => may("token_own") },
  {
    id: "mailboxes",
    group: "workspace",
    names: [],
    isOpenTo: () => may("mailbox_manage", "mail_held"),
  },
  { id: "chat", group: "workspace", names: [], isOpenTo: () => may("chat_inbox_edit") },
  { id: "webhooks", group: "workspace", names: [], isOpenTo: () => may("webhook_manage") },
  { id: "feeds", group: "workspace", names: [], isOpenTo: () => may("feed_own") },
] as const satisfies readonly Section[];

export type SectionId = (typeof SECTIONS)[number]["id"];
export const GROUPS = ["mine", "work", "words", "workspace"] as const;

export function sectionsFor(): readonly (Section & { id: SectionId })[] {
  const all: readonly (Section & { id: SectionId })[] = SECTIONS;
  return all.filter((section) => section.isOpenTo?.() ?? true);
}
