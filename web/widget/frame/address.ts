// address -- an e-mail address left behind, so that an answer finds who does not wait for it.
import { button, make } from "../parts/make.ts";
import { Refused } from "./api.ts";
import type { Talk } from "./talk.ts";
import { t } from "./words.ts";

export class Address {
  readonly element = make("div", { class: "address", hidden: true });
  readonly #talk: Talk;
  #isOpen = false;
  #isThanked = false;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Asked of whom it helps: there is a conversation, and no address yet. */
  show(): void {
    const { visit, hasAddress } = this.#talk;
    const isAsked = visit?.inbox.ask_address === true && visit.conversation !== null && !hasAddress;
    if (this.#isThanked || this.#isOpen) return;
    if (this.element.hidden === !isAsked) return;
    this.element.hidden = !isAsked;
    const open = () => this.#open();
    this.element.replaceChildren(button(t("talk.address_ask"), null, open, "link"));
  }

  #open(): void {
    this.#isOpen = true;
    const email = make("input", {
      type: "email",
      id: "email",
      required: true,
      autocomplete: "email",
      dir: "ltr",
      "aria-describedby": "address-fault",
    });
    const name = make("input", { id: "name", autocomplete: "name", dir: "auto" });
    const fault = make("p", { class: "fault", role: "alert", id: "address-fault" });
    const submit = (event: Event) => {
      event.preventDefault();
      if (!email.checkValidity()) fault.textContent = t("talk.address_bad");
      else void this.#leave(email.value, name.value.trim(), fault);
      if (fault.textContent !== "") email.focus();
    };
    const form = make(
      "form",
      { novalidate: true, submit },
      make("p", {}, t("talk.address_why")),
      make("label", { for: "email" }, t("talk.address")),
      email,
      fault,
      make("label", { for: "name" }, t("talk.name")),
      name,
      make(
        "div",
        { class: "acts" },
        make("button", { class: "main" }, t("talk.address_send")),
        button(t("talk.cancel"), null, () => this.#close(), "link"),
      ),
    );
    this.element.replaceChildren(form);
    email.focus();
  }

  #close(): void {
    this.#isOpen = false;
    this.element.hidden = true;
    this.show();
    this.element.querySelector("button")?.focus();
  }

  async #leave(email: string, name: string, fault: HTMLElement): Promise<void> {
    try {
      await this.#talk.leave(email, name);
      this.#isThanked = true;
      const thanks = make("p", { tabindex: "-1" }, t("talk.address_kept"));
      this.element.replaceChildren(thanks);
      thanks.focus();
    } catch (error) {
      const isBad = error instanceof Refused && error.status === 422;
      fault.textContent = t(isBad ? "talk.address_bad" : "talk.address_failed");
    }
  }
}
