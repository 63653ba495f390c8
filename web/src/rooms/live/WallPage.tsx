// WallPage -- the board on the wall: figures of the teams that its address names, for whoever has
// the address, without signing in. Chosen in main.tsx before a session is read; loads nothing of
// the app. Language and theme are those of the page, which the server wrote.
//
// The stream says when a queue has changed and ends when the address is revoked; the figures are
// read after each frame and every four seconds, as nothing tells how a wait grows. Not read for
// twenty seconds: they turn grey and keep their time.
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import type { WallboardData, WallboardTeam } from "../../gen/shapes.ts";
import { formatLength, formatNumber, formatWhen } from "../../words/format.ts";
import { pageLanguage, speak, t } from "../../words/words.ts";
import "./wall.css";

const READ_MS = 4_000; // also how soon a revoked address is noticed, whatever the stream does
const PATIENCE_MS = 10_000;
const STALE_MS = 20_000;
const GATHER_MS = 400;
const AGAIN_MS = 2_000;

type Reading =
  | { state: "reading" }
  | { state: "shown"; data: WallboardData; readAt: number; isBroken: boolean }
  | { state: "unreachable" }
  | { state: "closed" };

function useWall(address: string): Reading {
  const [reading, setReading] = useState<Reading>({ state: "reading" });
  useEffect(() => {
    let isOver = false;
    let stream: EventSource | null = null;
    let later: ReturnType<typeof setTimeout> | undefined;
    const close = () => {
      isOver = true;
      stream?.close();
      setReading({ state: "closed" });
    };
    const read = async () => {
      const answer = await fetch(`${address}/data`, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      }).catch(() => null);
      if (isOver) return;
      if (answer?.status === 404) return close();
      if (answer?.ok !== true) {
        return setReading((old) =>
          old.state === "shown" ? { ...old, isBroken: true } : { state: "unreachable" },
        );
      }
      const data = (await answer.json()) as WallboardData;
      if (!isOver) setReading({ state: "shown", data, readAt: Date.now(), isBroken: false });
      if (!isOver && stream === null) hear();
    };
    const soon = (wait: number) => {
      clearTimeout(later);
      later = setTimeout(() => void read(), wait);
    };
    const hear = () => {
      const opened = new EventSource(`${address}/events`);
      stream = opened;
      opened.addEventListener("state.queue", () => soon(GATHER_MS));
      opened.onerror = () => {
        opened.close();
        stream = null;
        void read().then(() => !isOver && soon(AGAIN_MS));
      };
    };
    void read();
    const regular = setInterval(() => void read(), READ_MS);
    return () => {
      isOver = true;
      stream?.close();
      clearTimeout(later);
      clearInterval(regular);
    };
  }, [address]);
  return reading;
}

function useSecond(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Figure({
  title,
  isWide = false,
  children,
}: {
  title: string;
  isWide?: boolean;
  children: React.ReactNode;
}) {
  return (
    <div className={`ek-wall-figure${isWide ? " ek-wall-wide" : ""}`}>
      <dt>{title}</dt>
      <dd className="ek-number">{children}</dd>
    </div>
  );
}

function Team({ team }: { team: WallboardTeam }) {
  return (
    <section className="ek-wall-team" aria-label={team.name}>
      <h2>
        <bdi dir="auto">{team.name}</bdi>
      </h2>
      <dl>
        <Figure title={t("wall.waiting")}>{formatNumber(team.waiting)}</Figure>
        {team.unassigned > team.waiting && (
          <Figure title={t("wall.unassigned")}>
            {formatNumber(team.unassigned - team.waiting)}
          </Figure>
        )}
        {team.active === null ? (
          <div className="ek-wall-figure">
            <dt>{t("wall.active")}</dt>
            <dd className="ek-wall-small">{t("wall.too_few")}</dd>
          </div>
        ) : (
          <Figure title={t("wall.active")}>{formatNumber(team.active)}</Figure>
        )}
        <Figure title={t("wall.longest")} isWide>
          {team.longest_wait_ms === null ? t("wall.none") : formatLength(team.longest_wait_ms)}
        </Figure>
      </dl>
    </section>
  );
}

function Shown({ reading }: { reading: Reading & { state: "shown" } }) {
  const now = Math.max(useSecond(), reading.readAt);
  const age = now - reading.readAt;
  const isStale = reading.isBroken || age > STALE_MS;
  const told = { at: formatWhen(reading.data.at), age: formatLength(age) };
  return (
    <div className="ek-wall" data-stale={isStale || undefined}>
      <header>
        <h1>{t("wall.title")}</h1>
        <p className="ek-wall-age ek-number">
          <span className="ek-wall-mark" aria-hidden />
          {isStale ? (
            t("wall.stale", told)
          ) : (
            <>
              <strong>{t("wall.live")}</strong> {t("wall.as_of", told)}
            </>
          )}
        </p>
      </header>
      <div className="ek-wall-teams">
        {reading.data.teams.map((team) => (
          <Team key={team.team} team={team} />
        ))}
      </div>
    </div>
  );
}

function Wall({ address }: { address: string }) {
  const reading = useWall(address);
  if (reading.state === "shown")
    return (
      <main>
        <Shown reading={reading} />
      </main>
    );
  const isClosed = reading.state === "closed";
  return (
    <main className="ek-wall-notice" role={isClosed ? "alert" : "status"}>
      <h1>
        {isClosed
          ? t("wall.closed")
          : reading.state === "reading"
            ? t("wall.loading")
            : t("wall.title")}
      </h1>
      {reading.state !== "reading" && (
        <p>{isClosed ? t("wall.closed_why") : t("wall.unreachable")}</p>
      )}
    </main>
  );
}

export async function start(): Promise<void> {
  const place = document.getElementById("evenkeel");
  const secret = location.pathname.split("/")[2] ?? "";
  const language = pageLanguage();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const locale = navigator.languages.find((each) => each.slice(0, 2) === language) ?? language;
  await speak({ language, locale, zone });
  document.title = `${t("wall.title")} · Evenkeel`;
  if (place === null) return;
  createRoot(place).render(
    <StrictMode>
      <Wall address={`/api/v1/wallboards/${encodeURIComponent(secret)}`} />
    </StrictMode>,
  );
}
