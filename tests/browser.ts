// browser -- Chromium on a server of the test's own, for tests of screens.
//
//   await withBrowser(async ({ server, owner, browser }) => {
//     const mina = await browser.person({ name: "Mina", memberships: [{ team: "team_1" }] });
//     await each(async (look) => {
//       const screen = await browser.open("/inbox", { ...look, as: mina });
//       tally.same(`${named(look)}: axe`, await screen.axe(), []);
//       tally.same(`${named(look)}: quiet`, screen.faults(), []);
//       await screen.shoot(`inbox-${named(look)}`);
//       await screen.close();
//     });
//   });
//
// The server carries the UI that the program was built with, or the pack that EK_WEB names
// (`npm run web` makes build/web.pack). Nothing but the server can be reached: other names do not
// resolve. What a shared worker writes to its console is not heard; its requests go by the policy
// of the server and by that rule.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import {
  chromium,
  type Browser,
  type BrowserContext,
  type Cookie,
  type ConsoleMessage,
  type Page,
} from "playwright-core";

import { root } from "../scripts/lib/root.ts";
import { answer, type Tally } from "./program.ts";
import {
  browser as pageHeaders,
  cookieOf,
  OWNER,
  Server,
  type Client,
  type Invite,
  type ServerOptions,
} from "./server.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FAULT_MAX = 400;
const SHOTS = join(root(), "build", "shots");
/** What tests/server.ts gives to who is invited. */
const PASSWORD = OWNER.password.replace("seven", "eleven");

// ---- how a screen is looked at

export const LANGUAGES = ["en", "ko", "ar"] as const;
export const THEMES = ["light", "dark"] as const;
export const WIDTHS = ["wide", "narrow"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = (typeof THEMES)[number];
export type Width = (typeof WIDTHS)[number];
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

export interface Look {
  readonly language: Language;
  readonly theme: Theme;
  readonly width: Width;
}

/** "ko-dark-narrow" */
export function named(look: Look): string {
  return `${look.language}-${look.theme}-${look.width}`;
}

export interface Looks {
  readonly languages?: readonly Language[];
  readonly themes?: readonly Theme[];
  readonly widths?: readonly Width[];
}

/** Every language in every theme and width, or those that are named, one after another. */
export async function each(work: (look: Look) => Promise<void>, looks: Looks = {}): Promise<void> {
  for (const language of looks.languages ?? LANGUAGES)
    for (const theme of looks.themes ?? THEMES)
      for (const width of looks.widths ?? WIDTHS) await work({ language, theme, width });
}

/** A state of a screen on the way through it: how one gets there, and what it is called. */
export interface Stop {
  readonly says: string; // "axe, all"
  readonly shot: string; // of its picture, before the look's name
  readonly go: (page: Page) => Promise<unknown>;
}

/** In every look from stop to stop: axe finds nothing, and nothing went wrong on the way. */
export async function lookRound(
  tally: Tally,
  open: (look: Look) => Promise<Screen>,
  stops: readonly Stop[],
): Promise<void> {
  await each(async (look) => {
    const screen = await open(look);
    for (const { says, shot, go } of stops) {
      await go(screen.page);
      tally.same(`${named(look)}: axe, ${says}`, await screen.axe(), []);
      await screen.shoot(`${shot}-${named(look)}`);
    }
    tally.same(`${named(look)}: no faults`, screen.faults(), []);
    await screen.close();
  });
}

/** Somebody who can come in. */
export interface Account {
  readonly email: string;
  readonly password: string;
  /** "tm_7"; "" where the test does not know. */
  readonly id: string;
}

export interface OpenOptions extends Partial<Look> {
  /** Signed in as them, and what is said of language and theme becomes their preference; else
   *  nobody, and the language is what the browser asks for. */
  readonly as?: Account;
  /** Where the browser says that it is: an IANA zone. */
  readonly zone?: string;
  /** Do not wait until the network is quiet: a screen with a live stream never is. */
  readonly until?: "load" | "domcontentloaded" | "networkidle";
}

// ---- one screen

/** A page in a context of its own (cookies, storage), and what went wrong in it. */
export class Screen {
  readonly page: Page;
  readonly context: BrowserContext;
  private readonly found: string[];
  private readonly forgiven: RegExp[] = [];

  constructor(page: Page, found: string[]) {
    this.page = page;
    this.context = page.context();
    this.found = found;
  }

  /** Console errors and warnings, reports of the content policy, exceptions, requests elsewhere:
   *  each in one line, and once. */
  faults(): string[] {
    const said = this.found.map((fault) => fault.replace(/\s+/g, " ").slice(0, FAULT_MAX));
    return [...new Set(said)].filter(
      (fault) => !this.forgiven.some((pattern) => pattern.test(fault)),
    );
  }

  /** What this test brings about on purpose, such as the console's word about a 401. */
  forgive(pattern: RegExp): void {
    this.forgiven.push(pattern);
  }

  /** What axe-core finds of WCAG 2.0 to 2.2, A and AA, one line for each element. */
  async axe(within?: string): Promise<string[]> {
    await this.page.waitForLoadState(); // the style of a new page comes after its words
    return axe(this.page, within);
  }

  /** Around how many things the focus is drawn. */
  rings(): Promise<string[]> {
    return this.page.evaluate(ringed);
  }

  /** Whether nothing is to the side of the page; a page that was just made narrow lays itself out
   *  again first. */
  async fits(): Promise<boolean> {
    const settled = await this.page
      .waitForFunction(isNoWider, null, { timeout: 5000 })
      .catch(() => null);
    return settled !== null;
  }

  /** How far page and room can be scrolled past the last thing that is seen, in pixels. */
  emptiness(): Promise<number[]> {
    return this.page.evaluate(pastTheEnd);
  }

  shoot(name: string): Promise<string> {
    return shoot(this.page, name);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** In the page: each element with an outline that is seen. */
function ringed(): string[] {
  const isSmall = (it: Element): boolean => {
    const { width, height } = it.getBoundingClientRect();
    return width <= 1 || height <= 1;
  };
  const isSeen = (it: Element): boolean => {
    for (let at: Element | null = it; at !== null; at = at.parentElement)
      if (isSmall(at) && getComputedStyle(at).display !== "contents") return false;
    return it.checkVisibility({ opacityProperty: true });
  };
  return [...document.querySelectorAll("*")]
    .filter((it) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      return outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && isSeen(it);
    })
    .map((it) => `${it.tagName.toLowerCase()}.${it.getAttribute("class") ?? ""}`);
}

/** In the page: nothing of it is past its edge. */
function isNoWider(): boolean {
  return document.documentElement.scrollWidth <= document.documentElement.clientWidth;
}

/** In the page: of the document and of the room, what is below everything in it. */
function pastTheEnd(): number[] {
  const isCut = (it: Element, within: Element): boolean => {
    for (let at = it.parentElement; at !== null && at !== within; at = at.parentElement)
      if (getComputedStyle(at).overflowY !== "visible") return true;
    return it.closest(".ek-hidden") !== null;
  };
  return [document.documentElement, document.querySelector("#room")].map((within) => {
    if (within === null) return 0;
    const top = within.getBoundingClientRect().top - within.scrollTop;
    const bottoms = [...within.querySelectorAll("*")]
      .filter((it) => !isCut(it, within) && getComputedStyle(it).position !== "fixed")
      .map((it) => {
        const { marginBottom } = getComputedStyle(it);
        return it.getBoundingClientRect().bottom + Math.max(0, parseFloat(marginBottom)) - top;
      });
    const seen = Math.max(within.clientHeight, ...bottoms);
    return Math.max(0, Math.round(within.scrollHeight - seen - 1));
  });
}

const axeSource = readFileSync(join(root(), "node_modules", "axe-core", "axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly target: unknown[]; readonly failureSummary?: string }[];
  }[];
}

// A colour on its way from one to another has the contrast of neither.
const isAtRest = (): boolean =>
  document
    .getAnimations()
    .every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity);

/** within: a selector; else the whole document. */
export async function axe(page: Page, within?: string): Promise<string[]> {
  await page.waitForFunction(isAtRest);
  // Through the debugger, which no content policy stops, as it would a script element.
  await page.evaluate(`if (!globalThis.axe) { ${axeSource}\n }`);
  const options = {
    runOnly: { type: "tag", values: WCAG },
    resultTypes: ["violations"],
    iframes: false,
    preload: false,
  };
  const result = (await page.evaluate(
    `axe.run(${JSON.stringify(within ?? null)} ?? document, ${JSON.stringify(options)})`,
  )) as AxeResult;
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => {
      const why = (node.failureSummary ?? "").replace(/\s+/g, " ").replace(/^Fix [^:]*: /, "");
      return `${rule.id} (${rule.impact ?? "?"}) ${node.target.join(" ")}: ${rule.help}. ${why}`;
    }),
  );
}

/** Writes build/shots/NAME.png; returns its path. */
export async function shoot(page: Page, name: string): Promise<string> {
  const path = join(SHOTS, `${name}.png`);
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  return path;
}

// ---- what is recorded

/** In the page, before any script of its own. */
function watchPolicy(): void {
  document.addEventListener("securitypolicyviolation", (event) => {
    const at = event.sourceFile === "" ? "" : ` at ${event.sourceFile}:${event.lineNumber}`;
    const what = event.blockedURI + (event.sample === "" ? "" : ` (${event.sample})`);
    void (window as unknown as { ekReport(text: string): Promise<void> }).ekReport(
      `${event.effectiveDirective}: ${what}${at}`,
    );
  });
}

function sayConsole(message: ConsoleMessage): string {
  const { url, lineNumber } = message.location();
  const at = url === "" ? "" : ` at ${url}:${lineNumber}`;
  return `console ${message.type()}: ${message.text()}${at}`;
}

/** Every page of the context, also those that it opens. */
async function record(context: BrowserContext, origin: string): Promise<string[]> {
  const found: string[] = [];
  await context.exposeBinding("ekReport", (_source, text: string) => {
    found.push(`policy ${text}`);
  });
  await context.addInitScript(watchPolicy);
  context.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) found.push(sayConsole(message));
  });
  context.on("weberror", (error) => found.push(`exception: ${String(error.error())}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (["data:", "blob:", "about:"].includes(url.protocol) || url.origin === origin) return;
    found.push(`elsewhere: ${request.method()} ${request.url()}`);
  });
  return found;
}

// ---- a browser on one origin

export class Screens {
  readonly chromium: Browser;
  readonly url: string;
  private readonly cookies = new Map<string, Cookie[]>();
  private readonly staff: Staff | null;

  constructor(browser: Browser, url: string, staff: Staff | null) {
    this.chromium = browser;
    this.url = url;
    this.staff = staff;
  }

  /** A page at that path, in a new context. */
  async open(path: string, options: OpenOptions = {}): Promise<Screen> {
    const context = await this.chromium.newContext({
      locale: options.language ?? "en",
      colorScheme: options.theme ?? "light",
      viewport: SIZES[options.width ?? "wide"],
      baseURL: this.url,
      ...(options.zone === undefined ? {} : { timezoneId: options.zone }),
    });
    if (options.as !== undefined) await this.comeIn(context, options.as, options);
    const found = await record(context, new URL(this.url).origin);
    const page = await context.newPage();
    await page.goto(path, { waitUntil: options.until ?? "load" });
    return new Screen(page, found);
  }

  /** Somebody new, who may what `invite` says. */
  async person(invite: Invite): Promise<Account> {
    if (this.staff === null) throw new Error("there is no server to invite to");
    const made = await this.staff.server.person(this.staff.owner, invite);
    return { email: made.email, password: PASSWORD, id: made.id };
  }

  /** With their cookie, from the last time or by signing in, and with these preferences. */
  private async comeIn(
    context: BrowserContext,
    account: Account,
    wanted: OpenOptions,
  ): Promise<void> {
    const kept = this.cookies.get(account.email);
    const changes = wanted.language !== undefined || wanted.theme !== undefined;
    if (kept !== undefined) await context.addCookies(kept);
    if (kept !== undefined && !changes) return;
    const page = await context.newPage();
    if (kept === undefined) {
      await signIn(page, this.url, account);
      this.cookies.set(account.email, await context.cookies());
    }
    if (changes) {
      await ask(page, this.url, {
        method: "PATCH",
        path: "/me",
        body: { language: wanted.language, theme: wanted.theme },
      });
    }
    await page.close();
  }
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A request of /api/v1 as a page of this server makes it, with the page's cookie. */
async function ask(page: Page, url: string, request: Request): Promise<void> {
  if (!page.url().startsWith(`${url}/`)) {
    // A page of the same origin on which nothing of the UI runs, and which wants no icon.
    await page.route(`${url}/door`, (route) =>
      route.fulfill({
        contentType: "text/html",
        body: '<!doctype html><link rel="icon" href="data:,">',
      }),
    );
    await page.goto(`${url}/door`);
  }
  const said = await page.evaluate(async ({ method, path, body }) => {
    const got = await fetch(`/api/v1${path}`, {
      method,
      body: JSON.stringify(body),
      headers: {
        "Content-Type": "application/json",
        "If-Match": "*",
        "Idempotency-Key": `browser-${Date.now()}-${Math.random()}`,
      },
    });
    return got.ok ? "" : `${got.status} ${await got.text()}`;
  }, request);
  if (said !== "") throw new Error(`${request.method} ${request.path}: ${said}`);
}

/** Signs in as the UI does: from a page of the server's own, whose context has the cookie then. */
export async function signIn(page: Page, url: string, who: Account): Promise<void> {
  const body = { email: who.email, password: who.password };
  await ask(page, url, { method: "POST", path: "/sign-in", body });
}

export async function withChromium(work: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

// ---- with a server

export interface Staff {
  readonly server: Server;
  /** The API with every right; its sign-in is `account`. */
  readonly owner: Client;
}
export interface Stage extends Staff {
  readonly account: Account;
  readonly browser: Screens;
}
export interface StageOptions {
  /** empty: an owner and nothing else; sample: six teams, some forty people, four weeks. */
  readonly with?: "empty" | "sample";
  /** Of the sample. */
  readonly seed?: number;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
}

function serverOptions(options: StageOptions, data: string): ServerOptions {
  const pack = process.env["EK_WEB"];
  const env = {
    ...(pack === undefined || pack === "" ? {} : { EVENKEEL_SERVER_WEB: resolve(pack) }),
    ...options.env,
  };
  return { data, env, ...(options.args === undefined ? {} : { args: options.args }) };
}

interface Made {
  readonly sample: { readonly email: string; readonly password: string };
}

/** Who owns it, and the API in their name. */
async function ownerOf(server: Server, sample: Made | null): Promise<[Account, Client]> {
  if (sample === null) {
    const owner = await server.owner();
    return [{ email: OWNER.email, password: OWNER.password, id: "" }, owner];
  }
  const account = { ...sample.sample, id: "" };
  const nobody = await server.client();
  const came = await nobody.post("/sign-in", { email: account.email, password: account.password });
  if (came.status !== 200) throw new Error(`sign-in: ${came.status} ${came.text}`);
  server.cookie = cookieOf(came);
  const token = await nobody.post(
    "/tokens",
    { name: "tests", kind: "personal", scopes: ["read", "work", "configure", "metrics"] },
    { headers: pageHeaders(server.cookie) },
  );
  if (token.status !== 201) throw new Error(`token: ${token.status} ${token.text}`);
  return [account, nobody.as(String(token.body.secret))];
}

/** Runs with a server and a browser of its own, both gone afterwards. */
export async function withBrowser(
  work: (stage: Stage) => Promise<void>,
  options: StageOptions = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ek-browser-"));
  const data = join(folder, "data");
  const seed = String(options.seed ?? 7);
  const sample =
    options.with === "sample"
      ? (answer(["init", "--data", data, "--sample", "--seed", seed, "--json"]) as Made)
      : null;
  const server = new Server(serverOptions(options, data));
  try {
    await server.start();
    const [account, owner] = await ownerOf(server, sample);
    await withChromium((browser) =>
      work({
        server,
        owner,
        account,
        browser: new Screens(browser, server.url, { server, owner }),
      }),
    );
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs with a server of the first run: nobody owns it yet, and server.code opens it. */
export async function withFirstRun(
  work: (server: Server, browser: Screens) => Promise<void>,
  options: StageOptions = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ek-browser-"));
  const server = new Server(serverOptions(options, join(folder, "data")));
  try {
    await server.start();
    await withChromium((browser) => work(server, new Screens(browser, server.url, null)));
  } finally {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
