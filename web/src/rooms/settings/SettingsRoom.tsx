// SettingsRoom -- every setting in its section, one's own preferences first; found by word. The
// section stands in the address (/settings/limits), and whose settings they are too (?team=team_7).
import { lazy, Suspense, useState, type ComponentType } from "react";
import { Link } from "react-aria-components";
import { useLocation } from "wouter";
import { SearchField, Select } from "../../parts/fields.tsx";
import { Room } from "../../parts/Room.tsx";
import { Empty, Loading } from "../../parts/states.tsx";
import { t } from "../../words/words.ts";
import { NamesSection } from "./NamesSection.tsx";
import { GROUPS, sectionsFor, type Section, type SectionId } from "./sections.ts";
import "./settings.css";

const MeSection = lazy(() => import("./MeSection.tsx"));
const SlaSection = lazy(() => import("./SlaSection.tsx"));
const MetricsSection = lazy(() => import("./MetricsSection.tsx"));
const TeamsSection = lazy(() => import("./TeamsSection.tsx"));
const WordsSections = lazy(() => import("./WordsSections.tsx"));
const ServerSection = lazy(() => import("./ServerSection.tsx"));
const TokensSection = lazy(() => import("./TokensSection.tsx"));
const LinksSections = lazy(() => import("./LinksSections.tsx"));
const MailboxesSection = lazy(() => import("./MailboxesSection.tsx"));
const RulesSection = lazy(() => import("./RulesSection.tsx"));
const ChatSection = lazy(() => import("./ChatSection.tsx"));
const WebhooksSection = lazy(() => import("./WebhooksSection.tsx"));

// What stands above the settings by name.
const BODIES: Partial<Record<SectionId, ComponentType<{ id: SectionId }>>> = {
  me: MeSection,
  sla: SlaSection,
  metrics: MetricsSection,
  teams: TeamsSection,
  reasons: WordsSections,
  skills: WordsSections,
  tags: WordsSections,
  workspace: ServerSection,
  sign_in: ServerSection,
  retention: ServerSection,
  tokens: TokensSection,
  mailboxes: MailboxesSection,
  rules: RulesSection,
  chat: ChatSection,
  webhooks: WebhooksSection,
  feeds: LinksSections,
};

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function Found({ words, clear }: { words: string; clear: () => void }) {
  const wanted = plain(words).split(/\s+/);
  const found = sectionsFor().flatMap((section) =>
    section.names
      .filter((name) => {
        const said = plain(`${t(`setting.${name}`)} ${t(`setting.${name}_does`)} ${name}`);
        return wanted.every((word) => said.includes(word));
      })
      .map((name) => ({ name, section })),
  );
  const sections = sectionsFor().filter(({ id }) =>
    wanted.every((word) => plain(t(`settings.section_${id}`)).includes(word)),
  );
  return (
    <div className="ek-settings-found">
      <p role="status">{t("settings.found", { n: found.length + sections.length })}</p>
      <ul className="ek-stack">
        {sections.map(({ id }) => (
          <li key={id}>
            <Link href={`/settings/${id}`} onPress={clear}>
              {t(`settings.section_${id}`)}
            </Link>
          </li>
        ))}
        {found.map(({ name, section }) => (
          <li key={name}>
            <Link href={`/settings/${section.id}?at=${name}`} onPress={clear}>
              {t(`setting.${name}`)}
            </Link>{" "}
            <span className="ek-quiet">{t(`settings.section_${section.id}`)}</span>
            <p className="ek-help">{t(`setting.${name}_does`)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Contents({ open }: { open: string }) {
  return (
    <nav className="ek-settings-nav" aria-label={t("settings.sections")}>
      {GROUPS.map((group) => {
        const sections = sectionsFor().filter((section) => section.group === group);
        if (sections.length === 0) return null;
        return (
          <div key={group}>
            <p className="ek-settings-group">{t(`settings.group_${group}`)}</p>
            {sections.map(({ id }) => (
              <Link
                key={id}
                href={`/settings/${id}`}
                {...(id === open ? { "aria-current": "page" as const } : {})}
              >
                {t(`settings.section_${id}`)}
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function Body({ section }: { section: Section & { id: SectionId } }) {
  const Above = BODIES[section.id];
  return (
    <section className="ek-settings-body" aria-labelledby="section">
      <h2 id="section">{t(`settings.section_${section.id}`)}</h2>
      <Suspense fallback={<Loading />}>
        {Above !== undefined && <Above id={section.id} />}
        {section.names.length > 0 && <NamesSection key={section.id} names={section.names} />}
      </Suspense>
    </section>
  );
}

export default function SettingsRoom() {
  const [path, go] = useLocation();
  const [words, setWords] = useState("");
  const asked = path.split("/")[2] ?? "";
  const sections = sectionsFor();
  const section =
    asked === ""
      ? sections.find(({ id }) => id === "limits")
      : sections.find(({ id }) => id === asked);
  return (
    <Room title={t("places.settings")}>
      <div className="ek-settings">
        <div className="ek-settings-side">
          <SearchField label={t("settings.search")} value={words} onChange={setWords} />
          <Contents open={section?.id ?? ""} />
          <div className="ek-settings-pick">
            <Select
              label={t("settings.sections")}
              choices={sections.map(({ id }) => ({ id, label: t(`settings.section_${id}`) }))}
              value={section?.id ?? null}
              onChange={(id) => go(`/settings/${id}`)}
            />
          </div>
        </div>
        {words.trim() !== "" ? (
          <Found words={words.trim()} clear={() => setWords("")} />
        ) : section === undefined ? (
          <Empty title={t("common.not_here")} />
        ) : (
          <Body key={section.id} section={section} />
        )}
      </div>
    </Room>
  );
}
