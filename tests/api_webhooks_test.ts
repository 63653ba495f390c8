// api_webhooks_test -- webhooks out: who may be called, signatures that another implementation
// believes, retries, rotation, switching off, sending again, and kill -9 at any moment.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Tally } from "./program.ts";
import { isSigned, Receiver, signature, until, type Came } from "./receiver.ts";
import { browser, Server, withServer, type Answer, type Client } from "./server.ts";

const tally = new Tally();

interface Scene {
  readonly server: Server;
  readonly owner: Client;
  readonly team: string;
  /** As the owner's browser, confirmed. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

function is(what: string, got: Answer, status: number, problem?: string): void {
  tally.is(what, got.status === status
    && (problem === undefined || got.body?.type === `/problems/${problem}`),
    `${got.status} ${got.text}`);
}

async function scene(server: Server, owner: Client): Promise<Scene> {
  const nobody = owner.as(null);
  const team = String((await owner.post("/teams", { name: "Bank" })).body.id);
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    nobody.ask(method, path, { ...(body === undefined ? {} : { body }),
      headers: { ...browser(server.cookie), "If-Match": "*",
        "Idempotency-Key": `k${Math.random()}${Math.random()}` } });
  return { server, owner, team, ask };
}

async function list(s: Scene, receiver: Receiver, network = "127.0.0.0/8"): Promise<void> {
  is("a network is listed", await s.ask("PATCH", "/settings/server", {
    outbound_networks: [{ name: "Our own machine", network }],
    outbound_ports: [receiver.port],
  }), 200);
}

async function subscribe(s: Scene, url: string, types: readonly string[] = []) {
  const made = await s.ask("POST", "/webhooks", { url, types });
  is("a webhook", made, 201);
  return { id: String(made.body.id), secret: String(made.body.secret) };
}

async function write(s: Scene, title: string): Promise<string> {
  const made = await s.owner.post("/conversations", { title, team: s.team, text: title });
  if (made.status !== 201) throw new Error(made.text);
  return String(made.body.id);
}

async function deliveries(s: Scene, id: string, more = ""): Promise<any[]> {
  return (await s.ask("GET", `/webhooks/${id}/deliveries?limit=500${more}`)).body.data;
}

async function tested(s: Scene, id: string): Promise<any> {
  const made = await s.ask("POST", `/webhooks/${id}/test`);
  is("a test is set out", made, 202);
  let row: any = null;
  await until("the test is over", async () => {
    row = (await deliveries(s, id)).find((one) => one.id === made.body.id);
    return row.state !== "waiting";
  });
  return row;
}

// ---- who may be called

async function guarded(s: Scene, receiver: Receiver): Promise<void> {
  const url = `http://127.0.0.1:${receiver.port}/in`;
  const hook = await subscribe(s, url, ["team.created"]);
  const closed = await tested(s, hook.id);
  tally.same("what is not listed is not called", closed.outcome, "not_allowed");
  tally.same("and that is all that is told", [closed.status, closed.answer], [null, null]);
  for (const bad of ["10.0.0.1/8", "localhost", "10.0.0.0/33", ""])
    is(`no network: ${bad}`, await s.ask("PATCH", "/settings/server",
      { outbound_networks: [{ name: "x", network: bad }] }), 422, "invalid_value");
  await list(s, receiver, "10.0.0.0/8");
  tally.same("nor what another one lists", (await tested(s, hook.id)).outcome, "not_allowed");
  tally.same("no connection at all", receiver.came.length, 0);
  await list(s, receiver);
  const open = await tested(s, hook.id);
  tally.same("what is listed is", [open.outcome, open.status, open.state],
    ["answered", 204, "delivered"]);
  const [came] = receiver.came;
  tally.is("signed, as another believes", came !== undefined && isSigned(hook.secret, came), came);
  tally.same("its id is the delivery's", came?.id, open.message);
  tally.same("what was sent is what is shown", came?.text, open.request);
  tally.same("a test", came?.body.type, "webhook.test");
  tally.is("at about this time", Math.abs((came?.at ?? 0) - Date.now() / 1000) < 60, came?.at);
  tally.same("nothing of a browser", [came?.headers.cookie, came?.headers["content-type"]],
    [undefined, "application/json"]);
  is("ended", await s.ask("DELETE", `/webhooks/${hook.id}`), 204);
  is("and gone", await s.ask("GET", `/webhooks/${hook.id}`), 404, "not_found");
  is("with its deliveries", await s.ask("GET", `/webhooks/${hook.id}/deliveries`), 404,
    "not_found");
  is("nothing to test", await s.ask("POST", `/webhooks/${hook.id}/test`), 404, "not_found");
  receiver.came.length = 0;
}

/** The vector that the Standard Webhooks libraries publish: what checks ours is right itself. */
function judgeIsRight(): void {
  tally.same("the published example",
    signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330, '{"test": 2432232314}'),
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// ---- the fetcher

function children(parent: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent
        && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("fetcher");
    } catch {
      return false;
    }
  });
}

async function closedIn(s: Scene, receiver: Receiver): Promise<void> {
  const hook = await subscribe(s, `http://127.0.0.1:${receiver.port}/in`, ["team.created"]);
  await tested(s, hook.id);
  const [pid] = children(s.server.pid);
  tally.is("calls are made by a process of its own", pid !== undefined);
  const ours = readFileSync(`/proc/${s.server.pid}/status`, "utf8");
  tally.is("the server itself gets no new rights", /NoNewPrivs:\s+1/.test(ours), ours);
  for (const each of [s.server.pid, pid ?? 0]) {
    const limits = readFileSync(`/proc/${each}/limits`, "utf8");
    tally.is("and no core is left", /Max core file size\s+0\s+0\s/.test(limits), limits);
  }
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  tally.is("that gets no new rights", /NoNewPrivs:\s+1/.test(status), status);
  tally.is("and whose calls are filtered", /Seccomp:\s+2/.test(status), status);
  process.kill(pid ?? 0, "SIGKILL");
  await until("it is gone", () => !children(s.server.pid).includes(pid ?? 0));
  const after = await tested(s, hook.id);
  tally.same("killed, it comes again", [after.state, after.attempts], ["delivered", 1]);
  await s.ask("DELETE", `/webhooks/${hook.id}`);
  receiver.came.length = 0;
}

// ---- what is told

async function told(s: Scene, receiver: Receiver): Promise<void> {
  const url = `http://127.0.0.1:${receiver.port}`;
  await write(s, "before");
  const all = await subscribe(s, `${url}/all`);
  const some = await subscribe(s, `${url}/some`, ["conversation.closed"]);
  const id = await write(s, "told");
  is("closed", await s.owner.post(`/conversations/${id}/close`, {}), 200);
  const of = (path: string): Came[] => receiver.came.filter((came) => came.path === path);
  const closed = (came: Came): boolean => came.body.type === "conversation.closed";
  await until("both are told", () => of("/all").some(closed) && of("/some").length > 0);
  tally.is("only what is wanted", of("/some").every(closed), of("/some"));
  const one = of("/some")[0];
  tally.same("an event", [one?.body.data.conversation, typeof one?.body.data.seq,
    one?.body.timestamp === one?.body.data.at], [id, "number", true]);
  tally.is("each signed by its own secret", of("/all").every((came) => isSigned(all.secret, came))
    && of("/some").every((came) => isSigned(some.secret, came))
    && !of("/some").some((came) => isSigned(all.secret, came)));
  tally.is("nothing from before it was there",
    !of("/all").some((came) => came.text.includes("before")) && of("/all").every((came) =>
      came.body.type !== "conversation.arrived" || came.body.data.conversation === id));
  tally.is("no words of people", !receiver.came.some((came) => came.text.includes("told")));
  let kept: any[] = [];
  // It has come a moment before it is written down that it went.
  await until("what came of it", async () => {
    kept = await deliveries(s, some.id);
    return kept.every((row) => row.state !== "waiting");
  });
  tally.same("and kept", kept.map((row) => [row.type, row.state, row.event]),
    [["conversation.closed", "delivered", one?.body.data.seq]]);
  is("it can be sent again", await s.ask("POST",
    `/webhooks/${some.id}/deliveries/${kept[0].id}/replay`), 202);
  await until("it comes again", () => of("/some").length === 2);
  const [first, again] = of("/some");
  tally.same("the same", [again?.id, again?.text], [first?.id, first?.text]);
  is("not another's", await s.ask("POST",
    `/webhooks/${all.id}/deliveries/${kept[0].id}/replay`), 404, "not_found");
  const shown = (await s.ask("GET", `/webhooks/${some.id}`)).body;
  tally.is("and it is shown", shown.last_success_at !== null && shown.state === "active", shown);
  for (const hook of [all, some]) await s.ask("DELETE", `/webhooks/${hook.id}`);
  receiver.came.length = 0;
}

// ---- when it does not arrive

async function tries(s: Scene, receiver: Receiver): Promise<void> {
  const url = `http://127.0.0.1:${receiver.port}/in`;
  const hook = await subscribe(s, url, ["conversation.closed"]);
  const id = await write(s, "twice");
  const other = `http://127.0.0.1:${receiver.port}/elsewhere`;
  receiver.answer = () => receiver.came.length === 1 ? 500 : { to: other };
  await s.owner.post(`/conversations/${id}/close`, {});
  await until("it was tried", () => receiver.came.length === 1);
  let row: any = null;
  await until("that is written", async () => {
    [row] = await deliveries(s, hook.id);
    return row?.attempts === 1;
  });
  const wait = Date.parse(row.next_at) - Date.parse(row.tried_at);
  tally.is("again in 5 s, 20 % either way", wait >= 4000 && wait <= 6000, wait);
  tally.same("with what was answered", [row.state, row.status, row.answer],
    ["waiting", 500, "status 500"]);
  is("what waits is not sent twice", await s.ask("POST",
    `/webhooks/${hook.id}/deliveries/${row.id}/replay`), 409, "conflict");
  await until("it was tried again", () => receiver.came.length === 2);
  tally.same("the same id and body", [receiver.came[1]?.id, receiver.came[1]?.text],
    [receiver.came[0]?.id, receiver.came[0]?.text]);
  await until("that is written too", async () => (await deliveries(s, hook.id))[0].attempts === 2);
  [row] = await deliveries(s, hook.id);
  tally.same("a redirect is followed nowhere", [row.status, row.state], [302, "waiting"]);
  tally.is("nobody went there", !receiver.came.some((came) => came.path === "/elsewhere"));
  tally.is("then in a minute", Date.parse(row.next_at) - Date.parse(row.tried_at) >= 48_000, row);
  const broken = async (): Promise<unknown> => (await s.ask("GET", "/me")).body.workspace;
  tally.is("whoever opens their day hears of none", (await broken() as any).webhooks_off === 0,
    await broken());
  receiver.answer = () => 410;
  const gone = await write(s, "gone");
  await s.owner.post(`/conversations/${gone}/close`, {});
  await until("410 switches it off", async () =>
    (await s.ask("GET", `/webhooks/${hook.id}`)).body.state === "gone");
  tally.is("and whoever opens their day hears of it", (await broken() as any).webhooks_off === 1,
    await broken());
  const mate = await s.server.person(s.owner, { name: "Mina Park" });
  const theirs = (await mate.client.get("/me")).body.workspace;
  tally.same("if they may do something about it",
    [theirs.webhooks_off, theirs.mailboxes_failing], [null, null]);
  const shown = (await s.ask("GET", `/webhooks/${hook.id}`)).body;
  tally.same("off, with one that waits", [shown.active, shown.waiting], [false, 1]);
  tally.same("the other is a dead letter",
    (await deliveries(s, hook.id, "&state=dead")).map((one) => one.status), [410]);
  is("nothing is sent", await s.ask("POST", `/webhooks/${hook.id}/test`), 409, "conflict");
  receiver.answer = () => 200;
  receiver.came.length = 0;
  const missed = await write(s, "missed");
  await s.owner.post(`/conversations/${missed}/close`, {});
  const on = await s.ask("PATCH", `/webhooks/${hook.id}`, { active: true });
  is("switched on by hand", on, 200);
  const next = await write(s, "next");
  await s.owner.post(`/conversations/${next}/close`, {});
  await until("it is told again", () => receiver.came.some((came) =>
    came.body.data.conversation === next));
  tally.is("but not what happened meanwhile", !receiver.came.some((came) =>
    came.body.data.conversation === missed));
  const off = await s.ask("PATCH", `/webhooks/${hook.id}`, { active: false, types: [] });
  tally.same("and off", [off.body.active, off.body.state, off.body.types], [false, "disabled", []]);
  await s.ask("DELETE", `/webhooks/${hook.id}`);
  receiver.answer = () => 204;
  receiver.came.length = 0;
}

async function rotates(s: Scene, receiver: Receiver): Promise<void> {
  const hook = await subscribe(s, `http://127.0.0.1:${receiver.port}/in`, ["team.created"]);
  const rotated = await s.ask("POST", `/webhooks/${hook.id}/rotate-secret`);
  is("another secret", rotated, 200);
  tally.is("which is another", rotated.body.secret !== hook.secret
    && /^whsec_/.test(rotated.body.secret));
  const left = Date.parse(rotated.body.rotating_until) - Date.now();
  tally.is("for a day", left > 86_000_000 && left <= 86_400_000, left);
  await tested(s, hook.id);
  const [came] = receiver.came;
  tally.is("both sign", came !== undefined && came.signatures.length === 2
    && isSigned(hook.secret, came) && isSigned(rotated.body.secret, came), came?.signatures);
  const shown = await s.ask("GET", "/webhooks");
  tally.is("neither is shown", !shown.text.includes("whsec_"), shown.text);
  await s.ask("DELETE", `/webhooks/${hook.id}`);
  receiver.came.length = 0;
}

async function counted(s: Scene): Promise<void> {
  const text = (await s.owner.ask("GET", "/metrics", { wild: true })).text;
  const count = (result: string): number => Number(
    new RegExp(`evenkeel_webhook_deliveries_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1]);
  tally.is("counted", count("delivered") >= 4 && count("failed") >= 3 && count("dead") >= 2,
    text.split("\n").filter((line) => line.includes("webhook")));
}

// ---- kill -9

async function killed(): Promise<void> {
  const server = new Server();
  const receiver = new Receiver();
  await receiver.start();
  try {
    await server.start();
    const owner = await server.owner();
    const s = await scene(server, owner);
    await list(s, receiver);
    const hook = await subscribe(s, `http://127.0.0.1:${receiver.port}/in`,
      ["conversation.arrived"]);
    const port = server.port;
    const made = new Set<string>();
    for (let round = 0; round < 4; round++) {
      let over = false;
      const writers = Array.from({ length: 4 }, async () => {
        while (!over) {
          try {
            made.add(await write(s, "killed"));
          } catch {
            return;
          }
        }
      });
      const before = receiver.came.length;
      await until("some were told", () => receiver.came.length > before + 20 * (round + 1));
      over = round % 2 === 0;
      await server.end("SIGKILL");
      over = true;
      await Promise.all(writers);
      await server.start(port);
    }
    const heard = new Map<number, Set<string>>();
    const conversations = new Set<string>();
    const look = (): boolean => {
      for (const came of receiver.came.splice(0)) {
        const seq = came.body.data.seq as number;
        heard.set(seq, (heard.get(seq) ?? new Set()).add(`${came.id} ${came.text}`));
        conversations.add(came.body.data.conversation as string);
        if (!isSigned(hook.secret, came)) throw new Error("not signed");
      }
      return [...made].every((id) => conversations.has(id));
    };
    await until("all that was acknowledged is told", look, 60_000);
    tally.is("there were many", made.size > 50, made.size);
    tally.is("each event has one id and one body",
      [...heard.values()].every((ids) => ids.size === 1));
  } finally {
    await receiver.stop();
    await server.remove();
  }
}

// ---- certificates

async function trusted(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "evenkeel-tls-"));
  const at = (name: string): string => join(dir, name);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-days", "2", "-keyout", at("key.pem"), "-out", at("cert.pem"), "-subj",
    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
  const receiver = new Receiver({ key: readFileSync(at("key.pem"), "utf8"),
    cert: readFileSync(at("cert.pem"), "utf8") });
  await receiver.start();
  const run = (env: Record<string, string>, host: string): Promise<any> => {
    let row: any = null;
    return withServer({ env }, async (server, owner) => {
      const s = await scene(server, owner);
      await list(s, receiver);
      const hook = await subscribe(s, `https://${host}:${receiver.port}/in`, ["team.created"]);
      row = await tested(s, hook.id);
    }).then(() => row);
  };
  try {
    const own = { EVENKEEL_OUTBOUND_CA_FILE: at("cert.pem") };
    tally.same("a certificate that is trusted", (await run(own, "localhost")).state, "delivered");
    tally.same("another name", (await run(own, "127.0.0.1")).outcome, "not_reached");
    tally.same("one that nobody trusts", (await run({}, "localhost")).outcome, "not_reached");
    tally.same("told to one alone", receiver.came.length, 1);
  } finally {
    await receiver.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

judgeIsRight();
await withServer({}, async (server, owner) => {
  const receiver = new Receiver();
  await receiver.start();
  try {
    const s = await scene(server, owner);
    for (const step of [guarded, closedIn, told, tries, rotates]) await step(s, receiver);
    await counted(s);
    tally.same("as the document says", owner.faults, []);
  } finally {
    await receiver.stop();
  }
});
await killed();
await trusted();
tally.end();
