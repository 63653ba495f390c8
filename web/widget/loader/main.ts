// loader -- what a host's page runs for
//
//   <script src="https://HOST/widget.js" data-inbox="ci_…" async></script>
//
// a button, and behind it a frame of ours, where everything else happens. data-identity is the
// host's signed word on who this is, data-language is en, ko or ar (else the page's own language).
// It sets no cookie and reads nothing of the page but its address and language. What it keeps with
// the host: that the panel is open (for the tab), and that there is a conversation (so that the
// next page loads the frame without a press).
import { say } from "../words/say.ts";
import { pick } from "../words/languages.ts";
import { CATALOGUES } from "./words.ts";
import { Panel } from "./panel.ts";

const script = document.currentScript as HTMLScriptElement | null;
const inbox = script?.dataset["inbox"];
const NAME = "evenkeel-chat";

function start(from: HTMLScriptElement, id: string): void {
  if (document.querySelector(NAME) !== null) return; // the script stands in the page twice
  const language = pick([
    from.dataset["language"] ?? "",
    document.documentElement.lang,
    ...navigator.languages,
  ]);
  const panel = new Panel({
    home: new URL(from.src),
    inbox: id,
    identity: from.dataset["identity"] ?? null,
    language,
    say: (key, told) => say(language, CATALOGUES[language], key, told),
  });
  document.body.append(panel.element);
  panel.begin();
}

if (script === null || inbox === undefined)
  console.warn("Evenkeel: the script's tag needs data-inbox");
else if (document.readyState === "loading")
  addEventListener("DOMContentLoaded", () => start(script, inbox));
else start(script, inbox);
