// api_stream_test -- what a live stream tells beside the facts of routing: contacts, tags and saved
// views that changed, jobs on their way, and the conversations of one saved view alone.
import { setTimeout as sleep } from "node:timers/promises";

import { Tally } from "./program.ts";
import { type Answer, type Client, noteMet, withServer } from "./server.ts";

const tally = new Tally();

interface Frame {
  readonly id: string | null;
  readonly type: string;
  readonly data: any;
}

/** A stream that is read from now on, until it is closed. */
class Listener {
  readonly frames: Frame[] = [];
  ended = false;
  private readonly stop = new AbortController();
  private done: Promise<void> = Promise.resolve();

  static async open(client: Client, query: string): Promise<Listener> {
    const l = new Listener();
    const got = await fetch(`${client.url}/api/v1/events${query}`, { signal: l.stop.signal,
      headers: { Authorization: `Bearer ${client.token}` } });
    noteMet("stream_events", got.status);
    if (got.status !== 200) throw new Error(`${got.status}: ${await got.text()}`);
    l.done = l.read(got).catch(() => { l.ended = true; });
    await l.until((frame) => frame.type === "hello");
    return l;
  }

  private async read(got: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of got.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const lines = text.slice(0, end).split("\n");
        const field = (name: string): string | null => lines
          .find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
        const type = field("event");
        if (type !== null)
          this.frames.push({ id: field("id"), type, data: JSON.parse(field("data") ?? "null") });
        text = text.slice(end + 2);
      }
    }
    this.ended = true;
  }

  async until(is: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (let i = 0; i < 500; i++) {
      const found = this.frames.find(is);
      if (found !== undefined) return found;
      await sleep(10);
    }
    return undefined;
  }

  /** Of one kind, once the stream has come to that event. */
  async come(seq: number): Promise<void> {
    await this.until((frame) => frame.id !== null && Number(frame.id) >= seq);
  }

  of(type: string): any[] {
    return this.frames.filter((frame) => frame.type === type).map((frame) => frame.data);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.done;
  }
}

await withServer({}, async (server, owner) => {
  const team = (await owner.post("/teams", { name: "Front" })).body.id as string;
  const other = (await owner.post("/teams", { name: "Back" })).body.id as string;
  const mate = await server.person(owner, { name: "Mina Mate", roles: ["teammate"],
    memberships: [{ team }] });
  const stranger = await server.person(owner, { name: "Sam Stranger", roles: ["teammate"],
    memberships: [{ team: other }] });

  // ---- what lies beside the facts
  {
    const mine = await Listener.open(mate.client,
      "?types=tag.updated,view.updated,contact.updated");
    const theirs = await Listener.open(stranger.client, "?types=tag.updated,view.updated");
    const tag = await owner.post("/tags", { name: "urgent" });
    await owner.patch(`/tags/${tag.body.id}`, { name: "pressing" });
    const contact = await mate.client.post("/contacts", { name: "Cora", email: "c@example.com" });
    await mate.client.patch(`/contacts/${contact.body.id}`, { name: "Cora C." });
    const same = { headers: { "Idempotency-Key": "only-once-please" } };
    await mate.client.patch(`/contacts/${contact.body.id}`, { name: "Cora D." }, same);
    await mate.client.patch(`/contacts/${contact.body.id}`, { name: "Cora D." }, same);
    const refused = await mate.client.patch(`/contacts/${contact.body.id}`, { nam: "x" });
    const own = await mate.client.post("/views", { name: "Mine", scope: "own",
      resource: "conversations", where: null });
    const all = await owner.post("/views", { name: "All", scope: "everyone",
      resource: "conversations", where: null });
    await owner.patch(`/views/${all.body.id}`, { name: "All of it" });
    const last = await owner.delete(`/tags/${tag.body.id}`);
    await mine.come(last.body.seq);
    await theirs.come(last.body.seq);
    tally.same("all answered well, but for what was refused", [tag.status, contact.status,
      refused.status, own.status, all.status, last.status], [201, 201, 422, 201, 201, 200]);
    tally.same("a tag made, renamed, deleted", mine.of("tag.updated").map((d) => d.tag),
      [tag.body.id, tag.body.id, tag.body.id]);
    tally.same("a contact changed, once for a repeated request",
      mine.of("contact.updated").map((d) => d.contact), [contact.body.id, contact.body.id]);
    tally.same("the seq of the answer is the event's", mine.of("tag.updated")[2].seq,
      last.body.seq);
    tally.same("views: one's own and everyone's", mine.of("view.updated").map((d) => d.view),
      [own.body.id, all.body.id, all.body.id]);
    tally.same("one's own are nobody else's", theirs.of("view.updated").map((d) => d.view),
      [all.body.id, all.body.id]);
    tally.is("ids alone", !JSON.stringify(mine.frames).includes("Cora")
      && !JSON.stringify(mine.frames).includes("pressing"));
    await mine.close();
    await theirs.close();
  }

  // ---- what people made themselves
  {
    const mine = await Listener.open(mate.client, "?types=content.updated");
    const theirs = await Listener.open(stranger.client, "?types=content.updated");
    const goal = await owner.post("/goals", { title: "Answer fast", team });
    const survey = await owner.post("/surveys", { name: "How was it", form: "csat",
      team, channels: ["email"], fraction: 1000, active: false });
    const report = await mate.client.post("/reports", { name: "Mine", standard: "sla_attainment",
      span: "last_week", format: "csv",
      team });
    const note = await owner.post("/annotations", { metric: null, team, date: "2026-01-05",
      cause: "launch", note: "A launch", leave_out: false });
    const last = await owner.delete(`/goals/${goal.body.id}`,
      { headers: { "If-Match": "*" } });
    await mine.come(last.body.seq);
    const heard = mine.of("content.updated");
    await owner.post("/goals", { title: "For everybody" });
    const end = await owner.post("/tags", { name: "behind" });
    await theirs.until((frame) => frame.id !== null && Number(frame.id) >= end.body.seq
      || theirs.of("content.updated").length >= 2);
    tally.same("they were made", [goal.status, survey.status, report.status, note.status,
      last.status], [201, 201, 201, 201, 200]);
    tally.same("each is told of, and whose it is",
      heard.map((d) => [d.of, d.team, d.teammate]),
      [["goal", team, null], ["survey", null, null], ["report", null, mate.id],
        ["annotation", team, null], ["goal", team, null]]);
    tally.is("nobody is told of another's report",
      !theirs.of("content.updated").some((d) => d.of === "report"));
    await mine.close();
    await theirs.close();
  }

  // ---- jobs
  {
    const mine = await Listener.open(mate.client, "?types=state.job");
    const theirs = await Listener.open(stranger.client, "?types=state.job");
    const job = await mate.client.get("/me/data");
    const done = await mine.until((f) => f.type === "state.job" && f.data.state === "done");
    tally.same("a job's state, whole", [done?.data.job, done?.data.kind, done?.data.done,
      done?.data.total, done?.id], [job.body.id, "data_export", done?.data.total,
      done?.data.total, null]);
    await sleep(600);
    tally.same("to its owner", theirs.frames.filter((f) => f.type === "state.job"), []);
    const again = await Listener.open(mate.client, "?types=state.job");
    const anew = await again.until((f) => f.type === "state.job");
    tally.same("and anew after resuming", anew?.data, done?.data);
    await mine.close();
    await theirs.close();
    await again.close();
  }

  // ---- what a view shows
  {
    const view = await owner.post("/views", { name: "Open in front", scope: "everyone",
      resource: "conversations", where: { all: [
        { field: "team", op: "in", value: [team] },
        { field: "state", op: "in", value: ["open"] } ] } });
    // Told before the stream that is looked at begins.
    const early = await Listener.open(owner, "");
    const before = await owner.post("/conversations", { title: "Before", team, text: "a" });
    const pace = await owner.post("/conversations", { title: "Pace", team, text: "a" });
    await early.until((f) => f.data.conversation === pace.body.id);
    await early.close();
    const l = await Listener.open(owner, `?view=${view.body.id}`);
    // What came in and left again before it was looked at is not told: each step is waited for, by
    // a change to what is in the view throughout.
    let steps = 0;
    const told = (): number => l.frames.filter((f) =>
      f.type === "conversation.updated" && f.data.conversation === pace.body.id).length;
    const step = async (answer: Promise<Answer>): Promise<Answer> => {
      const got = await answer;
      steps++;
      await owner.patch(`/conversations/${pace.body.id}`, { priority: steps % 2 + 1 });
      await l.until(() => told() >= steps);
      return got;
    };
    const inside = await step(owner.post("/conversations", { title: "In", team, text: "a" }));
    const outside = await step(owner.post("/conversations", { title: "Out", team: other,
      text: "a" }));
    await step(owner.post(`/conversations/${outside.body.id}/close`, {}));
    await step(owner.post(`/conversations/${inside.body.id}/close`, {}));
    await step(owner.patch(`/conversations/${inside.body.id}`, { priority: 2 }));
    await step(owner.post(`/conversations/${before.body.id}/close`, {}));
    await step(owner.patch(`/conversations/${before.body.id}`, { priority: 3 }));
    await step(owner.post(`/conversations/${inside.body.id}/reopen`, {}));
    tally.same("what is in it throughout is told each time", told(), steps);
    const shown = l.frames.filter((f) => f.id !== null);
    const of = (id: string): string[] => shown.filter((f) => f.data.conversation === id)
      .map((f) => f.type).filter((type) => /^conversation\.(arr|clo|upd|reo)/.test(type));
    tally.same("what comes into it and leaves it", of(inside.body.id),
      ["conversation.arrived", "conversation.closed", "conversation.reopened"]);
    tally.same("nothing of what was never in it", of(outside.body.id), []);
    tally.same("what was there before leaves it too", of(before.body.id),
      ["conversation.closed"]);
    tally.is("each frame names the one before", shown.every((f, i) =>
      i === 0 || f.data.prev === Number(shown[i - 1]?.id)));
    tally.is("and nothing but conversations", l.frames.every((f) =>
      f.type === "hello" || f.data.conversation !== undefined), l.frames.map((f) => f.type));
    await owner.patch(`/views/${view.body.id}`, { where: null });
    for (let i = 0; i < 800 && !l.ended; i++) await sleep(10);
    tally.is("a stream ends when its view is another", l.ended);
    await l.close();
    const away = await owner.get("/events?view=view_999");
    tally.same("of no view", [away.status, away.body.errors?.[0]?.parameter], [400, "view"]);
    const people = await owner.post("/views", { name: "People", scope: "own",
      resource: "teammates", where: null });
    tally.same("of another list", (await owner.get(`/events?view=${people.body.id}`)).status, 400);
    tally.same("sort is no parameter of a stream",
      (await owner.get(`/events?view=${view.body.id}&sort=id`)).status, 400);
    const mates = await mate.client.post("/views", { name: "Mine again", scope: "own",
      resource: "conversations", where: null });
    tally.same("of somebody else's view",
      (await owner.get(`/events?view=${mates.body.id}`)).status, 400);
  }
  tally.same("as the document says", owner.faults, []);
});
tally.end();
