// web_budget_test -- what a browser must load: 250 KiB brotli for the first screen with one
// catalogue, 60 KiB for each later one, 15 KiB for the chat widget with one catalogue; no language
// of the libraries' but the three that we have; no source maps, no address of another host.
//
// Reads the pack that the server carries (scripts/web_pack.ts).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/lib/root.ts";
import { Tally } from "./program.ts";

const FIRST_BYTES = 250 * 1024;
const LATER_BYTES = 60 * 1024;
const WIDGET_BYTES = 15 * 1024;

interface Entry {
  readonly path: string;
  readonly coding: string;
  readonly bytes: Buffer;
}

function readPack(path: string): Entry[] {
  const pack = readFileSync(path);
  const end = pack.indexOf("\n\n") + 2;
  return pack
    .subarray(0, end - 2)
    .toString()
    .split("\n")
    .map((line) => {
      const [name = "", , coding = "", offset = "0", length = "0"] = line.split("\t");
      const from = end + Number(offset);
      return { path: name, coding, bytes: pack.subarray(from, from + Number(length)) };
    });
}

class Site {
  readonly #entries: Entry[];
  constructor(entries: Entry[]) {
    this.#entries = entries;
  }

  text(path: string): string {
    const found = this.#entries.find((each) => each.path === path && each.coding === "identity");
    return found === undefined ? "" : found.bytes.toString();
  }

  paths(): string[] {
    return this.#entries.filter(({ coding }) => coding === "identity").map(({ path }) => path);
  }

  scripts(): string[] {
    return this.paths().filter((path) => path.endsWith(".js"));
  }

  /** As a browser would get it. */
  size(path: string): number {
    const sizes = this.#entries
      .filter((each) => each.path === path && each.coding !== "gzip")
      .map(({ bytes }) => bytes.length);
    return Math.min(...sizes);
  }

  /** What a script loads before it runs, itself included. */
  needs(path: string, found = new Set<string>()): Set<string> {
    if (found.has(path)) return found;
    found.add(path);
    for (const [, , name] of this.text(path).matchAll(/(from|import)"\.\/([\w.-]+\.js)"/g)) {
      this.needs(`/assets/${name}`, found);
    }
    return found;
  }
}

const sum = (site: Site, paths: Iterable<string>) =>
  [...paths].reduce((total, path) => total + site.size(path), 0);

const tally = new Tally();
const file = process.env["EK_WEB"] ?? join(root(), "build", "web.pack");
tally.is("the UI is built", existsSync(file));
const site = new Site(readPack(file));
const page = site.text("/index.html");
const linked = [...page.matchAll(/(?:src|href)="(\/assets\/[\w.-]+\.(?:js|css))"/g)].map(
  ([, path = ""]) => path,
);
// The page's own script only chooses (web/src/door.ts): what it chooses for the app is the first
// load too.
const app = site.scripts().filter((path) => path.startsWith("/assets/main-"));
tally.is("the app has its script", app.length === 1, app);
const first = new Set(
  [...linked, ...app].flatMap((path) => (path.endsWith(".js") ? [...site.needs(path)] : [path])),
);

for (const language of ["en", "ko", "ar"]) {
  const catalogue = site.scripts().find((path) => path.startsWith(`/assets/${language}-`));
  tally.is(`${language} has a catalogue`, catalogue !== undefined);
  const bytes = sum(site, new Set([...first, catalogue ?? ""]));
  console.log(`first load, ${language}: ${(bytes / 1024).toFixed(1)} KiB brotli`);
  tally.is(`the first load in ${language} is within its budget`, bytes <= FIRST_BYTES, bytes);
}
for (const room of site.scripts().filter((path) => /Room-[\w-]+\.js$/.test(path))) {
  const more = [...site.needs(room)].filter((path) => !first.has(path));
  const bytes = sum(site, more);
  console.log(`${room}: ${(bytes / 1024).toFixed(1)} KiB brotli`);
  tally.is(`${room} is within its budget`, bytes <= LATER_BYTES, bytes);
}
const widget = site.paths().filter((path) => /^\/(assets\/)?widget[./-]/.test(path));
const catalogues = widget.filter((path) => /widget-(en|ko|ar)-/.test(path));
tally.is("the chat widget has its parts", catalogues.length === 3 && widget.length >= 7, widget);
const others = widget.filter((path) => !catalogues.includes(path));
const chat = sum(site, others) + Math.max(...catalogues.map((path) => site.size(path)));
console.log(`the chat widget: ${(chat / 1024).toFixed(1)} KiB brotli`);
tally.is("the chat widget is within its budget", chat <= WIDGET_BYTES, chat);
const all = site
  .scripts()
  .map((path) => site.text(path))
  .join("\n");
for (const [language, word] of [
  ["German", "Kalender"],
  ["French", "Effacer"],
  ["Japanese", "カレンダー"],
  ["Russian", "Календарь"],
] as const) {
  tally.is(`no ${language} of the libraries comes along`, !all.includes(word));
}
tally.is("no source maps", !all.includes("sourceMappingURL"));
tally.is("nothing is loaded from elsewhere", !/(src|href)="https?:/.test(page), page);
tally.end();
