// web_browser_test -- the harness of the screens' tests finds what is planted, and nothing where
// nothing is: pages of its own, with and without the faults that it is for; then the real server.
import { createServer, type Server as HttpServer } from "node:http";
import { statSync } from "node:fs";
import type { AddressInfo } from "node:net";

import { each, named, Screens, withBrowser, withChromium, type Look } from "./browser.ts";
import { Tally } from "./program.ts";

const tally = new Tally();

const POLICY =
  "default-src 'none'; script-src 'self'; img-src data:; connect-src *; " +
  "require-trusted-types-for 'script'";
const head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title>';
const body = "</head><body><main><h1>Hello</h1><p>Well.</p></main></body></html>";

/** What each page does wrong, as a script of its own, and how the fault begins. */
const planted: readonly (readonly [string, string, RegExp])[] = [
  ["a console error", "console.error('planted')", /^console error: planted at /],
  ["a console warning", "console.warn('planted')", /^console warning: planted/],
  ["an exception", "throw new Error('planted')", /^exception: Error: planted/],
  [
    "a promise that nobody caught",
    "Promise.reject(new Error('planted'))",
    /^exception: Error: planted/,
  ],
  [
    "a request elsewhere",
    "fetch('http://elsewhere.example/x').catch(() => 0)",
    /^elsewhere: GET http:\/\/elsewhere.example\/x/,
  ],
  [
    "a request to another port",
    "fetch('http://127.0.0.1:9/x').catch(() => 0)",
    /^elsewhere: GET http:\/\/127.0.0.1:9\/x/,
  ],
  [
    "a style that the policy forbids",
    "document.body.setAttribute('style', 'color: red')",
    /^policy style-src/,
  ],
  [
    "markup that is not trusted",
    "document.body.innerHTML = '<b>x</b>'",
    /^policy require-trusted-types-for/,
  ],
];

/** The first line of an axe finding, by what is planted in the markup. */
const unkind: readonly (readonly [string, string, RegExp])[] = [
  ["a picture without words", '<img src="data:,">', /^image-alt \(critical\) img: /],
  ["a button without a name", "<button></button>", /^button-name \(critical\) button: /],
  ["a field without a label", "<input>", /^label \(critical\) input: /],
];

function pages(): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const [, kind, n] = /^\/(\w+)\/(\d+)/.exec(request.url ?? "") ?? [];
    const at = Number(n);
    response.setHeader(
      "Content-Type",
      request.url?.endsWith(".js") ? "text/javascript" : "text/html",
    );
    response.setHeader("Content-Security-Policy", POLICY);
    if (request.url?.endsWith(".js")) response.end(planted[at]?.[1] ?? "");
    else if (kind === "fault")
      response.end(`${head}<script defer src="/fault/${n}.js"></script>${body}`);
    else if (kind === "unkind")
      response.end(`${head}${body.replace("<p>", `${unkind[at]?.[1]}<p>`)}`);
    else response.end(`${head}<link rel="icon" href="data:,">${body}`);
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

async function pageIsFound(screens: Screens): Promise<void> {
  const clean = await screens.open("/");
  tally.same("a clean page has no fault", clean.faults(), []);
  tally.same("and axe finds nothing, in spite of the policy", await clean.axe(), []);
  const shot = await clean.shoot("harness");
  tally.is("a shot is written", statSync(shot).size > 1000);
  await clean.close();
  for (const [i, [what, , want]] of planted.entries()) {
    const screen = await screens.open(`/fault/${i}`, { until: "networkidle" });
    const faults = screen.faults();
    tally.is(
      what,
      faults.some((fault) => want.test(fault)),
      faults,
    );
    screen.forgive(/./);
    tally.same(`${what}: forgiven`, screen.faults(), []);
    await screen.close();
  }
  for (const [i, [what, , want]] of unkind.entries()) {
    const screen = await screens.open(`/unkind/${i}`);
    const found = await screen.axe();
    tally.is(what, found.length === 1 && want.test(found[0] ?? ""), found);
    await screen.close();
  }
}

await withChromium(async (browser) => {
  const server = await pages();
  const { port } = server.address() as AddressInfo;
  await pageIsFound(new Screens(browser, `http://127.0.0.1:${port}`, null));
  server.close();
});

const looks: Look[] = [];
await each(async (look) => {
  looks.push(look);
});
tally.same("three languages, two themes, two widths", new Set(looks.map(named)).size, 12);

await withBrowser(async ({ owner, browser, account }) => {
  const html = (look: Partial<Look>) => [look.language, look.language === "ar" ? "rtl" : "ltr"];
  await each(
    async (look) => {
      const screen = await browser.open("/", look);
      const got = await screen.page.evaluate(() => [
        document.documentElement.lang,
        document.documentElement.dir,
        String(innerWidth),
        matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
      ]);
      tally.same(`nobody is spoken to as the browser asks: ${named(look)}`, got, [
        ...html(look),
        look.width === "wide" ? "1280" : "390",
        look.theme,
      ]);
      await screen.close();
    },
    { themes: ["dark"] },
  );
  const mina = await browser.person({ name: "Mina" });
  for (const language of ["ko", "ar", "en"] as const) {
    const screen = await browser.open("/", { as: mina, language, theme: "dark" });
    const got = await screen.page.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.dir,
      document.documentElement.dataset["theme"],
    ]);
    tally.same(`somebody is spoken to as they like: ${language}`, got, [
      ...html({ language }),
      "dark",
    ]);
    const cookies = await screen.context.cookies();
    tally.same(
      "Chromium keeps the sign-in over plain HTTP on this machine",
      cookies.map((c) => [c.name, c.secure, c.httpOnly, c.sameSite]),
      [["__Host-evk", true, true, "Lax"]],
    );
    await screen.close();
  }
  const owned = await browser.open("/", { as: account });
  const me = await owned.page.evaluate(async () => (await fetch("/api/v1/me")).status);
  tally.same("the owner comes in", me, 200);
  await owned.close();
  tally.same("as the document says", owner.faults, []);
});
tally.end();
