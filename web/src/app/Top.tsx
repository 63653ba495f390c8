// Top -- the bar above every room: finding, one's own presence and load, help, oneself. Where the
// server is not heard these are old: it says so, and since when.
import { Link } from "react-aria-components";
import { HelpCircle, Search as Lens } from "lucide-react";
import { useAnswer } from "../feed/cache.ts";
import { useLiveness } from "../feed/live.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { shownKeys } from "../parts/keys.ts";
import { LiveMark } from "../parts/Room.tsx";
import { formatNumber } from "../words/format.ts";
import { t } from "../words/words.ts";
import { PersonMenu } from "./PersonMenu.tsx";
import { PresenceMenu } from "./PresenceMenu.tsx";

function LoadButton() {
  const load = useAnswer("get_my_load").data?.answer;
  if (load === undefined) return null;
  const { load: points, limit } = load;
  return (
    <Link href="/me" className="ek-button" data-look="plain">
      <span className="ek-hidden">
        {limit === null
          ? t("common.load_unlimited", { load: points })
          : t("common.load_of", { load: points, limit })}
      </span>
      <bdi className="ek-number ek-together" dir="ltr" aria-hidden>
        {limit === null ? formatNumber(points) : `${formatNumber(points)} / ${formatNumber(limit)}`}
      </bdi>
    </Link>
  );
}

function Search({ onPress }: { onPress: () => void }) {
  return (
    <Button look="quiet" onPress={onPress}>
      <Lens className="ek-icon" aria-hidden />
      <span className="ek-hidden">{t("common.search_or_command")}</span>
      <span className="ek-quiet ek-wide-only" aria-hidden>
        {t("common.search_or_command")}
      </span>
      <kbd className="ek-wide-only" aria-hidden>
        {shownKeys("Mod+K")}
      </kbd>
    </Button>
  );
}

interface Props {
  openPalette: () => void;
  openKeys: () => void;
}

export function Top({ openPalette, openKeys }: Props) {
  const { live, isTold } = useLiveness();
  const isStale = isTold && !live;
  return (
    <header className="ek-top" data-stale={isStale || undefined}>
      <div className="ek-top-row">
        <Link href="/" className="ek-brand">
          Evenkeel
        </Link>
        <Search onPress={openPalette} />
        <span className="ek-top-space" />
        <span className="ek-top-mine">
          <PresenceMenu />
          <LoadButton />
        </span>
        <IconButton label={t("keys.sheet")} onPress={openKeys}>
          <HelpCircle className="ek-icon" aria-hidden />
        </IconButton>
        <PersonMenu />
      </div>
      <div role="status">
        {isStale && (
          <div className="ek-banner" data-tone="warn">
            <LiveMark />
          </div>
        )}
      </div>
    </header>
  );
}
