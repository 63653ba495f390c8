// Frame -- the bar above, the menu beside, the room in the middle; the keys that work everywhere.
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Link } from "react-aria-components";
import { call } from "../feed/http.ts";
import { awaitHeading } from "../parts/arrive.ts";
import { useKeys } from "../parts/keys.ts";
import { useStop } from "../parts/guide.ts";
import { Notices, undoLast } from "../parts/notices.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { t } from "../words/words.ts";
import { Boundary } from "./Boundary.tsx";
import { KeySheet } from "./KeySheet.tsx";
import { Palette } from "./Palette.tsx";
import { SampleBanner } from "./SampleBanner.tsx";
import { Top } from "./Top.tsx";
import { placesFor, type Place } from "./places.ts";

const HEARTBEAT_MS = 60_000;
const Guide = lazy(() => import("./Guide.tsx"));

// Says that a page is visible, and nothing else: moves the one deadline of auto-away.
function useHeartbeat(): void {
  useEffect(() => {
    const beat = () =>
      document.visibilityState === "visible" && void call("send_heartbeat").catch(() => undefined);
    beat();
    const timer = setInterval(beat, HEARTBEAT_MS);
    document.addEventListener("visibilitychange", beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
    };
  }, []);
}

function Menu() {
  const [path] = useLocation();
  const nav = useRef<HTMLElement>(null);
  // Where it is a bar that scrolls sideways, the screen one is on stays in sight.
  const room = path.split("/")[1];
  useEffect(() => {
    const bar = nav.current;
    const here = bar?.querySelector<HTMLElement>("[aria-current=page]");
    if (bar === null || here === null || here === undefined) return;
    const [own, all] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
    bar.scrollLeft += (own.left + own.right - all.left - all.right) / 2;
  }, [room]);
  return (
    <nav className="ek-nav" aria-label={t("common.menu")} ref={nav}>
      {placesFor()
        .filter((place) => place.icon !== null)
        .map(({ id, path: at, title, icon: Icon }) => (
          <Link
            key={id}
            href={at}
            {...(path.startsWith(at) ? { "aria-current": "page" as const } : {})}
          >
            {Icon !== null && <Icon className="ek-icon" aria-hidden />}
            {t(title)}
          </Link>
        ))}
    </nav>
  );
}

function Rooms() {
  const places = placesFor();
  const home = places[0]?.path ?? "/me";
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/">
          <Redirect to={home} replace />
        </Route>
        {places.map(({ id, path, room: RoomOf }) => (
          <Route key={id} path={`${path}/*?`}>
            <RoomOf />
          </Route>
        ))}
        <Route>
          <Empty
            title={t("common.not_here")}
            action={<Link href={home}>{t("common.back_home")}</Link>}
          />
        </Route>
      </Switch>
    </Suspense>
  );
}

function useFrameKeys(openPalette: () => void, openKeys: () => void): void {
  const [path, go] = useLocation();
  const goTo = (place: Place) => {
    awaitHeading(path.startsWith(place.path));
    go(place.path);
  };
  useKeys([
    { keys: "Mod+K", does: t("keys.palette"), run: openPalette },
    { keys: "?", does: t("keys.sheet"), run: openKeys },
    { keys: "Mod+Z", does: t("keys.undo"), run: () => void undoLast() },
    ...placesFor().flatMap((place) =>
      place.keys === null
        ? []
        : [
            {
              keys: `g ${place.keys}`,
              does: t("keys.go_to", { place: t(place.title) }),
              run: () => goTo(place),
            },
          ],
    ),
  ]);
}

export function Frame() {
  const [address] = useLocation();
  const path = address.split("/")[1]; // another room is another try
  const [isPaletteOpen, openPalette] = useState(false);
  const [areKeysOpen, openKeys] = useState(false);
  const isGuided = useStop() !== null;
  useHeartbeat();
  useFrameKeys(
    () => openPalette(true),
    () => openKeys(true),
  );
  return (
    <div className="ek-frame">
      <a className="ek-skip" href="#room">
        {t("common.skip")}
      </a>
      <Top openPalette={() => openPalette(true)} openKeys={() => openKeys(true)} />
      <Menu />
      <main className="ek-main" id="room" tabIndex={-1}>
        <SampleBanner />
        <Boundary key={path}>
          <Rooms />
        </Boundary>
      </main>
      <Notices />
      <Suspense>{isGuided && <Guide />}</Suspense>
      <Palette isOpen={isPaletteOpen} onClose={() => openPalette(false)} />
      <KeySheet isOpen={areKeysOpen} onClose={() => openKeys(false)} />
    </div>
  );
}
