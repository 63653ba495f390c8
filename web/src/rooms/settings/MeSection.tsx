// MeSection -- one's own preferences: saved as they are chosen. Language, digits, calendar and zone
// are written into the page by the server, so that it is loaded anew.
import { call } from "../../feed/http.ts";
import { me, renewMe } from "../../feed/session.ts";
import type { MePatch } from "../../gen/shapes.ts";
import { ComboBox, Select } from "../../parts/fields.tsx";
import { back, complain, tell, type Back } from "../../parts/notices.tsx";
import { LANGUAGES } from "../../words/guest.ts";
import { formatWhole } from "../../words/format.ts";
import { t } from "../../words/words.ts";
import { zonesWith } from "../../words/zones.ts";
import { Keys } from "./Keys.tsx";
import { Security } from "./Security.tsx";
import { SignIns } from "./SignIns.tsx";
import { WritingManners } from "./WritingManners.tsx";

const USUAL = "usual";
const DIGITS = ["latn", "arab", "arabext"] as const;
const CALENDARS = ["gregory", "islamic-umalqura", "persian", "buddhist", "japanese"] as const;
const THEMES = ["system", "light", "dark", "contrast"] as const;
export async function saveMine(change: MePatch): Promise<void> {
  const { answer } = await call("update_me", { body: change, ifMatch: "*" });
  renewMe(answer);
}

// What is shown of them is read from the session: there they are put back too.
export function backOfMine(before: MePatch, after: () => void = () => undefined): Back {
  const undo = back("update_me", { body: before, ifMatch: "*" }, ["get_me"]);
  return { ...undo, here: () => saveMine(before).then(after) };
}

async function saveAndReload(change: MePatch): Promise<void> {
  try {
    await saveMine(change);
    location.reload();
  } catch (error) {
    complain(error as Error);
  }
}

function digitsWords(id: string): string {
  return new Intl.NumberFormat(`en-u-nu-${id}`, { useGrouping: false }).format(1234567890);
}

// With the word for the calendar, today in it, so that the choice is seen before it is made.
function calendarWords(id: string, language: string): string {
  const name = new Intl.DisplayNames(language, { type: "calendar" }).of(id) ?? id;
  const today = new Intl.DateTimeFormat(`${language}-u-ca-${id}`, { dateStyle: "medium" });
  return `${name} (${today.format(new Date())})`;
}

type Theme = (typeof THEMES)[number];

async function putTheme(theme: Theme): Promise<void> {
  document.documentElement.dataset["theme"] = theme;
  await saveMine({ theme });
}

async function themeTo(theme: Theme): Promise<void> {
  const before = me().theme;
  try {
    await putTheme(theme);
    tell(t("mine.saved"), () => putTheme(before));
  } catch (error) {
    complain(error as Error);
  }
}

function Manners() {
  const { language, digits, calendar, zone, theme } = me();
  const orNull = (id: string) => (id === USUAL ? null : id);
  return (
    <div className="ek-settings-form">
      <div className="ek-columns">
        <Select
          label={t("mine.language")}
          choices={LANGUAGES.map(({ id, name }) => ({ id, label: name }))}
          value={language.slice(0, 2)}
          onChange={(id) => void saveAndReload({ language: id })}
        />
        <ComboBox
          label={t("mine.zone")}
          choices={zonesWith(zone)}
          value={zone}
          onChange={(id) => id !== zone && void saveAndReload({ zone: id })}
        />
        <Select
          label={t("mine.digits")}
          choices={[
            { id: USUAL, label: t("mine.usual") },
            ...DIGITS.map((id) => ({ id, label: digitsWords(id) })),
          ]}
          value={digits ?? USUAL}
          onChange={(id) => void saveAndReload({ digits: orNull(id) })}
        />
        <Select
          label={t("mine.calendar")}
          choices={[
            { id: USUAL, label: t("mine.usual") },
            ...CALENDARS.map((id) => ({ id, label: calendarWords(id, language) })),
          ]}
          value={calendar ?? USUAL}
          onChange={(id) => void saveAndReload({ calendar: orNull(id) })}
        />
        <Select
          label={t("mine.theme")}
          choices={THEMES.map((id) => ({ id, label: t(`mine.theme_${id}`) }))}
          value={theme}
          onChange={(id) => themeTo(id as (typeof THEMES)[number])}
        />
      </div>
      <p className="ek-quiet">
        {t("mine.now_is")} <bdi>{formatWhole(new Date().toISOString())}</bdi>
      </p>
    </div>
  );
}

export default function MeSection() {
  return (
    <>
      <p className="ek-quiet">{t("mine.saved_as_chosen")}</p>
      <Manners />
      <WritingManners />
      <Keys />
      <Security />
      <SignIns />
    </>
  );
}
