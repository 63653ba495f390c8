// main -- reads who looks, in which language, and draws the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { follow } from "./feed/cache.ts";
import { readSession, type Session } from "./feed/session.ts";
import { speakAria } from "./words/aria.ts";
import { guestLanguage } from "./words/guest.ts";
import { pageLanguage, speak, type Language } from "./words/words.ts";

// Digits and calendar are each person's choice; without one they are those of the locale.
function localeOf(language: Language, session: Session): string {
  const regional = navigator.languages.find((each) => each.slice(0, 2) === language) ?? language;
  if (session.state !== "signed_in") return regional;
  const { digits, calendar } = session.me;
  const choices = [
    digits === null ? "" : `-nu-${digits}`,
    calendar === null ? "" : `-ca-${calendar}`,
  ];
  const extension = choices.join("");
  return extension === "" ? regional : `${regional}-u${extension}`;
}

async function start(): Promise<void> {
  const root = createRoot(document.getElementById("evenkeel")!);
  const session = await readSession().catch(() => null);
  const language = session?.state === "signed_in" ? pageLanguage() : guestLanguage();
  const zone =
    session?.state === "signed_in"
      ? session.me.zone
      : Intl.DateTimeFormat().resolvedOptions().timeZone;
  await speak({
    language,
    locale: session === null ? language : localeOf(language, session),
    zone,
  });
  await speakAria(language);
  if (session?.state === "signed_in") follow(session.seq, () => location.reload());
  root.render(
    <StrictMode>
      <App session={session} />
    </StrictMode>,
  );
}

void start();
