// SignInRoom -- what a guest may see: signing in, coming in by an invitation, a new password, the
// first run.
//
// The secret of a link stands behind its #, where no server and no log sees it, and is taken out of
// the address at once. The language can be changed on the spot; what was typed stays.
import { lazy, Suspense, useState, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { Loading } from "../../parts/states.tsx";
import { currentManners, t, type Language } from "../../words/words.ts";
import { LANGUAGES, speakAsGuest } from "../../words/guest.ts";
import { SignIn } from "./SignIn.tsx";
import "./sign_in.css";

const FirstRun = lazy(() => import("./FirstRun.tsx"));
const Join = lazy(() => import("./Join.tsx"));
const Reset = lazy(() => import("./Reset.tsx"));

function takeSecret(): string {
  const secret = location.hash.slice(1);
  if (secret !== "") history.replaceState(null, "", location.pathname + location.search);
  return secret;
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="ek-sign-in-mark" aria-hidden>
      <rect width="32" height="32" rx="7" />
      <path className="ek-sign-in-hull" d="M6 19h20a10 6 0 0 1-20 0Z" />
      <path className="ek-sign-in-sail" d="M15.2 5v12H8.5Zm1.6 2.5L23 17h-6.2Z" />
    </svg>
  );
}

function Languages({ speak }: { speak: (language: Language) => void }) {
  const { language } = currentManners();
  return (
    <nav className="ek-row ek-sign-in-languages" aria-label={t("sign_in.languages")}>
      {LANGUAGES.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          lang={id}
          className="ek-button"
          data-look={id === language ? "plain" : "link"}
          aria-current={id === language ? "true" : undefined}
          onClick={() => speak(id)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

function Shell({ speak, children }: { speak: (to: Language) => void; children: ReactNode }) {
  return (
    <div className="ek-sign-in">
      <main className="ek-sign-in-card">
        <p className="ek-sign-in-brand">
          <Mark />
          Evenkeel
        </p>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
      <Languages speak={speak} />
    </div>
  );
}

interface Props {
  isFirstRun: boolean;
  resets: boolean; // whether a new password can be asked for by mail
  path: string;
}

export function SignInRoom({ isFirstRun, resets, path }: Props) {
  const [secret] = useState(takeSecret);
  const [, setLanguage] = useState(currentManners().language);
  const speak = (language: Language) =>
    void speakAsGuest(language).then(() => setLanguage(language));
  const page = (): ReactNode => {
    if (isFirstRun) return <FirstRun speak={speak} />;
    if (path.startsWith("/join")) return <Join secret={secret} />;
    if (path.startsWith("/reset")) return <Reset secret={secret} />;
    return <SignIn resets={resets} />;
  };
  return (
    <I18nProvider locale={currentManners().locale}>
      <Shell speak={speak}>{page()}</Shell>
    </I18nProvider>
  );
}
