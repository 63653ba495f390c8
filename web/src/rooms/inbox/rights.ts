// rights -- what I am to a conversation: whether I hold it, serve its team or lead it. The server
// decides; this only spares people buttons that would be refused.
import type { Conversation } from "../../gen/shapes.ts";
import { me } from "../../feed/session.ts";

export interface Standing {
  holds: boolean;
  serves: boolean; // may write in it and change it
  leads: boolean;
}

export function standingOf({ team, teammate }: Conversation): Standing {
  const role = me().teams.find((each) => each.team === team);
  const isLead = (me().roles as readonly string[]).includes("lead");
  const leads = role?.leads === true || (team === null && isLead);
  const holds = teammate === me().id;
  return { holds, leads, serves: holds || leads || (role?.level ?? null) !== null };
}
