// log -- what was said and what is on its way, oldest above. A live region: what comes in is read
// out, so that what stands already is changed in place and never made anew.
import { button, make } from "../parts/make.ts";
import type { Part } from "../wire/shapes.ts";
import { showFile } from "./files.ts";
import type { Out } from "./outbox.ts";
import type { Talk } from "./talk.ts";
import { sayTime, t } from "./words.ts";

const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/;

// Addresses in a text can be followed; in a tab of their own, which learns nothing of this one.
function withLinks(text: string): (Node | string)[] {
  return text
    .split(LINK)
    .map((piece, index) =>
      index % 2 === 0
        ? piece
        : make("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece),
    );
}

interface Line {
  readonly element: HTMLElement;
  readonly foot: HTMLElement;
  said: string; // what the foot says now
}

export class Log {
  readonly element = make("div", {
    class: "log",
    role: "log",
    tabindex: "0",
    "aria-label": t("talk.messages"),
  });
  readonly #talk: Talk;
  readonly #lines = new Map<string, Line>();
  readonly #greeting = make("p", { class: "greeting", dir: "auto" });

  constructor(talk: Talk) {
    this.#talk = talk;
    this.element.append(this.#greeting);
    // Pictures come later than the words around them.
    this.element.addEventListener("load", () => this.#toEnd(), true);
  }

  show(): void {
    const talk = this.#talk;
    const isAtEnd = this.#isAtEnd();
    const parts = talk.list();
    const lastOwn = parts.findLast(({ from }) => from === "contact")?.id;
    const wanted = [
      ...parts.map((part) => this.#linePart(part, part.id === lastOwn)),
      ...talk.outbox.all.map((out) => this.#lineOut(out)),
    ];
    const hasCome = this.#place(wanted);
    this.#greeting.textContent = talk.visit?.inbox.greeting ?? t("talk.greeting");
    this.#greeting.hidden = talk.visit === null;
    if (isAtEnd || hasCome) this.#toEnd();
  }

  // Puts lines into their order, and takes away those that are no more; whether one came below.
  #place(wanted: Line[]): boolean {
    const isNew = wanted.some(({ element }) => !element.isConnected);
    const kept = new Set(wanted);
    for (const [key, line] of this.#lines) {
      if (kept.has(line)) continue;
      line.element.remove();
      this.#lines.delete(key);
    }
    let after: Element = this.#greeting;
    for (const { element } of wanted) {
      if (after.nextElementSibling !== element) after.after(element);
      after = element;
    }
    return isNew;
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < 40;
  }

  #toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #line(key: string, by: string, who: string, inside: (Node | string)[]): Line {
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const foot = make("p", { class: "foot" });
    const element = make("div", { class: "part", "data-by": by });
    const name = make("p", { class: by === "contact" ? "told" : "who" }, make("bdi", {}, who));
    element.append(name, ...inside, foot);
    const line = { element, foot, said: "" };
    this.#lines.set(key, line);
    return line;
  }

  #linePart(part: Part, isLastOwn: boolean): Line {
    const isOwn = part.from === "contact";
    const who = isOwn ? t("talk.you") : (part.name ?? t("talk.team"));
    const known = this.#lines.get(part.id);
    const line =
      known ??
      this.#line(part.id, part.from, who, [
        ...(part.text === "" ? [] : [bubble(part.text ?? t("talk.removed"))]),
        ...part.files.map((file) => showFile(this.#talk.api, file)),
      ]);
    const isSeen = isLastOwn && part.seen_at !== null;
    this.#foot(line, `${sayTime(part.at)}${isSeen ? ` · ${t("talk.seen")}` : ""}`, []);
    return line;
  }

  #lineOut(out: Out): Line {
    const names = out.names.map((name) => make("p", { class: "file", dir: "auto" }, name));
    const line = this.#line(out.key, "contact", t("talk.you"), [
      ...(out.text === "" ? [] : [bubble(out.text)]),
      ...names,
    ]);
    line.element.dataset["state"] = out.state;
    const { outbox } = this.#talk;
    const again = () => button(t("talk.again"), null, () => outbox.again(out), "link");
    const drop = () => button(t("talk.discard"), null, () => outbox.drop(out), "link");
    if (out.state === "sending") this.#foot(line, t("talk.sending"), []);
    else if (out.state === "failed") this.#foot(line, t("talk.failed"), [again, drop]);
    // No room for its files: there will be none later either.
    else if (out.status === 413)
      this.#foot(line, t("talk.no_room", { name: out.names.join(", ") }), [drop]);
    else this.#foot(line, t("talk.refused"), [again, drop]);
    return line;
  }

  #foot(line: Line, said: string, acts: (() => HTMLElement)[]): void {
    if (line.said === said) return;
    line.said = said;
    line.foot.replaceChildren(said, ...acts.flatMap((act) => [" ", act()]));
  }
}

function bubble(text: string): HTMLElement {
  return make("p", { class: "bubble", dir: "auto" }, ...withLinks(text));
}
