// view -- the frame's page: who is there, what was said, how long it takes, where to write.
import { button, icon, make } from "../parts/make.ts";
import { Address } from "./address.ts";
import { Log } from "./log.ts";
import type { Talk } from "./talk.ts";
import { sayLanguages, sayOpening, t } from "./words.ts";
import { Write } from "./write.ts";

export class View {
  readonly #talk: Talk;
  readonly #log: Log;
  readonly #write: Write;
  readonly #address: Address;
  readonly #title = make("h1", { dir: "auto" }, t("talk.title"));
  readonly #sub = make("p", { class: "sub" });
  readonly #spoken = make("p", { class: "sub" });
  readonly #state = make("p", { class: "state", role: "status" });
  readonly #end = make("p", { class: "state", role: "status" });
  readonly #close: HTMLButtonElement;

  constructor(talk: Talk, inbox: string, close: (() => void) | null) {
    this.#talk = talk;
    this.#log = new Log(talk);
    this.#write = new Write(talk, inbox);
    this.#address = new Address(talk);
    this.#close = button(t("talk.close"), icon("close"), () => close?.(), "plain");
    this.#close.hidden = close === null;
    document.title = t("talk.title");
    const head = make(
      "header",
      {},
      make("div", {}, this.#title, this.#sub, this.#spoken),
      this.#close,
    );
    const body = make("main", {}, this.#log.element, this.#end, this.#state);
    body.append(this.#address.element, this.#write.element);
    document.body.replaceChildren(head, body);
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) close?.();
    });
  }

  focus(at: "first" | "last"): void {
    if (at === "last" && !this.#close.hidden) this.#close.focus();
    else this.#write.field.focus();
  }

  show(): void {
    const { visit, standing } = this.#talk;
    this.#title.textContent = visit?.inbox.name ?? t("talk.title");
    this.#write.element.hidden = standing === "gone";
    this.#log.show();
    this.#address.show();
    put(this.#sub, this.#sayWho());
    put(this.#spoken, sayLanguages(visit?.inbox.languages ?? []));
    put(this.#state, this.#sayState());
    this.#showEnd();
  }

  #sayWho(): string {
    const of = this.#talk.visit?.conversation;
    if (of?.teammate) return t("talk.with", { name: of.teammate.display_name });
    return of?.team_name ? t("talk.in_team", { team: of.team_name }) : "";
  }

  // One thing at a time: what hinders, who is writing, what to expect.
  #sayState(): string {
    const { standing, visit, isLive, isShut, typing, api } = this.#talk;
    if (standing === "gone") return t("talk.gone");
    if (standing === "away") return t("talk.away");
    if (isShut) return t("talk.shut");
    if (visit === null) return "";
    if (!isLive) return t("talk.connecting");
    if (typing !== null) return t("talk.typing", { name: typing });
    if (visit.expectation !== null && visit.conversation?.state !== "closed") {
      const { low_minutes: low, high_minutes: high, place } = visit.expectation;
      const same = low === high ? "yes" : low === 0 ? "within" : "no";
      return `${t("talk.expect", { low, high, same })} ${t("talk.place", { place })}`;
    }
    if (!visit.hours.open) {
      const { opens_at: at } = visit.hours;
      return at === null ? t("talk.closed") : t("talk.closed_until", { when: sayOpening(at) });
    }
    const isLost = !api.isKept && visit.conversation !== null && visit.contact?.verified !== true;
    return isLost ? t("talk.not_kept") : "";
  }

  #showEnd(): void {
    const of = this.#talk.visit?.conversation;
    const isClosed = of?.state === "closed" && this.#talk.outbox.all.length === 0;
    put(this.#end, isClosed ? t("talk.ended") : "");
    if (!isClosed || !of.survey_url || this.#end.querySelector("a") !== null) return;
    const link = make(
      "a",
      { href: of.survey_url, target: "_blank", rel: "noopener noreferrer" },
      t("talk.survey"),
      make("span", { class: "told" }, ` ${t("talk.new_tab")}`),
    );
    this.#end.append(" ", link);
  }
}

// Says it once: a live region that is written anew is read out anew.
function put(element: HTMLElement, text: string): void {
  if (element.dataset["said"] === text) return;
  element.dataset["said"] = text;
  element.textContent = text;
}
