// panel -- the button, the panel that it opens, and the frame in it; in a shadow root, where the
// host's styles do not reach. On a wide page the panel is a dialog beside the page, which stays in
// use; on a phone it covers the page and holds the focus.
import { icon, make } from "../parts/make.ts";
import { hear, post, type FromFrame, type ToFrame } from "../wire/bridge.ts";
import css from "./style.css?inline";

export interface Manners {
  readonly home: URL; // of the script
  readonly inbox: string;
  readonly identity: string | null;
  readonly language: string;
  readonly say: (key: string, told?: Record<string, string | number>) => string;
}

// A host may forbid storage: then nothing is kept.
function keep(kind: "localStorage" | "sessionStorage", key: string, isSo: boolean): void {
  try {
    if (isSo) window[kind].setItem(key, "1");
    else window[kind].removeItem(key);
  } catch {
    // as said
  }
}

function isKept(kind: "localStorage" | "sessionStorage", key: string): boolean {
  try {
    return window[kind].getItem(key) !== null;
  } catch {
    return false;
  }
}

// A frame that says nothing was most likely refused by the server: the browser knows why, and tells
// the page nothing.
const SILENT_MS = 8000;

const covers = () => matchMedia("(width <= 480px), (height <= 480px)").matches;

export class Panel {
  readonly element = document.createElement("evenkeel-chat");
  readonly #manners: Manners;
  readonly #key: string;
  readonly #button: HTMLButtonElement;
  readonly #count = make("span", { class: "count", "aria-hidden": "true" });
  readonly #told = make("span", { class: "told", role: "status" });
  readonly #panel: HTMLElement;
  #frame: HTMLIFrameElement | null = null;
  #isReady = false;
  #isOpen = false;
  #unread = 0;

  constructor(manners: Manners) {
    const { say, language } = manners;
    this.#manners = manners;
    this.#key = `evenkeel:${manners.inbox}`;
    this.#button = make(
      "button",
      { type: "button", "aria-haspopup": "dialog", click: () => this.#turn(!this.#isOpen) },
      this.#count,
    );
    this.#panel = make("div", { class: "panel", role: "dialog", hidden: true });
    this.#panel.setAttribute("aria-label", say("door.title"));
    this.#panel.addEventListener("keydown", (event) => this.#hearKey(event));
    this.#button.addEventListener("keydown", (event) => this.#hearKey(event));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const root = this.element.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const dir = language === "ar" ? "rtl" : "ltr";
    root.append(
      make("div", { class: "box", lang: language, dir }, this.#button, this.#panel, this.#told),
    );
    this.#show();
  }

  /** As the page before left it. */
  begin(): void {
    hear<FromFrame>(
      () => this.#frame?.contentWindow ?? null,
      this.#manners.home.origin,
      (message) => this.#take(message),
    );
    matchMedia("(width <= 480px), (height <= 480px)").addEventListener("change", () =>
      this.#show(),
    );
    if (isKept("sessionStorage", this.#key) && !covers()) this.#turn(true, false);
    else if (isKept("localStorage", this.#key)) this.#load();
  }

  #load(): HTMLIFrameElement {
    const { home, inbox, language, say } = this.#manners;
    if (this.#frame !== null) return this.#frame;
    const address = new URL(`/widget/${encodeURIComponent(inbox)}`, home);
    address.searchParams.set("lang", language);
    address.hash = location.origin; // to whom the frame may speak
    this.#frame = make("iframe", { src: address.href, title: say("door.title") });
    // While the page is covered, Tab goes round in it.
    const edge = (at: "first" | "last") =>
      make("span", { tabindex: "0", focus: () => this.#sendFocus(at) });
    this.#panel.append(edge("last"), this.#frame, edge("first"));
    const at = location.origin;
    setTimeout(() => {
      if (!this.#isReady) console.warn(`Evenkeel: no chat. Is ${at} among the sites of ${inbox}?`);
    }, SILENT_MS);
    return this.#frame;
  }

  #turn(isOpen: boolean, takesFocus = true): void {
    this.#isOpen = isOpen;
    keep("sessionStorage", this.#key, isOpen);
    if (isOpen) this.#load();
    this.#show();
    this.#send({ kind: isOpen ? "shown" : "hidden" });
    if (!takesFocus) return;
    if (isOpen) this.#sendFocus("first");
    else this.#button.focus();
  }

  #show(): void {
    const { say } = this.#manners;
    const words = this.#isOpen ? "door.close" : "door.open";
    const unread = this.#unread > 0 && !this.#isOpen;
    this.#panel.hidden = !this.#isOpen;
    this.#button.setAttribute("aria-expanded", String(this.#isOpen));
    this.#button.setAttribute(
      "aria-label",
      unread ? say("door.open_unread", { n: this.#unread }) : say(words),
    );
    this.#count.textContent = unread ? String(this.#unread) : "";
    this.#button.replaceChildren(icon(this.#isOpen ? "close" : "talk"), this.#count);
    this.#panel.toggleAttribute("aria-modal", false);
    if (covers()) this.#panel.setAttribute("aria-modal", "true");
    for (const edge of this.#panel.querySelectorAll("span")) edge.hidden = !covers();
  }

  #take(message: FromFrame): void {
    if (message.kind === "ready") {
      const { identity } = this.#manners;
      this.#isReady = true;
      this.#send({ kind: "hello", identity, page: location.origin + location.pathname });
      if (this.#isOpen) this.#send({ kind: "shown" });
      if (this.#isOpen && this.element.shadowRoot?.activeElement === this.#frame)
        this.#sendFocus("first");
    } else if (message.kind === "close") {
      this.#turn(false);
    } else if (message.kind === "talks") {
      keep("localStorage", this.#key, true);
    } else {
      this.#hearUnread(message.count);
    }
  }

  #hearUnread(count: number): void {
    const isMore = count > this.#unread;
    this.#unread = count;
    this.#show();
    if (this.#isOpen || !isMore) return;
    this.#told.textContent = this.#manners.say("door.unread", { n: count });
  }

  #hearKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.#isOpen) return;
    event.stopPropagation();
    this.#turn(false);
  }

  #sendFocus(at: "first" | "last"): void {
    this.#frame?.focus();
    this.#send({ kind: "focus", at });
  }

  #send(message: ToFrame): void {
    const to = this.#frame?.contentWindow;
    if (to && this.#isReady) post(to, this.#manners.home.origin, message);
  }
}
