// write -- where the visitor writes. Enter sends and Shift+Enter makes a line, but not on a
// touch screen, where there is no Shift+Enter, and never while a syllable is still being composed:
// that Enter belongs to the input method. What is sent while a file is still on its way up goes as
// soon as the file is there. A draft survives a reload.
import { button, icon, make } from "../parts/make.ts";
import type { FileOf } from "../wire/shapes.ts";
import { Refused } from "./api.ts";
import type { Talk } from "./talk.ts";
import { t } from "./words.ts";

const MB = 1_000_000;

export class Write {
  readonly element: HTMLFormElement;
  readonly field: HTMLTextAreaElement;
  readonly #talk: Talk;
  readonly #send: HTMLButtonElement;
  readonly #chips = make("ul", { class: "chips", hidden: true });
  readonly #fault = make("p", { class: "fault", role: "alert", id: "fault" });
  readonly #draft: string;
  #files: FileOf[] = [];
  #putting = 0; // files on their way up
  #isWanted = false; // sent as soon as they are up

  constructor(talk: Talk, inbox: string) {
    this.#talk = talk;
    this.#draft = `evenkeel:${inbox}:draft`;
    this.field = make("textarea", {
      rows: "1",
      "aria-label": t("talk.write"),
      placeholder: t("talk.write_here"),
      dir: "auto",
      enterkeyhint: "enter",
      input: () => this.#typed(),
      keydown: (event) => this.#key(event as KeyboardEvent),
      paste: (event) => this.#paste(event as ClipboardEvent),
    });
    const pick = make("input", {
      type: "file",
      hidden: true,
      multiple: true,
      change: () => {
        this.#put([...(pick.files ?? [])]);
        pick.value = "";
      },
    });
    this.#send = button(t("talk.send"), icon("send"), () => this.#submit(), "send");
    const attach = button(t("talk.attach"), icon("clip"), () => pick.click(), "plain");
    const submit = (event: Event) => event.preventDefault();
    this.element = make("form", { class: "write", submit }, this.#fault, this.#chips);
    this.element.append(make("div", { class: "row" }, attach, pick, this.field, this.#send));
    this.field.value = this.#kept();
    this.#show();
  }

  #kept(): string {
    try {
      return sessionStorage.getItem(this.#draft) ?? "";
    } catch {
      return "";
    }
  }

  #keep(): void {
    try {
      sessionStorage.setItem(this.#draft, this.field.value);
    } catch {
      // Then it lives as long as the page.
    }
  }

  #typed(): void {
    this.#isWanted = false;
    this.#keep();
    this.#say("");
    this.#show();
    if (this.field.value.trim() !== "") this.#talk.typed();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey) return;
    // 229: some browsers end the composition before they tell of the key that ended it.
    if (event.isComposing || event.keyCode === 229) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#submit();
  }

  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.#put(files);
  }

  #submit(): void {
    const text = this.field.value.trim();
    const max = this.#talk.visit?.limits.text ?? Infinity;
    this.#isWanted = this.#putting > 0;
    if (this.#isWanted || (text === "" && this.#files.length === 0)) return;
    if (new TextEncoder().encode(text).length > max) {
      this.#say(t("talk.too_long"));
      return;
    }
    this.#talk.send(text, this.#files);
    this.#files = [];
    this.field.value = "";
    this.#keep();
    this.#show();
    this.field.focus();
  }

  // ---- files

  #put(files: File[]): void {
    const max = this.#talk.visit?.limits.file_bytes ?? Infinity;
    this.#say("");
    for (const file of files) {
      if (file.size > max)
        this.#say(t("talk.too_big", { name: file.name, count: Math.floor(max / MB) }));
      else void this.#putOne(file);
    }
  }

  async #putOne(file: File): Promise<void> {
    this.#putting++;
    this.#show();
    try {
      this.#files.push(await this.#talk.put(file));
    } catch (error) {
      this.#isWanted = false; // they see first that it goes without this one
      const isFull = error instanceof Refused && error.status === 413;
      this.#say(t(isFull ? "talk.no_room" : "talk.bad_file", { name: file.name }));
    }
    this.#putting--;
    this.#show();
    if (this.#isWanted && this.#putting === 0) this.#submit();
  }

  #chip(file: FileOf): HTMLElement {
    const remove = () => {
      this.#files = this.#files.filter((each) => each !== file);
      this.#show();
      this.field.focus();
    };
    const words = t("talk.remove", { name: file.name });
    return make("li", {}, make("bdi", {}, file.name), button(words, icon("close"), remove));
  }

  #show(): void {
    this.#chips.replaceChildren(...this.#files.map((file) => this.#chip(file)));
    this.#chips.hidden = this.#files.length === 0;
    this.element.setAttribute("aria-busy", String(this.#putting > 0));
    const hasFiles = this.#files.length + this.#putting > 0;
    const isEmpty = this.field.value.trim() === "" && !hasFiles;
    this.#send.setAttribute("aria-disabled", String(isEmpty));
  }

  #say(fault: string): void {
    this.#fault.textContent = fault;
    if (fault !== "") this.field.setAttribute("aria-describedby", "fault");
    else this.field.removeAttribute("aria-describedby");
  }
}
